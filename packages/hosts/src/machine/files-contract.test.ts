import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { isLandfallError } from '@landfall/core/errors/landfall-error';
import { fakeFiles } from '@landfall/core/testing/fake-files';
import type { Files } from '@landfall/core/world/files';
import { createFiles } from './files.ts';

const given = { 'a.txt': 'a', 'bom.txt': '\uFEFFb', 'sub/c.txt': 'ccccc' };
const base = realpathSync(mkdtempSync(join(tmpdir(), 'landfall-contract-')));
const roots = { workspace: join(base, 'workspace'), temporaryFolder: join(base, 'temporary') };
afterAll(() => rmSync(base, { recursive: true, force: true }));

function onDisk(): Files {
  for (const [path, text] of Object.entries(given)) {
    const absolute = join(roots.workspace, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
  }
  mkdirSync(roots.temporaryFolder, { recursive: true });
  return createFiles(roots);
}

const codeOf = async (work: Promise<unknown>) => {
  try {
    return await work;
  } catch (error) {
    return isLandfallError(error) ? error.code : error;
  }
};

/** What every implementation of `Files` keeps to, so that a test in memory proves something about the disk. */
describe.each([
  ['the file system', onDisk],
  ['the files in memory', () => fakeFiles(given, roots)],
])('%s', (_, make) => {
  test('reads text without its byte order mark, by relative and by absolute path', async () => {
    const files = make();
    expect(await files.readText('bom.txt')).toBe('b');
    expect(await files.readText(join(roots.workspace, 'sub/c.txt'))).toBe('ccccc');
    expect(await files.file('sub/../a.txt')).toBe(join(roots.workspace, 'a.txt'));
    expect(await files.folder('sub')).toBe(join(roots.workspace, 'sub'));
    expect(await files.folder('.')).toBe(roots.workspace);
  });

  test.each<[string, (files: Files) => Promise<unknown>]>([
    ['PATH_MISSING', (files) => files.readText('missing.txt')],
    ['PATH_MISSING', (files) => files.file('missing.txt')],
    ['PATH_MISSING', (files) => files.folder('missing')],
    ['PATH_REFUSED', (files) => files.readText('../outside.txt')],
    ['PATH_REFUSED', (files) => files.readText('/etc/passwd')],
    ['PATH_REFUSED', (files) => files.folder('..')],
    ['PATH_REFUSED', (files) => files.writeArtifact('../outside.txt', 'x')],
    ['PATH_REFUSED', (files) => files.destination('../outside')],
    ['PATH_REFUSED', (files) => files.removePrivate(roots.workspace)],
    ['PATH_REFUSED', (files) => files.removePrivate(roots.temporaryFolder)],
    ['FILE_TOO_LARGE', (files) => files.readText('sub/c.txt', { maxBytes: 4 })],
  ])('answers with %s: %s', async (code, use) => {
    expect(await codeOf(use(make()))).toBe(code);
  });

  test('writes an artifact where requested, repeatedly', async () => {
    const files = make();
    for (const text of ['1', '2']) {
      expect(await files.writeArtifact('out/x/a.json', text)).toBe(join(roots.workspace, 'out/x/a.json'));
      expect(await files.readText('out/x/a.json')).toBe(text);
    }
  });

  test('names a place for what another program writes, whether something is there or not', async () => {
    const files = make();
    for (const path of ['new/deep/image.tar', 'a.txt', 'sub'])
      expect(await files.destination(path)).toBe(join(roots.workspace, path));
  });

  test('writes private files under names of their own, and removes them', async () => {
    const files = make();
    const one = await files.writePrivate('td', '.json', '1');
    const two = await files.writePrivate('td', '.json', '2');
    expect(one).not.toBe(two);
    expect(one).toMatch(/\/temporary\/td-[0-9a-z]+\.json$/);
    expect(await files.readText(two)).toBe('2');
    await files.removePrivate(one);
    await files.removePrivate(one);
    expect(await codeOf(files.readText(one))).toBe('PATH_MISSING');
    const folder = await files.privateFolder('docker');
    expect(await files.folder(folder)).toBe(folder);
    await files.removePrivate(folder);
    expect(await codeOf(files.folder(folder))).toBe('PATH_MISSING');
  });
});
