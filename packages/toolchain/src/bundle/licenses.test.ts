import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { licensesOf } from './licenses.ts';

/** The text for a bundle with a module of this package. */
async function licensesWith(files: Readonly<Record<string, string>>) {
  const root = await mkdtemp(join(tmpdir(), 'landfall-licenses-test-'));
  try {
    const folder = join(root, 'node_modules', '@some', 'package');
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await licensesOf([join(root, 'packages/own.ts'), join(folder, 'dist/index.js')]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

test('each package has its licence and the text of it, and so has the bundler', async () => {
  const text = await licensesWith({
    'package.json': '{"name":"@some/package","license":"ISC"}',
    LICENCE: 'Do as you like.\n',
  });
  expect(text).toMatch(/^@rspack\/core\nMIT\nMIT License\n/);
  expect(text).toMatch(/\n\n@some\/package\nISC\nDo as you like\.\n$/);
});

test('a package that has the name of its licence only is named with it', async () => {
  const text = await licensesWith({ 'package.json': '{"name":"@some/package","license":"ISC"}' });
  expect(text).toMatch(/\n\n@some\/package\nISC\n$/);
});

test('a package without a licence is refused', async () => {
  await expect(licensesWith({ 'package.json': '{"name":"@some/package"}' })).rejects.toThrow(
    /node_modules\/@some\/package\/package\.json names no licence$/,
  );
});
