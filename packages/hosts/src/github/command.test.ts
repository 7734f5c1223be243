import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readPairs } from '../../../../test/runner/github/command-files.ts';
import { command } from './command.ts';
import { appendPair } from './command-file.ts';

const texts = ['plain', 'two\nlines\r\n', '100% :: a,b=c', 'déjà 🚀', '%0A'];

/** What `@actions/core` itself writes, from a process of its own, because it reads and writes the process's. */
function byActionsCore(script: string, env: Record<string, string> = {}): string {
  const program = `import * as core from '@actions/core'; const texts = ${JSON.stringify(texts)}; ${script}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    env: { PATH: process.env.PATH ?? '', ...env },
    encoding: 'utf8',
  }).stdout;
}

test('commands are written as @actions/core writes them', () => {
  const theirs = byActionsCore(`for (const text of texts) {
    core.setSecret(text);
    core.debug(text);
    core.startGroup(text);
    core.endGroup();
    core.error(text, { title: text, file: text, startLine: 3 });
    core.warning(text);
    core.notice(text, { title: text });
  }`);
  const ours = texts
    .flatMap((text) => [
      command('add-mask', text),
      command('debug', text),
      command('group', text),
      command('endgroup'),
      command('error', text, { title: text, file: text, line: 3 }),
      command('warning', text),
      command('notice', text, { title: text }),
    ])
    .join('');
  expect(ours).toBe(theirs);
});

test('the runner reads the same pairs from our file as from that of @actions/core', () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-pairs-'));
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
  for (const path of [ours, theirs]) writeFileSync(path, '');
  byActionsCore(`texts.forEach((text, at) => core.setOutput('name-' + at, text));`, {
    GITHUB_OUTPUT: theirs,
  });
  texts.forEach((text, at) => {
    appendPair({ GITHUB_OUTPUT: ours }, 'GITHUB_OUTPUT', `name-${at}`, text);
  });
  const read = (path: string) => Object.fromEntries(readPairs(readFileSync(path, 'utf8')));
  expect(read(ours)).toEqual(read(theirs));
  expect(Object.values(read(ours))).toEqual(texts);
});
