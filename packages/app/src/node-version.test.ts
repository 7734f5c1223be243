import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { main } from './main.ts';
import { checkNode, oldestNode } from './node-version.ts';

const problemOf = (version: string) => {
  try {
    checkNode(version, '/usr/bin/node');
  } catch (error) {
    return String(error);
  }
  return undefined;
};

test.each(['22.1.0', '22.10.0', '23.0.0', '24.21.0', '100.0.0'])('Node %s is new enough', (version) => {
  expect(problemOf(version)).toBeUndefined();
});

test.each(['22.0.9', '20.20.2', '9.11.2', '0.12.18'])(
  'Node %s is too old, and the error names it',
  (version) => {
    expect(problemOf(version)).toContain(
      `Landfall needs Node.js 22.1 or newer, and /usr/bin/node is ${version}`,
    );
  },
);

test('every command is refused under an old Node before it has any effect', async () => {
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written) => ({
    on: () => {},
    write: (text: string) => {
      written[name] += text;
    },
  });
  const old = {
    argv: ['node', 'landfall', 'version'],
    versions: { node: '20.20.2' },
    execPath: '/usr/bin/node',
    stdout: output('stdout'),
    stderr: output('stderr'),
    exitCode: 0,
  };
  await main(old as never);
  expect(old.exitCode).toBe(1);
  expect(written).toEqual({
    stdout: '',
    stderr:
      'NODE_TOO_OLD: Landfall needs Node.js 22.1 or newer, and /usr/bin/node is 20.20.2\n→ Install a newer Node.js, or put it first on the PATH.\n',
  });
});

test.each([
  ['README.md', `The CLI needs Node ${oldestNode} or later`],
  ['orbs/landfall/src/commands/install.yml', `Needs Node.js ${oldestNode} or newer`],
])('%s names the same version', async (file, words) => {
  expect(await readFile(new URL(`../../../${file}`, import.meta.url), 'utf8')).toContain(words);
});
