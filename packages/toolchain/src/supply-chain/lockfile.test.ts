import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { lockfileProblems } from './lockfile.ts';

const own = JSON.parse(readFileSync(new URL('../../../../package-lock.json', import.meta.url), 'utf8'));
const withEntry = (entry: object) => ({ packages: { '': {}, 'node_modules/left-pad': entry } });
const integrity = 'sha512-AAAA';

describe('S04: a lockfile that', () => {
  test('is this repository’s names no address, has every checksum, and runs no unreviewed script', () => {
    expect(lockfileProblems(own)).toEqual([]);
  });

  test.each([
    [
      'points at another host',
      { resolved: 'https://evil.example/left-pad.tgz', integrity },
      'node_modules/left-pad: names where it is fetched from (https://evil.example/left-pad.tgz)',
    ],
    ['lacks a checksum', {}, 'node_modules/left-pad: has no integrity'],
    [
      'lacks the checksum of a binary for the machines that release',
      { optional: true, os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
      'node_modules/left-pad: has no integrity',
    ],
    [
      'adds an install script',
      { integrity, hasInstallScript: true },
      'node_modules/left-pad: runs a script when it is installed',
    ],
  ])('%s is refused', (_, entry, problem) => {
    expect(lockfileProblems(withEntry(entry))).toEqual([problem]);
  });

  test('lacks the checksum of a binary that no releasing machine can install is sound', () => {
    expect(lockfileProblems(withEntry({ optional: true, os: ['darwin'], cpu: ['arm64'] }))).toEqual([]);
  });

  test('links a workspace is sound', () => {
    expect(lockfileProblems(withEntry({ link: true, resolved: 'packages/core' }))).toEqual([]);
  });
});
