import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { removeImages } from '../images/image-world.ts';
import { runBuildspec } from '../runner/codebuild-runner.ts';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { landfallScript, type PipelineWorld, pipelineWorld } from './pipeline-world.ts';

const buildspec = (name: string) =>
  readFileSync(new URL(`../../buildspec/${name}.yml`, import.meta.url), 'utf8');

const run = (world: PipelineWorld, name: string, environment: Readonly<Record<string, string>> = {}) => {
  world.addProgram('landfall', landfallScript);
  return runBuildspec(buildspec(name), {
    source: world.source,
    environment: {
      ...world.environment,
      LANDFALL_CLUSTER: 'main',
      LANDFALL_ENV_FILE: join(world.source, '..', `${name}.env`),
      ...environment,
    },
  });
};

describe('the buildspec deploy.yml', () => {
  test('puts the image of the build stage live and exports the verdict to the pipeline', async () => {
    await using world = await pipelineWorld();
    const result = await run(world, 'deploy', { IMAGE: 'example/web:2' });
    expect(result.output).toContain('✓ web: web:2 is live');
    expect(result.phases).toEqual([
      { phase: 'INSTALL', status: 'SUCCEEDED' },
      { phase: 'BUILD', status: 'SUCCEEDED' },
    ]);
    expect(result.exported).toEqual({
      LANDFALL_OUT_VERDICT: 'SUCCEEDED',
      LANDFALL_OUT_TASK_DEFINITION_ARN: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2',
      LANDFALL_OUT_DEPLOYMENT_ID: expect.stringMatching(/^ecs-svc\/\d+$/),
    });
    expect(await world.liveImage()).toBe('example/web:2');
  });

  test('fails with the cause when the new version does not start, and the stage after it does not run', async () => {
    await using world = await pipelineWorld();
    world.sandbox.ecs.setTaskRules([
      { match: { taskDefinition: 'web:2' }, outcome: { kind: 'pull-error', cause: 'not-found' } },
    ]);
    const result = await run(world, 'deploy', { IMAGE: 'example/web:2' });
    expect(result.status).toBe('FAILED');
    expect(result.output).toContain('CannotPullContainerError');
    expect(result.phases.at(-1)).toEqual({ phase: 'BUILD', status: 'FAILED' });
    expect(result.exported).toEqual({
      LANDFALL_OUT_VERDICT: 'FAILED',
      LANDFALL_OUT_TASK_DEFINITION_ARN: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2',
      LANDFALL_OUT_DEPLOYMENT_ID: expect.stringMatching(/^ecs-svc\/\d+$/),
    });
  });
});

describe('the buildspec migrate.yml', () => {
  test('runs the command in a task of the new version and deploys nothing', async () => {
    await using world = await pipelineWorld();
    world.sandbox.ecs.setTaskRules([
      { match: { taskDefinition: 'web:2' }, outcome: { kind: 'exit', code: 0, log: ['the schema is at 4'] } },
    ]);
    const result = await run(world, 'migrate', { IMAGE: 'example/web:2' });
    expect(result.output).toContain('the schema is at 4');
    expect(result.status).toBe('SUCCEEDED');
    expect(await world.liveImage()).toBe('example/web:1');
  });

  test('fails with the exit code of the migration', async () => {
    await using world = await pipelineWorld();
    world.sandbox.ecs.setTaskRules([
      { match: { taskDefinition: 'web:2' }, outcome: { kind: 'exit', code: 3, log: ['no such column'] } },
    ]);
    const result = await run(world, 'migrate', { IMAGE: 'example/web:2' });
    expect(result.output).toMatch(/TASK_FAILED: .*exit code 3/);
    expect(result.status).toBe('FAILED');
  });
});

/** The folder that the login of the build lay in. */
const loginOf = (world: PipelineWorld) =>
  /DOCKER_CONFIG='([^']+)'/.exec(readFileSync(join(world.source, '..', 'build.env'), 'utf8'))![1]!;

