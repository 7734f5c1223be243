import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { skippedLines, skippedTitle } from './skipped.ts';

const one = (status: string, ...titles: readonly string[]) => ({
  status,
  ancestorTitles: titles.slice(0, -1),
  title: titles.at(-1)!,
});

test('each reason is a line, with the files and how many of their cases it omitted', () => {
  const noEngine = skippedTitle('a push', 'no Docker engine responds');
  const lines = skippedLines(
    [
      {
        testFilePath: '/checkout/test/push.test.ts',
        testResults: [
          one('pending', noEngine, 'is one index'),
          one('pending', noEngine, 'is sent once'),
          one('passed', 'a reference', 'has a tag'),
          one('pending', skippedTitle('a full disk is said', 'only root may mount')),
        ],
      },
      { testFilePath: '/checkout/test/pull.test.ts', testResults: [one('pending', noEngine, 'is read')] },
      { testFilePath: '/elsewhere/a.test.ts', testResults: [one('pending', 'left out by hand')] },
    ],
    { rootDir: '/checkout' },
  );
  expect(lines).toEqual([
    'skipped 3: no Docker engine responds: test/push.test.ts (2), test/pull.test.ts (1)',
    'skipped 1: only root may mount: test/push.test.ts (1)',
    'skipped 1: no reason given: /elsewhere/a.test.ts (1)',
  ]);
});

test('a run that is limited to some names says so of the others', () => {
  const files = [
    { testFilePath: '/checkout/a.test.ts', testResults: [one('pending', 'a'), one('passed', 'b')] },
  ];
  expect(skippedLines(files, { rootDir: '/checkout', asked: 'b' })).toEqual([
    'skipped 1: not named by b: a.test.ts (1)',
  ]);
});

test('a run without skipped cases has nothing to say', () => {
  const files = [{ testFilePath: '/checkout/a.test.ts', testResults: [one('passed', 'a')] }];
  expect(skippedLines(files, { rootDir: '/checkout' })).toEqual([]);
});

test('a run of Jest ends with the reasons and, in its very last line, the count', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'landfall-reporter-')));
  const reporter = fileURLToPath(new URL('count-reporter.js', import.meta.url));
  const jest = fileURLToPath(new URL('../../node_modules/jest/bin/jest.js', import.meta.url));
  writeFileSync(join(folder, 'jest.config.json'), JSON.stringify({ reporters: ['default', reporter] }));
  const title = skippedTitle('needs more', 'this machine has no moon');
  writeFileSync(
    join(folder, 'a.test.js'),
    `test('passes', () => {}); test.skip(${JSON.stringify(title)}, () => {});`,
  );
  try {
    const output = execFileSync(process.execPath, [jest, '--config', 'jest.config.json'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
    });
    expect(output.trimEnd().split('\n').slice(-2)).toEqual([
      'skipped 1: this machine has no moon: a.test.js (1)',
      '1 passed, 0 failed, 1 skipped',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
