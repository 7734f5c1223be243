import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import { fakePrograms } from '../testing/fake-programs.ts';
import { runProcess } from './run-process.ts';

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Alive, and not a zombie that only waits for its exit code to be read. */
const isRunning = (pid: number) => {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** Resolves when the program has printed this line. */
const printed = () => {
  const waiting = new Map<string, (line: string) => void>();
  return {
    onLine: (line: string) => waiting.get(line.split(' ')[0]!)?.(line),
    line: (start: string) => new Promise<string>((resolve) => waiting.set(start, resolve)),
  };
};

test('arguments, stdin and environment arrive byte for byte, and no shell reads them', async () => {
  await using programs = await fakePrograms();
  const program = await programs.add('echo-all', 'printf "%s|" "$@"; cat; printf "|%s" "$X"');
  const result = await runProcess(virtualClock({ auto: false }))({
    program,
    args: ['$(id)', 'a b', "it's", '--x\n--push'],
    environment: { X: '`id`' },
    input: 'p$ss"word\n',
  });
  expect(result.stdout).toBe('$(id)|a b|it\'s|--x\n--push|p$ss"word\n|`id`');
  expect(result).toMatchObject({ exitCode: 0, signal: null, aborted: false });
});

test('B12: a cancel interrupts the program at once, and it may end by itself', async () => {
  await using programs = await fakePrograms();
  const program = await programs.add(
    'polite',
    'trap "echo stopped; exit 130" INT; echo ready; while :; do sleep 0.05; done',
  );
  const { onLine, line } = printed();
  const ready = line('ready');
  const abort = new AbortController();
  const result = runProcess(virtualClock({ auto: false }))({
    program,
    args: [],
    environment: {},
    signal: abort.signal,
    onLine,
  });
  await ready;
  abort.abort();
  expect(await result).toMatchObject({ exitCode: 130, aborted: true, tail: ['ready', 'stopped'] });
});

test('B12: a program that ignores SIGINT is killed after 6 s, its grandchild with it', async () => {
  await using programs = await fakePrograms();
  const program = await programs.add(
    'stubborn',
    'trap "echo ignored" INT; (trap "" INT; echo "grandchild $(sh -c \'echo $PPID\')"; exec sleep 1000) & echo "ready $$"; while :; do wait; done',
  );
  const { onLine, line } = printed();
  const seen = Promise.all([line('ready'), line('grandchild')]);
  const ignored = line('ignored');
  const clock = virtualClock({ auto: false });
  const abort = new AbortController();
  const result = runProcess(clock)({
    program,
    args: [],
    environment: {},
    signal: abort.signal,
    onLine,
  });
  const pids = (await seen).map((one) => Number(one.split(' ')[1]));
  expect(pids.map(isAlive)).toEqual([true, true]);
  abort.abort();
  await ignored;
  await clock.advance(5999);
  expect(pids.map(isAlive)).toEqual([true, true]);
  await clock.advance(1);
  expect(await result).toMatchObject({ exitCode: null, signal: 'SIGKILL', aborted: true });
  expect(isAlive(pids[0]!)).toBe(false);
});

test('B12: a grandchild that outlives an interrupted program is killed as soon as that has ended', async () => {
  await using programs = await fakePrograms();
  const program = await programs.add(
    'leaving',
    'trap "exit 130" INT; (trap "" INT; echo "grandchild"; exec sleep 1000) & echo ready; while :; do sleep 0.05; done',
  );
  const { onLine, line } = printed();
  const seen = Promise.all([line('ready'), line('grandchild')]);
  const abort = new AbortController();
  const result = runProcess(virtualClock({ auto: false }))({
    program,
    args: [],
    environment: {},
    signal: abort.signal,
    onLine,
  });
  await seen;
  abort.abort();
  // The grandchild holds the pipes: that this ends at all, on a clock that stands, proves that it is gone.
  expect(await result).toMatchObject({ exitCode: 130, aborted: true });
});

test('a background child that keeps the pipes open does not keep us waiting', async () => {
  await using programs = await fakePrograms();
  const program = await programs.add('daemon', 'sleep 1000 & echo $!');
  const result = await runProcess(virtualClock())({ program, args: [], environment: {} });
  expect(result.exitCode).toBe(0);
  process.kill(Number(result.stdout.trim()), 'SIGKILL');
});

test('a program that is not there is an error, and one that does not read its stdin is none', async () => {
  await using programs = await fakePrograms();
  const run = runProcess(virtualClock({ auto: false }));
  await expect(run({ program: `${programs.folder}/none`, args: [], environment: {} })).rejects.toMatchObject({
    code: 'ENOENT',
  });
  const program = await programs.add('deaf', 'exec 0<&-; exit 3');
  const input = 'x'.repeat(1024 * 1024);
  expect((await run({ program, args: [], environment: {}, input })).exitCode).toBe(3);
});

test('B12: a program that ignores every signal does not outlive us when we are ended at once', async () => {
  await using programs = await fakePrograms();
  const program = await programs.add('stubborn', 'trap "" INT TERM; echo $$; while :; do sleep 0.05; done');
  const script = join(import.meta.dirname, '../testing/exit-while-running.ts');
  const { status, stdout } = spawnSync(process.execPath, [script, program], { encoding: 'utf8' });
  expect(status).toBe(130);
  // Ends as soon as the kill has arrived; a program that lived on would run into the test's time limit.
  while (isRunning(Number(stdout))) await new Promise((resolve) => setImmediate(resolve));
});
