import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { onlySigint } from '../../runner/github-runner.ts';
import { commandsOf, dockerfile, imageJob, onEngine } from './image-job.ts';

const run = promisify(execFile);

const atWork = ' atwork\n';
/** The line `atwork` comes from within the build, which then is silent for long. */
const slow = (seconds: number) =>
  dockerfile(
    `RUN --mount=type=secret,id=word ["/busybox", "sh", "-c", "echo at $((0)) work | /busybox tr -d '0 ' ; exec /busybox sleep ${seconds}"]\n`,
  );
const sleeping = async (seconds: number) =>
  (await run('ps', ['-eo', 'args'])).stdout
    .split('\n')
    .filter((line) => line.startsWith(`/busybox sleep ${seconds}`));

onEngine('B12: a build that is cut short', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ enforce: true });
    await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
  });
  afterAll(() => sandbox.close());

  const started = async (seconds: number) => {
    const job = imageJob({ sandbox, files: { Dockerfile: slow(seconds) } });
    const { outputs } = await job.step('ecr-login');
    const inputs = { registry: outputs.registry!, repository: 'web', secrets: 'word=swordfish-8' };
    return { job, inputs };
  };

  test('by a cancel ends with 130 and its reason, and leaves no process, no file and no login', async () => {
    const { job, inputs } = await started(61111);
    const step = await job.step('build-push', inputs, { cancelAt: atWork, patience: onlySigint });
    expect(step).toMatchObject({ conclusion: 'cancelled', exitCode: 130, outputs: { version: '0123456' } });
    expect(job.processes()).toEqual([]);
    expect(commandsOf(step, 'error').map(({ data }) => data)).toEqual([
      'docker build was cancelled\n→ Run the step again: it sends only what the registry does not have.',
    ]);
    expect(await sleeping(61111)).toEqual([]);
    await job.end();
    expect(job.leftovers()).toEqual([]);
  });

  test('by a second signal ends at once with 130, and leaves no process', async () => {
    const { job, inputs } = await started(62222);
    const step = await job.step('build-push', inputs, {
      cancelAt: atWork,
      patience: { sigint: 0, sigterm: 3_600_000 },
    });
    expect(step).toMatchObject({ conclusion: 'cancelled', exitCode: 130, signal: null });
    expect(job.processes()).toEqual([]);
    await job.end();
    expect(job.leftovers()).toEqual([]);
  });

  test('by a kill leaves nothing after the post steps', async () => {
    const { job, inputs } = await started(63333);
    const step = await job.step('build-push', inputs, { killAt: atWork });
    expect(step.signal).toBe('SIGKILL');
    expect(job.processes()).toHaveLength(1);
    const posts = await job.end();
    expect(posts[0]?.log).toEqual(['terminated a build left behind by an earlier run']);
    expect(job.leftovers()).toEqual([]);
    expect(job.processes()).toEqual([]);
    expect(await sleeping(63333)).toEqual([]);
  });
});
