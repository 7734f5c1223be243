import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isLandfallError } from '@landfall/core/errors/landfall-error';
import { testUnless } from '../../../../test/runner/requirements.ts';
import { createFiles } from './files.ts';

let base: string;
let workspace: string;
let temporaryFolder: string;
const files = (random?: () => string) => createFiles({ workspace, temporaryFolder, random });

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'landfall-files-')));
  workspace = join(base, 'workspace');
  temporaryFolder = join(base, 'temporary');
  mkdirSync(workspace);
  mkdirSync(temporaryFolder);
  mkdirSync(join(base, 'workspace2'));
  writeFileSync(join(base, 'outside.txt'), 'secret');
  writeFileSync(join(base, 'workspace2', 'a.txt'), 'secret');
  writeFileSync(join(workspace, 'a.txt'), 'a');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const problemOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (isLandfallError(error)) return `${error.code}: ${error.summary.replaceAll(base, '')}`;
    throw error;
  }
  return 'no error';
};

describe('reading', () => {
  test('a regular file inside the workspace is read, without its byte order mark', async () => {
    writeFileSync(join(workspace, 'bom.json'), '\uFEFF{}\r\n');
    expect(await files().readText('bom.json')).toBe('{}\r\n');
    expect(await files().readText(join(workspace, 'a.txt'))).toBe('a');
    expect(await files().file('./a.txt')).toBe(join(workspace, 'a.txt'));
  });

  test('a link that stays inside is followed, and so is a workspace that is itself reached by a link', async () => {
    symlinkSync('a.txt', join(workspace, 'link.txt'));
    symlinkSync(workspace, join(base, 'alias'));
    expect(await files().readText('link.txt')).toBe('a');
    const aliased = createFiles({ workspace: join(base, 'alias'), temporaryFolder });
    expect(await aliased.readText(join(base, 'alias', 'a.txt'))).toBe('a');
    expect(await aliased.writeArtifact('b.txt', 'b')).toBe(join(workspace, 'b.txt'));
  });

  test('B04: a path that leads outside is refused, by dots, by name and by a link, and so is a named pipe', async () => {
    symlinkSync(join(base, 'outside.txt'), join(workspace, 'out.txt'));
    symlinkSync('..', join(workspace, 'up'));
    symlinkSync('loop', join(workspace, 'loop'));
    execFileSync('mkfifo', [join(workspace, 'pipe')]);
    const read = (path: string) => problemOf(files().readText(path));
    expect(await read('../../etc/passwd')).toMatch(
      /^PATH_REFUSED: \.\.\/\.\.\/etc\/passwd points outside the workspace \/workspace \(to .*etc\/passwd\)$/,
    );
    expect(await read('/etc/passwd')).toBe(
      'PATH_REFUSED: /etc/passwd points outside the workspace /workspace (to /etc/passwd)',
    );
    expect(await read('../workspace2/a.txt')).toBe(
      'PATH_REFUSED: ../workspace2/a.txt points outside the workspace /workspace (to /workspace2/a.txt)',
    );
    expect(await read('../missing')).toBe(
      'PATH_REFUSED: ../missing points outside the workspace /workspace (to /missing)',
    );
    expect(await read('out.txt')).toBe(
      'PATH_REFUSED: out.txt points outside the workspace /workspace through a symbolic link (to /outside.txt)',
    );
    expect(await read('up/outside.txt')).toBe(
      'PATH_REFUSED: up/outside.txt points outside the workspace /workspace through a symbolic link (to /outside.txt)',
    );
    expect(await read('loop')).toBe(
      'PATH_REFUSED: loop is a symbolic link, or a loop of symbolic links (/workspace/loop)',
    );
    expect(await read('pipe')).toBe(
      'PATH_REFUSED: pipe is a named pipe, not a regular file (/workspace/pipe)',
    );
    expect(await read('.')).toBe('PATH_REFUSED: . is a folder, not a regular file (/workspace)');
    expect(await read('a\0b')).toBe('PATH_REFUSED: "a\\u0000b" holds a NUL character');
    expect(await problemOf(files().file('pipe'))).toBe(await read('pipe'));
    expect(await problemOf(files().folder('up'))).toBe(
      'PATH_REFUSED: up points outside the workspace /workspace through a symbolic link (to )',
    );
  });

  test('a file elsewhere is found where anywhere will do, but not through a link of the workspace', async () => {
    symlinkSync(join(base, 'outside.txt'), join(workspace, 'out.txt'));
    const anywhere = (path: string) => files().file(path, { anywhere: true });
    expect(await anywhere('../outside.txt')).toBe(join(base, 'outside.txt'));
    expect(await anywhere('a.txt')).toBe(join(workspace, 'a.txt'));
    expect(await problemOf(anywhere('out.txt'))).toBe(
      'PATH_REFUSED: out.txt points outside the workspace /workspace through a symbolic link (to /outside.txt)',
    );
    expect(await problemOf(anywhere('../missing'))).toBe(
      'PATH_MISSING: ../missing does not exist (resolved to /missing)',
    );
    expect(await problemOf(anywhere('../workspace2'))).toBe(
      'PATH_REFUSED: ../workspace2 is a folder, not a regular file (/workspace2)',
    );
  });

  test('B05: what is missing is named with the path that it resolved to', async () => {
    expect(await problemOf(files().folder('app'))).toBe(
      'PATH_MISSING: app does not exist (resolved to /workspace/app)',
    );
    expect(await problemOf(files().readText('app/td.json'))).toBe(
      'PATH_MISSING: app/td.json does not exist (resolved to /workspace/app/td.json)',
    );
    expect(await problemOf(files().readText('a.txt/td.json'))).toBe(
      'PATH_MISSING: a.txt/td.json does not exist (resolved to /workspace/a.txt/td.json)',
    );
    expect(await problemOf(files().folder('a.txt'))).toBe(
      'PATH_REFUSED: a.txt is not a directory (/workspace/a.txt)',
    );
  });

  test('R05: a file over the limit is refused before it is read, and one that hides its size while it is', async () => {
    writeFileSync(join(workspace, 'big'), Buffer.alloc(2 << 20, 'x'));
    expect(await problemOf(files().readText('big'))).toBe(
      'FILE_TOO_LARGE: big has 2097152 bytes, more than the 1048576 that Landfall reads',
    );
    const proc = createFiles({ workspace: '/proc', temporaryFolder });
    expect(await problemOf(proc.readText('version', { maxBytes: 5 }))).toBe(
      'FILE_TOO_LARGE: version has 6 bytes, more than the 5 that Landfall reads',
    );
  });

  test('text that is not UTF-8 is refused, because a decoder would replace what it cannot read', async () => {
    writeFileSync(join(workspace, 'latin'), Buffer.from([0x63, 0xe9]));
    writeFileSync(join(workspace, 'wide'), Buffer.from('\uFEFF{}', 'utf16le'));
    expect(await problemOf(files().readText('latin'))).toBe('FILE_UNREADABLE: latin: it is not UTF-8 text');
    expect(await problemOf(files().readText('wide'))).toBe(
      'FILE_UNREADABLE: wide: it is UTF-16; save it as UTF-8',
    );
  });
});

