/** The operation `pipeline`, on a real engine and on a sandbox. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { RunRecord } from '@landfall/core/record/run-record';
import { removeImages } from '../images/image-world.ts';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { type PipelineWorld, pipelineWorld } from './pipeline-world.ts';
import { runCli } from './run-cli.ts';

const taskDefinition = {
  family: 'web',
  networkMode: 'awsvpc',
  containerDefinitions: [{ name: 'web', image: 'example/web:1', memory: 128, essential: true }],
};

/** Runs `landfall pipeline`, and reads its record. */
async function pipeline(world: PipelineWorld, inputs: Readonly<Record<string, string>>) {
  writeFileSync(join(world.source, 'task-definition.json'), JSON.stringify(taskDefinition));
  const flags = Object.entries(inputs).map(([name, value]) => `--${name}=${value}`);
  const { status, stdout, stderr } = await runCli(world, 'pipeline', ...flags, '--output=json');
  const record = JSON.parse(stdout) as RunRecord;
  const steps = record.steps?.map(({ operation, state }) => `${operation}: ${state}`);
  return { status, record, steps, log: stderr };
}

const deployed = { cluster: 'main', service: 'web', 'task-definition': 'task-definition.json' };
const whole = { repository: 'web', tags: 'all-1', ...deployed };
const migration = { 'task-command': 'migrate' };
const allGreen = [
  'ecr-login: SUCCEEDED',
  'build-push: SUCCEEDED',
  'render-task-definition: SUCCEEDED',
  'run-task: SUCCEEDED',
  'deploy-service: SUCCEEDED',
];
const exits = (code: number) => [
  { match: { group: 'family:web' }, outcome: { kind: 'exit' as const, code, log: ['migrating'] } },
];

describeUnless(noImageTools)('with everything, on a real engine,', () => {
  test('takes a commit to a live service; a second run finds everything done', async () => {
    await using world = await pipelineWorld();
    world.sandbox.ecs.setTaskRules(exits(0));
    const first = await pipeline(world, { ...whole, ...migration });
    expect([first.status, first.record.error?.summary, first.steps]).toEqual([0, undefined, allGreen]);
    expect(first.record.outputs).toMatchObject({
      verdict: 'SUCCEEDED',
      parts:
        '{"ecr-login":"SUCCEEDED","build-push":"SUCCEEDED","render-task-definition":"SUCCEEDED","run-task":"SUCCEEDED","deploy-service":"SUCCEEDED"}',
    });
    const live = await world.liveImage();
    expect(live).toBe(first.record.outputs.image);
    expect(live).toMatch(new RegExp(`^${world.sandbox.registry}/web@sha256:[0-9a-f]{64}$`));
    const second = await pipeline(world, { ...whole, 'skip-if-exists': 'true' });
    expect([second.status, second.record.outputs.verdict]).toEqual([0, 'NOOP']);
    removeImages(`${world.sandbox.registry}/web:all-1`);
    await runCli(world, 'clean-up');
  });

  test('creates the repository first where one of its settings is requested', async () => {
    await using world = await pipelineWorld();
    const { status, steps, record } = await pipeline(world, {
      repository: 'fresh',
      'scan-on-push': 'true',
      tags: 'fresh-1',
    });
    expect([status, record.outputs['repository-changed']]).toEqual([0, 'true']);
    expect(steps).toEqual(['ecr-login: SUCCEEDED', 'ensure-repository: SUCCEEDED', 'build-push: SUCCEEDED']);
    removeImages(`${world.sandbox.registry}/fresh:fresh-1`);
    await runCli(world, 'clean-up');
  });
});

describe('without a build', () => {
  test('a migration that fails stops the deployment, which is named as skipped', async () => {
    await using world = await pipelineWorld();
    world.sandbox.ecs.setTaskRules(exits(3));
    const { status, steps, record } = await pipeline(world, { ...deployed, ...migration });
    expect(steps).toEqual(['run-task: FAILED', 'deploy-service: SKIPPED']);
    expect(status).toBe(record.exitCode);
    expect(record.error).toMatchObject({
      code: 'TASK_FAILED',
      summary: expect.stringMatching(/^run-task: .*exit code 3/),
      facts: { failed: 'run-task', succeeded: [], skipped: ['deploy-service'] },
    });
    expect(record.error?.details).toContain('deploy-service: SKIPPED, because run-task failed');
    expect(record.calls.UpdateService).toBeUndefined();
    expect(await world.liveImage()).toBe('example/web:1');
  });

  test('deploys an image that is given, and deregisters what is old', async () => {
    await using world = await pipelineWorld();
    const { status, steps, record } = await pipeline(world, {
      ...deployed,
      images: 'web=example/web:2',
      keep: '1',
    });
    expect([status, record.error?.summary, steps]).toEqual([
      0,
      undefined,
      [
        'render-task-definition: SUCCEEDED',
        'deploy-service: SUCCEEDED',
        'deregister-task-definitions: SUCCEEDED',
      ],
    ]);
    expect(await world.liveImage()).toBe('example/web:2');
    expect(JSON.parse(record.outputs.deregistered!)).toEqual([
      'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1',
    ]);
  });

  test('a dry run changes nothing, and skips what has none', async () => {
    await using world = await pipelineWorld();
    const { status, steps } = await pipeline(world, { ...whole, ...migration, 'dry-run': 'true' });
    expect([status, steps]).toEqual([
      0,
      [
        'ecr-login: SKIPPED',
        'build-push: SKIPPED',
        'render-task-definition: SUCCEEDED',
        'run-task: SKIPPED',
        'deploy-service: SUCCEEDED',
      ],
    ]);
    expect(await world.liveImage()).toBe('example/web:1');
  });
});

describe('before anything is done,', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['nothing is requested', {}, ['parts or the inputs of a part are required: nothing is requested']],
    [
      'inputs of two parts are wrong',
      { ...whole, tags: 'a b', keep: '1', 'lifecycle-policy': 'p.json', 'keep-last': '3' },
      [
        'lifecycle-policy is a complete policy: set either it, or expire-untagged-after and keep-last',
        expect.stringMatching(/^tags /) as unknown as string,
      ],
    ],
    [
      'an input is of a part that does not run',
      { ...deployed, 'skip-if-exists': 'true' },
      ['skip-if-exists is of build-push, which is not among the parts to run (deploy-service)'],
    ],
    [
      'a named part lacks what it requires',
      { parts: 'deregister-task-definitions' },
      [
        'family is required by deregister-task-definitions',
        'keep is required by deregister-task-definitions',
      ],
    ],
    [
      'the built image is pushed nowhere',
      { ...whole, push: 'false' },
      ['push is false, so there is no image for the task definition'],
    ],
  ])('%s', async (_, inputs, problems) => {
    await using world = await pipelineWorld();
    const { record } = await pipeline(world, inputs);
    expect(record.error?.code).toBe('INPUT_INVALID');
    const { details = [], summary = '' } = record.error ?? {};
    expect(details.length > 0 ? details : [summary]).toEqual(problems);
    expect(record.calls).toEqual({});
  });
});
