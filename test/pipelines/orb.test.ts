import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { workflowKeys } from '@landfall/generator/orb/deploy-job';
import { packOrb } from '@landfall/toolchain/orb/pack';
import { removeImages } from '../images/image-world.ts';
import { runCircleCiJob } from '../runner/circleci-runner.ts';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { compileJob, type Orb } from './orb-steps.ts';
import { cli, type PipelineWorld, pipelineWorld } from './pipeline-world.ts';

const orb = (await packOrb(
  fileURLToPath(new URL('../../orbs/landfall/src/', import.meta.url)),
)) as unknown as Orb;

/** What CircleCI's own program does for `circleci env subst`: variables in, nothing evaluated. */
const circleci = `#!${process.execPath}
process.stdout.write(process.argv[4].replace(/\\$\\{?(\\w+)\\}?/g, (_, name) => process.env[name] ?? ''));
`;

/** An installed CLI, as an unpacked archive of it has it. */
function installation(world: PipelineWorld): string {
  const folder = join(world.source, '..', 'package');
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'dist', 'landfall.js'),
    `await import(${JSON.stringify(pathToFileURL(cli).href)});\n`,
  );
  return folder;
}

const job = (world: PipelineWorld, parameters: Readonly<Record<string, unknown>>) => {
  world.addProgram('circleci', circleci);
  const home = mkdtempSync(join(world.source, '..', 'home-'));
  return runCircleCiJob(compileJob(orb, 'deploy', parameters), {
    workspace: world.source,
    environment: { ...world.environment, HOME: home, CLI_FOLDER: installation(world) },
  });
};
const target = {
  repository: 'web',
  service: 'web',
  cluster: 'main',
  container_name: 'web',
  path: '$CLI_FOLDER',
};
const outputOf = ({ steps }: Awaited<ReturnType<typeof job>>) => steps.map(({ output }) => output).join('');

describeUnless(noImageTools)('the job deploy of the orb, on a real engine,', () => {
  test('takes a commit to a live service, and leaves no login behind', async () => {
    await using world = await pipelineWorld();
    world.sandbox.ecs.setTaskRules([
      { match: { group: 'family:web' }, outcome: { kind: 'exit', code: 0, log: ['the schema is at 4'] } },
    ]);
    const result = await job(world, {
      ...target,
      tags: 'stage-$CIRCLE_BRANCH',
      task_command: 'node migrate.js',
    });
    expect(outputOf(result)).toContain('is live');
    expect(result.steps.map(({ name, exitCode }) => `${name}: ${exitCode}`)).toEqual([
      'Install Landfall: 0',
      'Landfall: Deploy a commit to Amazon ECS: 0',
      'Landfall: clean up: 0',
    ]);
    expect(outputOf(result)).toContain('the schema is at 4');
    expect(await world.liveImage()).toMatch(
      new RegExp(`^${world.sandbox.registry}/web@sha256:[0-9a-f]{64}$`),
    );
    const config = /DOCKER_CONFIG='([^']+)'/.exec(result.bashEnv)?.[1];
    expect(existsSync(config!)).toBe(false);
    removeImages(`${world.sandbox.registry}/web:stage-main`);
  });

  test('builds from the folder that build_context names', async () => {
    await using world = await pipelineWorld();
    mkdirSync(join(world.source, 'app'));
    renameSync(join(world.source, 'Dockerfile'), join(world.source, 'app', 'Dockerfile'));
    const result = await job(world, { ...target, build_context: 'app', tags: 'app-1' });
    expect(outputOf(result)).toContain('is live');
    expect(result.status).toBe('success');
    removeImages(`${world.sandbox.registry}/web:app-1`);
  });

  test('a branch name that is a command stays a name that is refused', async () => {
    await using world = await pipelineWorld();
    const result = await job(world, { ...target, tags: 'stage-$(touch pwned)`touch pwned`' });
    expect(result.status).toBe('failed');
    expect(outputOf(result)).toContain('INPUT_INVALID');
    expect(readdirSync(world.source)).not.toContain('pwned');
  });
});

test('no parameter of a job has a name that a workflow says of any job', () => {
  for (const { parameters = {} } of Object.values(orb.jobs))
    expect(Object.keys(parameters).filter((name) => workflowKeys.has(name))).toEqual([]);
  expect(orb.jobs.deploy?.parameters).toHaveProperty('build_context');
});

describe('the command install of the orb', () => {
  const install = async (world: PipelineWorld, sha256: string) => {
    const archive = join(world.source, '..', 'landfall.tgz');
    installation(world);
    execFileSync('tar', ['-czf', archive, '-C', join(world.source, '..'), 'package']);
    // Replaces the release: the request goes to a file, the archive to where curl is to write it.
    world.addProgram(
      'curl',
      `#!/bin/sh\necho "$@" >'${world.source}/asked'\nwhile [ $# -gt 0 ]; do [ "$1" = --output ] && cp '${archive}' "$2"; shift; done\n`,
    );
    const actual = createHash('sha256').update(readFileSync(archive)).digest('hex');
    const steps = compileJob(orb, 'deploy', {
      ...target,
      path: '',
      version: '0.1.0',
      sha256: sha256 || actual,
    });
    world.addProgram('circleci', circleci);
    const result = await runCircleCiJob([steps[0]!, { name: 'use it', command: 'landfall version' }], {
      workspace: world.source,
      environment: { ...world.environment, HOME: join(world.source, '..') },
    });
    return { ...result, actual };
  };

  test('fetches the version that is pinned and puts it on the PATH of the later steps', async () => {
    await using world = await pipelineWorld();
    const result = await install(world, '');
    expect(result.steps.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(result.steps[1]!.output).toBe('0.1.0\n');
    expect(readFileSync(join(world.source, 'asked'), 'utf8')).toContain(
      'https://github.com/landfall-ci/landfall/releases/download/v0.1.0/landfall-0.1.0.tgz',
    );
  });

  test('refuses an archive with other bytes than the pinned ones, and unpacks nothing of it', async () => {
    await using world = await pipelineWorld();
    const result = await install(world, '0'.repeat(64));
    expect(result.status).toBe('failed');
    expect(result.steps[0]!.output).toBe(
      `landfall-0.1.0.tgz has the SHA-256 ${result.actual}, not the pinned ${'0'.repeat(64)}\n`,
    );
    expect(readdirSync(join(world.source, '..', '.landfall', 'cli'))).toEqual([]);
  });

  test('refuses to fetch anything when no checksum is pinned', async () => {
    await using world = await pipelineWorld();
    const result = await install(world, 'latest');
    expect(result.steps[0]).toMatchObject({
      exitCode: 2,
      output: 'sha256 must be the 64 hex digits that the release page shows for the archive\n',
    });
    expect(existsSync(join(world.source, 'asked'))).toBe(false);
  });
});