describe('private files', () => {
  test('R14: a private file is new, 0600 and in the temporary folder; a name that is taken is never touched', async () => {
    const names = ['taken', 'dangling', 'free'];
    writeFileSync(join(temporaryFolder, 'td-taken.json'), 'kept');
    symlinkSync(join(base, 'target'), join(temporaryFolder, 'td-dangling.json'));
    const path = await files(() => names.shift()!).writePrivate('td', '.json', 'text');
    expect(path).toBe(join(temporaryFolder, 'td-free.json'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toBe('text');
    expect(readFileSync(join(temporaryFolder, 'td-taken.json'), 'utf8')).toBe('kept');
    expect(lstatSync(join(base, 'target'), { throwIfNoEntry: false })).toBeUndefined();
  });

  test('a private folder is 0700, and is removed with what is in it', async () => {
    const folder = await files().privateFolder('docker');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    writeFileSync(join(folder, 'config.json'), '{}');
    await files().removePrivate(folder);
    await files().removePrivate(folder);
    expect(readdirSync(temporaryFolder)).toEqual([]);
  });

  test('L14: only what is in the temporary folder is removed, and a link goes without its target', async () => {
    const inside = join(temporaryFolder, 'link');
    symlinkSync(workspace, inside);
    for (const path of ['/etc', workspace, temporaryFolder, '..', join(inside, 'a.txt'), '/no/such/folder']) {
      expect(await problemOf(files().removePrivate(path))).toContain('is outside the temporary directory');
    }
    await files().removePrivate(inside);
    expect(readdirSync(temporaryFolder)).toEqual([]);
    expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('a');
  });

  test('a name that is a path is refused', async () => {
    expect(await problemOf(files().writePrivate('../a', '.json', ''))).toBe(
      'INTERNAL: "../a.json" is not a valid name for a private file',
    );
  });

  testUnless(canMount() ? undefined : 'only root may mount a small file system')(
    'B13: a full disk is DISK_FULL with the path, and leaves nothing behind',
    async () => {
      const small = join(base, 'small');
      mkdirSync(small);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', small]);
      try {
        const full = createFiles({ workspace: small, temporaryFolder: small });
        const text = 'x'.repeat(64 * 1024);
        expect(await problemOf(full.writePrivate('td', '.json', text))).toMatch(
          /^DISK_FULL: no space left to write \/small\/td-[0-9a-f]{24}\.json \(\d+ bytes free\)$/,
        );
        expect(await problemOf(full.writeArtifact('td.json', text))).toMatch(
          /^DISK_FULL: no space left to write \/small\/td\.json \(\d+ bytes free\)$/,
        );
        expect(readdirSync(small)).toEqual([]);
      } finally {
        execFileSync('umount', [small]);
      }
    },
  );
});

describe('artifacts', () => {
  test('an artifact is written with its folders, and replaces the one before', async () => {
    expect(await files().writeArtifact('out/deep/a.json', '1')).toBe(join(workspace, 'out/deep/a.json'));
    await files().writeArtifact('out/deep/a.json', '2');
    expect(readFileSync(join(workspace, 'out/deep/a.json'), 'utf8')).toBe('2');
    expect(readdirSync(join(workspace, 'out/deep'))).toEqual(['a.json']);
  });

  test('an artifact is never written through a link, outside, or over a folder', async () => {
    symlinkSync(join(base, 'outside.txt'), join(workspace, 'link.json'));
    symlinkSync(base, join(workspace, 'up'));
    symlinkSync('sub', join(workspace, 'inner'));
    mkdirSync(join(workspace, 'sub'));
    const write = (path: string) => problemOf(files().writeArtifact(path, 'new'));
    expect(await write('link.json')).toBe(
      'PATH_REFUSED: link.json is a link, not a regular file (/workspace/link.json)',
    );
    expect(await write('up/outside.txt')).toBe(
      'PATH_REFUSED: up/outside.txt goes through a link (/workspace/up), which is not followed when writing',
    );
    expect(await write('inner/a.json')).toBe(
      'PATH_REFUSED: inner/a.json goes through a link (/workspace/inner), which is not followed when writing',
    );
    expect(await write('../outside.txt')).toBe(
      'PATH_REFUSED: ../outside.txt points outside the workspace /workspace (to /outside.txt)',
    );
    expect(await write('sub')).toBe('PATH_REFUSED: sub is a folder, not a regular file (/workspace/sub)');
    expect(await write('.')).toBe('PATH_REFUSED: . is the directory itself, not a file in it (/workspace)');
    expect(await write('a.txt/b.json')).toBe(
      'PATH_REFUSED: a.txt/b.json goes through a regular file (/workspace/a.txt), which is not followed when writing',
    );
    expect(readFileSync(join(base, 'outside.txt'), 'utf8')).toBe('secret');
    expect(readdirSync(join(workspace, 'sub'))).toEqual([]);
  });

  test('no other program is sent to a link, or through one', async () => {
    symlinkSync(base, join(workspace, 'up'));
    symlinkSync(join(base, 'new'), join(workspace, 'out'));
    const destination = (path: string) => problemOf(files().destination(path));
    expect(await destination('out')).toBe(
      'PATH_REFUSED: out is a link, not a regular file or a directory (/workspace/out)',
    );
    expect(await destination('up/image.tar')).toBe(
      'PATH_REFUSED: up/image.tar goes through a link (/workspace/up), which is not followed when writing',
    );
    expect(await files().destination('.')).toBe(workspace);
    expect(existsSync(join(base, 'new'))).toBe(false);
  });
});

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
