import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { onlySigint, startJob } from '../runner/github-runner.ts';

const program = (name: string) => join(import.meta.dirname, 'programs', `${name}.ts`);

/** An action whose main is one of the programs. */
function actionOf(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-action-'));
  const post = join(folder, 'post.mjs');
  writeFileSync(
    post,
    "console.log('state:', Object.keys(process.env).filter((name) => name.startsWith('STATE_')).join());",
  );
  writeFileSync(
    join(folder, 'action.yml'),
    `runs: { using: node24, main: ${JSON.stringify(program(name))}, post: ${JSON.stringify(post)} }`,
  );
  return folder;
}

const quiet = { NODE_NO_WARNINGS: '1' };

describe('a cancel', () => {
  test('D25: after SIGINT outputs and summary are written and the process ends with 130, by that signal alone', async () => {
    const job = startJob({ env: quiet });
    const step = await job.uses(actionOf('waiting'), {
      cancelAt: 'watching ecs-svc/1',
      patience: onlySigint,
    });
    expect(step).toMatchObject({
      conclusion: 'cancelled',
      exitCode: 130,
      signal: null,
      outputs: { 'deployment-id': 'ecs-svc/1' },
    });
    expect(step.summary).toContain('ecs-svc/1 is in flight');
    expect(step.summary).toContain('ecs-svc/1 goes on in ECS');
    expect(step.log.at(-1)).toContain('ecs-svc/1 goes on in ECS');
    expect((await job.end())[0]?.log).toEqual(['state: STATE_deployment']);
  });

  test('H08: a second signal ends at once with 130, whatever the operation is doing', async () => {
    const step = await startJob({ env: { ...quiet, DEAF: 'true' } }).uses(actionOf('waiting'), {
      cancelAt: 'watching ecs-svc/1',
      patience: { sigint: 300, sigterm: 3_600_000 },
    });
    expect(step).toMatchObject({ conclusion: 'cancelled', exitCode: 130, signal: null });
    expect(step.raw).not.toContain('    at ');
  });

  test('H08: SIGTERM first is a cancel too', async () => {
    const { exitCode, output } = await run('waiting', {}, (child) => child.kill('SIGTERM'), 'watching');
    expect(exitCode).toBe(130);
    expect(output).toContain('CANCELLED: ecs-svc/1 goes on in ECS');
  });

  test('H08: a log that no one reads ends the run without a stack trace', async () => {
    const { exitCode, errors } = await run('chatty', {}, (child) => child.stdout.destroy(), 'line 3');
    expect(exitCode).toBe(130);
    expect(errors).toBe('');
  });

  test('a log that the disk has no room for ends nothing: the run continues, and standard error says so once', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [program('logging')], {
      env: { PATH: process.env.PATH ?? '', ...quiet },
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    let errors = '';
    child.stderr!.setEncoding('utf8').on('data', (part: string) => {
      errors += part;
    });
    expect(await new Promise((settle) => child.on('close', settle))).toBe(0);
    expect(errors).toBe('standard output cannot be written (ENOSPC): what was to be printed there is lost\n');
  });

  test('H07: a killed run leaves its state for the clean-up of a host without signals', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'landfall-killed-'));
    await run('waiting', { TMPDIR: folder }, (child) => child.kill('SIGKILL'), 'watching');
    const { privateFolder } = await import('@landfall/hosts/private-folder');
    const { stateFiles } = await import('@landfall/hosts/state/run-state');
    expect(
      stateFiles(privateFolder({ env: {}, cwd: process.cwd(), temporary: folder }), 'wait'),
    ).toHaveLength(1);
  });
});

describe('an uncaught error', () => {
  test.each([
    ['undefined', 'undefined was thrown'],
    ['string', 'only a string'],
    ['frozen', 'a frozen error'],
    ['cyclic', 'an error whose cause is itself'],
    ['huge', 'x'.repeat(3000)],
  ])(
    'H09 H10: %s, thrown in a timer or a promise, is INTERNAL with the link to report it',
    async (thrown, message) => {
      for (const where of ['timer', 'promise']) {
        const step = await startJob({ env: { ...quiet, THROWN: thrown, WHERE: where } }).uses(
          actionOf('crashing'),
        );
        expect(step.exitCode).toBe(70);
        const log = step.log.join('\n');
        expect(log).toContain(`INTERNAL: ${message}`);
        expect(log).toContain('https://github.com/landfall-ci/landfall/issues');
        expect(log.length).toBeLessThan(30_000);
        expect(step.commands.filter(({ command }) => command === 'error')).toHaveLength(1);
      }
    },
  );

  test('H10: masks apply to it, it fires no command, and the post step still has its state', async () => {
    const job = startJob({ env: { ...quiet, THROWN: 'secret' } });
    const step = await job.uses(actionOf('crashing'));
    const withoutMask = step.raw.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    expect(withoutMask.join('\n')).not.toContain('the-secret-value');
    expect(withoutMask.join('\n')).toContain('login with *** failed');
    expect((await job.end())[0]?.log).toEqual(['state: STATE_kept']);

    const hostile = await startJob({ env: { ...quiet, THROWN: 'hostile' } }).uses(actionOf('crashing'));
    expect(hostile.commands.map(({ command }) => command)).toEqual(['add-mask', 'error']);
  });
});

test('an open socket does not hold the process, and everything written goes out first', async () => {
  const { exitCode, output } = await run('writing', {});
  expect(exitCode).toBe(7);
  expect(output.split('\n')).toHaveLength(2001);
  expect(output).toContain('line 1999 ');
});

async function run(
  name: string,
  env: Record<string, string>,
  act: (child: ReturnType<typeof spawnProgram>) => void = () => {},
  at = '\u0000',
) {
  const child = spawnProgram(name, env);
  let output = '';
  let errors = '';
  let acted = false;
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part;
    if (!acted && output.includes(at)) {
      acted = true;
      act(child);
    }
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    errors += part;
  });
  const exitCode = await new Promise<number | null>((settle) => child.on('close', settle));
  return { exitCode, output, errors };
}

const spawnProgram = (name: string, env: Record<string, string>) =>
  spawn(process.execPath, [program(name)], {
    env: { PATH: process.env.PATH ?? '', ...quiet, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
