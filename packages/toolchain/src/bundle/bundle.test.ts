import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { bundleEntry } from './bundle.ts';

/** The bundle of these files, of which `entry.js` is read first. */
async function bundled(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-bundle-test-'));
  try {
    for (const [name, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files }))
      await writeFile(join(folder, name), text);
    return await bundleEntry(folder, 'entry.js', 'action');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const lazily = "export const run = async () => (await import('./later.js')).run();\n";

test('what is imported dynamically is a chunk of its own', async () => {
  const files = await bundled({ 'entry.js': lazily, 'later.js': 'export const run = () => "later";\n' });
  expect([...files.keys()].filter((name) => name.endsWith('.js'))).toEqual([
    'action.js',
    expect.stringMatching(/^\d+\.action\.js$/),
  ]);
});

test.each([
  [
    'a package',
    { 'entry.js': "export { run } from '@landfall/gone/run';\n" },
    /^the bundler found no module @landfall\/gone\/run \(in action\.js\)$/,
  ],
  [
    'a file',
    { 'entry.js': "export { run } from './gone.js';\n" },
    /^the bundler found no module \.\/gone\.js \(in action\.js\)$/,
  ],
  [
    'a file that is imported dynamically',
    { 'entry.js': lazily },
    /^the bundler found no module \.\/later\.js \(in \d+\.action\.js\)$/,
  ],
  [
    'two packages, one of them needed by a chunk',
    { 'entry.js': `import 'gone';\n${lazily}`, 'later.js': "export { run } from 'gone-too';\n" },
    /^the bundler found no module gone \(in action\.js\), gone-too \(in \d+\.action\.js\)$/,
  ],
])('%s that is not found fails the bundle', async (_, files, message) => {
  await expect(bundled(files)).rejects.toThrow(message);
});

test('a package that a dependency does without may be missing', async () => {
  const files = await bundled({
    'entry.js': "export const kerberos = async () => (await import('kerberos')).default;\n",
  });
  expect([...files.values()].some((bytes) => bytes.includes('eval("require")("kerberos")'))).toBe(true);
});
