import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'packages/sandbox/package.json'), 'utf8'));

/** The modules that the sources of a folder import, tests apart or alone. */
function importsOf(folder: string, tests: boolean): readonly string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.includes('node_modules'),
  );
  return files
    .filter((file) => /\.test\.ts$|(?:^|\/)testing\//.test(file) === tests)
    .flatMap((file) => [
      ...readFileSync(join(root, folder, file), 'utf8').matchAll(
        /(?: from |^import |import\()'([^'.][^']*)'/gm,
      ),
    ])
    .map(([, module]) => module!);
}

const packageOf = (module: string) => /^(?:@[^/]+\/)?[^/]+/.exec(module)![0];
const packages = (tests: boolean) =>
  [
    ...new Set(
      importsOf('packages/sandbox/src', tests)
        .filter((module) => !isBuiltin(module))
        .map(packageOf),
    ),
  ].sort();

test('the sandbox imports what its package declares, and nothing of the product but its clocks', () => {
  const declared = { ...manifest.dependencies, ...manifest.devDependencies };
  const undeclared = [...packages(false), ...packages(true)].filter((name) => !(name in declared));
  expect(undeclared).toEqual([]);
  const ofProduct = importsOf('packages/sandbox/src', false).filter((module) =>
    module.startsWith('@landfall/'),
  );
  expect(new Set(ofProduct)).toEqual(
    new Set(['@landfall/core/time/virtual-clock', '@landfall/core/world/clock']),
  );
});

test('every door of the package is used, by others than the sandbox', () => {
  const used = new Set(
    [
      ...readdirSync(join(root, 'packages'))
        .filter((name) => name !== 'sandbox')
        .map((name) => `packages/${name}/src`),
      'test',
    ].flatMap((folder) => [...importsOf(folder, false), ...importsOf(folder, true)]),
  );
  const doors = Object.keys(manifest.exports).filter((path) => !path.endsWith('*'));
  expect(doors.filter((path) => !used.has(`@landfall/sandbox/${path.slice(2)}`))).toEqual([]);
});
