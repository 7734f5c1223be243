/** A disk that is really full: a file system of 64 KiB in memory, which only root can make. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isLandfallError } from '@landfall/core/errors/landfall-error';
import type { HostName } from '@landfall/core/world/host';
import { onHost } from '@landfall/hosts/testing/on-host';
import { readPairs } from '../runner/github/command-files.ts';
import { describeUnless, onlyRoot } from '../runner/requirements.ts';

const folder = mkdtempSync(join(tmpdir(), 'landfall-small-'));

beforeAll(() => {
  if (onlyRoot === undefined) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
});
afterAll(() => {
  if (onlyRoot === undefined) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
});

/** Fills the disk up to one page of 4 KiB. */
function fill(): string {
  const { bavail, bsize } = statfsSync(folder);
  const path = join(folder, 'filling');
  writeFileSync(path, Buffer.alloc((bavail - 1) * bsize));
  return path;
}

const files: readonly (readonly [HostName, string])[] = [
  ['github', 'GITHUB_OUTPUT'],
  ['circleci', 'BASH_ENV'],
  ['codebuild', 'LANDFALL_ENV_FILE'],
  ['terminal', 'LANDFALL_ENV_FILE'],
];

describeUnless(onlyRoot)('on a disk that is full', () => {
  test.each(files)(
    '%s gets all of an output or nothing, and what follows stays text',
    async (name, variable) => {
      const path = join(folder, `${name}.env`);
      writeFileSync(path, '');
      const { host } = await onHost(name, { env: { [variable]: path } });
      await host.setOutput('before', 'first');
      const kept = readFileSync(path, 'utf8');
      const filling = fill();
      const failure = await host.setOutput('large', "it's ".repeat(2000)).catch((thrown) => thrown);
      expect(isLandfallError(failure, 'DISK_FULL')).toBe(true);
      expect(readFileSync(path, 'utf8')).toBe(kept);

      rmSync(filling);
      const hostile = `$(touch '${folder}/pwned')`;
      await host.setOutput('after', hostile);
      await host.setOutput('last', 'it is');
      if (name === 'github') {
        expect(Object.fromEntries(readPairs(readFileSync(path, 'utf8')))).toEqual({
          before: 'first',
          after: hostile,
          last: 'it is',
        });
        return;
      }
      for (const shell of ['bash', 'dash', 'sh']) {
        const shown = execFileSync(
          shell,
          [
            '-eu',
            '-c',
            `. "$1"; printf '%s|%s|%s' "$LANDFALL_OUT_BEFORE" "$LANDFALL_OUT_AFTER" "$LANDFALL_OUT_LAST"`,
            shell,
            path,
          ],
          { encoding: 'utf8' },
        );
        expect(shown).toBe(`first|${hostile}|it is`);
      }
      expect(readdirSync(folder)).not.toContain('pwned');
    },
  );
});
