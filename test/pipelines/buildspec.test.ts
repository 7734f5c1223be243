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
      LANDFALL_VERDICT: 'SUCCEEDED',
      LANDFALL_TASK_DEFINITION_ARN: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2',
      LANDFALL_DEPLOYMENT_ID: expect.stringMatching(/^ecs-svc\/\d+$/),
    });
    expect(await world.liveImage()).toBe('example/web:2');
  });

  test('fails with the cause when the new version does not start, and the stage after it does not run', async () => {
    await using world = await pipelineWorld();
    world.sandbox.ecs.setFates([
      { match: { taskDefinition: 'web:2' }, fate: { kind: 'pull-error', cause: 'not-found' } },
    ]);
    const result = await run(world, 'deploy', { IMAGE: 'example/web:2' });
    expect(result.status).toBe('FAILED');
    expect(result.output).toContain('CannotPullContainerError');
    expect(result.phases.at(-1)).toEqual({ phase: 'BUILD', status: 'FAILED' });
  });
});

describe('the buildspec migrate.yml', () => {
  test('runs the command in a task of the new version and deploys nothing', async () => {
    await using world = await pipelineWorld();
    world.sandbox.ecs.setFates([
      { match: { taskDefinition: 'web:2' }, fate: { kind: 'exit', code: 0, log: ['the schema is at 4'] } },
    ]);
    const result = await run(world, 'migrate', { IMAGE: 'example/web:2' });
    expect(result.output).toContain('the schema is at 4');
    expect(result.status).toBe('SUCCEEDED');
    expect(await world.liveImage()).toBe('example/web:1');
  });

  test('fails with the exit code of the migration', async () => {
    await using world = await pipelineWorld();
    world.sandbox.ecs.setFates([
      { match: { taskDefinition: 'web:2' }, fate: { kind: 'exit', code: 3, log: ['no such column'] } },
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
    const image = result.exported.LANDFALL_IMAGE!;
    expect(image).toBe(`${world.sandbox.registry}/web@${result.exported.LANDFALL_DIGEST}`);
    expect(JSON.parse(readFileSync(join(world.source, 'imagedefinitions.json'), 'utf8'))).toEqual([
      { name: 'web', imageUri: image },
    ]);
    expect(existsSync(loginOf(world))).toBe(false);
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
