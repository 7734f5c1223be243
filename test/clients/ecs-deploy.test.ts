import type { DescribeServicesResponse, DescribeTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { sandboxForTests } from '@landfall/sandbox/testing/started';
import { describeUnless } from '../runner/requirements.ts';
import { missingTools, pythonEnvironment, toolClient } from './client.ts';
import { createService } from './service.ts';

// Each call starts a Python program that loads a second's worth of modules.
jest.setTimeout(180_000);

describeUnless(missingTools('ecs'))('ecs-deploy and the sandbox', () => {
  const running = sandboxForTests({ clock: 'virtual' });
  const ecs = toolClient('ecs', () => pythonEnvironment(running()));
  /** What ECS keeps of the service, and the container of the version that is live. */
  const live = async () => {
    const { services } = (await running().dispatch('ecs', 'DescribeServices', {
      cluster: 'main',
      services: ['web'],
    })) as DescribeServicesResponse;
    const { taskDefinition, desiredCount, runningCount } = services![0]!;
    const described = (await running().dispatch('ecs', 'DescribeTaskDefinition', {
      taskDefinition,
    })) as DescribeTaskDefinitionResponse;
    const { image, environment } = described.taskDefinition!.containerDefinitions![0]!;
    return { version: taskDefinition!.split('/').at(-1), desiredCount, runningCount, image, environment };
  };
  beforeAll(() => createService(running()));

  test('`deploy` registers a revision with another image, waits for it, and deregisters the last one', async () => {
    const output = await ecs(['deploy', 'main', 'web', '--image', 'web', 'example/web:2']);
    expect(output).toContain('Changed image of container "web" to: "example/web:2" (was: "example/web:1")');
    expect(output).toContain('Successfully changed task definition to: web:2');
    expect(output).toContain('Deployment successful');
    expect(output).toContain('Successfully deregistered revision: 1');
    expect(await live()).toMatchObject({ version: 'web:2', image: 'example/web:2', runningCount: 2 });
  });

  test('`scale` changes the count and waits for the tasks', async () => {
    expect(await ecs(['scale', 'main', 'web', '3'])).toContain('Scaling successful');
    expect(await live()).toMatchObject({ desiredCount: 3, runningCount: 3 });
  });

  test('`run` starts a task, and `update` registers a revision that nothing runs', async () => {
    const network = ['--subnet', 'subnet-0a1b2c3d4e5f60718', '--securitygroup', 'sg-0a1b2c3d4e5f60718'];
    const run = await ecs(['run', 'main', 'web', '--launchtype', 'FARGATE', ...network]);
    expect(run).toContain('Successfully started 1 instances of task: web:2');
    expect(await ecs(['update', 'web', '--tag', '3'])).toContain('Successfully created revision: 3');
    expect(await live()).toMatchObject({ version: 'web:2' });
  });

  test('`diff` shows what two revisions differ in', async () => {
    expect(await ecs(['diff', 'web', '2', '3'])).toBe(
      'change: containers.web.image\n    - "example/web:2"\n    + "example/web:3"\n',
    );
  });

  test('`deploy` changes tags and variables, and is red with what ECS says of a version that does not start', async () => {
    running().ecs.setTaskRules([
      { match: { image: 'example/web:4' }, outcome: { kind: 'pull-error', cause: 'not-found' } },
    ]);
    const argv = ['deploy', 'main', 'web', '--tag', '4', '--env', 'web', 'LEVEL', 'debug'];
    await expect(ecs(argv)).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('Changed environment "LEVEL" of container "web" to: "debug"'),
      stderr: expect.stringMatching(
        /ERROR: \(service web\) is unable to consistently start tasks successfully\..*\n\nDeployment failed/,
      ),
    });
    expect(await live()).toMatchObject({ environment: [{ name: 'LEVEL', value: 'debug' }] });
  });
});