describeUnless(noImageTools)('the buildspec build.yml, on a real engine,', () => {
  test('pushes the image, writes imagedefinitions.json, exports the digest and leaves no login behind', async () => {
    await using world = await pipelineWorld();
    const result = await run(world, 'build');
    expect(result.output).toContain('imagedefinitions.json');
    expect(result.phases.map(({ phase, status }) => `${phase} ${status}`)).toEqual([
      'INSTALL SUCCEEDED',
      'PRE_BUILD SUCCEEDED',
      'BUILD SUCCEEDED',
      'POST_BUILD SUCCEEDED',
    ]);
    const image = result.exported.LANDFALL_OUT_IMAGE!;
    expect(image).toBe(`${world.sandbox.registry}/web@${result.exported.LANDFALL_OUT_DIGEST}`);
    expect(JSON.parse(readFileSync(join(world.source, 'imagedefinitions.json'), 'utf8'))).toEqual([
      { name: 'web', imageUri: image },
    ]);
    expect(existsSync(loginOf(world))).toBe(false);
    removeImages(`${world.sandbox.registry}/web:0000000`);
  });

  test('takes the existing image of the commit, when it is built again and its tag cannot be moved', async () => {
    await using world = await pipelineWorld();
    await world.sandbox.dispatch('ecr', 'PutImageTagMutability', {
      repositoryName: 'web',
      imageTagMutability: 'IMMUTABLE',
    });
    const first = await run(world, 'build');
    expect(first.status).toBe('SUCCEEDED');
    // Another checkout of the same commit: its files have other times, so the image would have another digest.
    writeFileSync(join(world.source, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /again\n');
    const again = await run(world, 'build', { CODEBUILD_BUILD_ID: 'web:5d2e' });
    expect(again.output).toContain('not built, because it already exists');
    expect(again.status).toBe('SUCCEEDED');
    expect(again.exported).toEqual(first.exported);
    removeImages(`${world.sandbox.registry}/web:0000000`);
  });

  test('hands nothing on after a build that failed, and leaves no login behind either', async () => {
    await using world = await pipelineWorld();
    writeFileSync(join(world.source, 'Dockerfile'), 'FROM scratch\nCOPY nothing-like-this /\n');
    const result = await run(world, 'build');
    expect(result.output).toContain('BUILD_FAILED');
    expect(result.phases.at(-1)).toEqual({ phase: 'BUILD', status: 'FAILED' });
    expect(existsSync(join(world.source, 'imagedefinitions.json'))).toBe(false);
    expect(existsSync(loginOf(world))).toBe(false);
  });
});

/** A buildspec of a user, whose project sets inputs for all operations. */
const twoBuilds = `
version: 0.2
env:
  shell: bash
  variables:
    LANDFALL_REPOSITORY: web
    LANDFALL_TAGS: stage-1
phases:
  build:
    on-failure: ABORT
    commands:
      - landfall ecr-login && . "$LANDFALL_ENV_FILE"
      - landfall build-push --registry "$LANDFALL_OUT_REGISTRY" && . "$LANDFALL_ENV_FILE"
      - echo "COPY Dockerfile /second" >> Dockerfile
      - landfall build-push --registry "$LANDFALL_OUT_REGISTRY" && . "$LANDFALL_ENV_FILE"
      - landfall render-image-definitions --images "web=$LANDFALL_OUT_IMAGE"
    finally: [landfall clean-up]
`;

const runOwn = (world: PipelineWorld, text: string, environment: Readonly<Record<string, string>> = {}) => {
  world.addProgram('landfall', landfallScript);
  return runBuildspec(text, {
    source: world.source,
    environment: {
      ...world.environment,
      LANDFALL_ENV_FILE: join(world.source, '..', 'own.env'),
      ...environment,
    },
  });
};

describeUnless(noImageTools)('inputs and outputs of a build, on a real engine,', () => {
  test('the inputs of the project hold for every operation, whatever the one before it output', async () => {
    await using world = await pipelineWorld();
    const result = await runOwn(world, twoBuilds);
    expect(result.status).toBe('SUCCEEDED');
    const pushed = [...result.output.matchAll(/^pushed (\S+)$/gm)].map(([, image]) => image);
    expect(pushed).toHaveLength(2);
    expect(pushed[0]).not.toBe(pushed[1]);
    expect(JSON.parse(readFileSync(join(world.source, 'imagedefinitions.json'), 'utf8'))).toEqual([
      { name: 'web', imageUri: pushed[1] },
    ]);
    removeImages(`${world.sandbox.registry}/web:stage-1`);
  });

  test('a build that pushes nothing outputs no image of an earlier build', async () => {
    await using world = await pipelineWorld();
    expect((await runOwn(world, twoBuilds)).status).toBe('SUCCEEDED');
    const next = { LANDFALL_PUSH: 'false', CODEBUILD_BUILD_ID: 'web:5d2e' };
    const second = await runOwn(world, twoBuilds, next);
    expect(second.output).toContain('INPUT_INVALID: images for container web: the image is missing');
    expect(second.status).toBe('FAILED');
    removeImages(`${world.sandbox.registry}/web:stage-1`);
  });
});
