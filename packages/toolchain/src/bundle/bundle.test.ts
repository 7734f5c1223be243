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
    return await bundleEntry(folder, './entry.js');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const lazily = "export const run = async () => (await import('./later.js')).run();\n";

test('what is imported dynamically is a chunk of its own', async () => {
  const files = await bundled({ 'entry.js': lazily, 'later.js': 'export const run = () => "later";\n' });
  expect([...files.keys()].sort()).toEqual([
    expect.stringMatching(/^\d+\.action\.js$/),
    'action.js',
    'licenses.txt',
  ]);
});

test.each([
  [
    'a package',
    { 'entry.js': "export { run } from '@landfall/gone/run';\n" },
    ['./entry.js: @landfall/gone/run'],
  ],
  ['a file', { 'entry.js': "export { run } from './gone.js';\n" }, ['./entry.js: ./gone.js']],
  ['a file that is imported dynamically', { 'entry.js': lazily }, ['./entry.js: ./later.js']],
  [
    'two packages, one of them needed by a chunk',
    { 'entry.js': `import 'gone';\n${lazily}`, 'later.js': "export { run } from 'gone-too';\n" },
    ['./entry.js: gone', './later.js: gone-too'],
  ],
])('%s that is not found fails the bundle', async (_, files, missing) => {
  const message = await bundled(files).then(
    () => '',
    (thrown: Error) => thrown.message,
  );
  const found = message.matchAll(/^ERROR in (\S+).*\n.* Module not found: Can't resolve '(.*)' in /gm);
  expect(Array.from(found, ([, file, module]) => `${file}: ${module}`)).toEqual(missing);
});

test('an export that is not found fails the bundle', async () => {
  await expect(
    bundled({ 'entry.js': "export { gone } from './other.js';\n", 'other.js': 'export const other = 1;\n' }),
  ).rejects.toThrow(
    "export 'gone' (reexported as 'gone') was not found in './other.js' (possible exports: other)",
  );
});

test('a package that a dependency does without may be missing', async () => {
  const files = await bundled({
    'entry.js': "export const kerberos = async () => (await import('kerberos')).default;\n",
  });
  expect(files.get('action.js')?.toString()).toContain('import("kerberos")');
});

test("Node's own modules are required, because an import of node:http loads its WebSocket client", async () => {
  const files = await bundled({
    'entry.js': `import { request } from 'node:http';
export const get = async () => [request, (await import('node:https')).get];
`,
  });
  const text = [...files.values()].join('\n');
  expect(text).toContain('equire("node:http")');
  expect(text).not.toMatch(/(?:from|import\() *"node:https?"/);
});
