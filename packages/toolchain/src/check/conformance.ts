import { stripVTControlCharacters } from 'node:util';
import { installSuite } from '../conformance/suite.ts';
import { run } from '../tools/run.ts';
import { Failure, type Part } from './part.ts';

/** The registry of the sandbox checked against the specification. */
export const conformancePart: Part = {
  name: 'OCI conformance of the registry',
  async run(root) {
    const { path, version } = await installSuite(root);
    const program = 'packages/sandbox/src/testing/conformance.ts';
    const { code, output: coloured } = await run(process.execPath, [program, path], { cwd: root });
    const output = stripVTControlCharacters(coloured);
    const count = /(\d+) Passed.*?(\d+) Failed.*?(\d+) Skipped/.exec(output);
    if (code !== 0 || count === null) throw new Failure(output);
    const [, passed, , skipped] = count;
    return `${passed} passed, ${skipped} skipped (set-ups that are not needed), suite ${version}`;
  },
};
