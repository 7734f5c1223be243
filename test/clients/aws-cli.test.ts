import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { sandboxForTests } from '@landfall/sandbox/testing/started';
import { describeUnless } from '../runner/requirements.ts';
import { missingTools, pythonEnvironment, toolClient } from './client.ts';
import { appSpec, createCodeDeployService, createService, taskDefinition } from './service.ts';

// Each command starts a Python program that loads a second's worth of modules.
jest.setTimeout(180_000);

describeUnless(missingTools('aws'))('the aws CLI and the sandbox', () => {
  const running = sandboxForTests({ clock: 'virtual' });
  const run = toolClient('aws', () => ({ ...pythonEnvironment(running()), HOME: folder }));
  let folder: string;
  /** What a command answers, read as the JSON it is. */
  const aws = async (...argv: readonly string[]) => {
    const answer = await run([...argv, '--output', 'json']);
    return answer.trim() === '' ? undefined : JSON.parse(answer);
  };
  const file = (name: string, content: object) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'landfall-aws-'));
    await createService(running());
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('STS says who calls', async () => {
    expect(await aws('sts', 'get-caller-identity')).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/landfall-admin',
    });
  });

  test('the password for the registry lets in', async () => {
    const { repository } = await aws('ecr', 'create-repository', '--repository-name', 'cli/app');
    expect(repository.repositoryUri).toBe(`${running().registry}/cli/app`);
    const password = (await run(['ecr', 'get-login-password'])).trimEnd();
    const asked = await fetch(`${running().url}/v2/cli/app/tags/list`, {
      headers: { authorization: `Basic ${btoa(`AWS:${password}`)}` },
    });
    expect(await asked.json()).toEqual({ name: 'cli/app', tags: [] });
  });

  test('`s3 cp` copies a file to a bucket and back', async () => {
    const [there, back] = [join(folder, 'web.env'), join(folder, 'back.env')] as const;
    writeFileSync(there, 'A=1\n');
    await run(['s3api', 'create-bucket', '--bucket', 'settings']);
    await run(['s3', 'cp', there, 's3://settings/web/prod.env']);
    await run(['s3', 'cp', 's3://settings/web/prod.env', back]);
    expect(readFileSync(back, 'utf8')).toBe('A=1\n');
    expect(await aws('s3api', 'list-objects-v2', '--bucket', 'settings')).toMatchObject({
      Contents: [{ Key: 'web/prod.env', Size: 4 }],
    });
  });

  test('an error has its name and its message', async () => {
    const argv = ['ecr', 'describe-repositories', '--repository-names', 'none'];
    await expect(run(argv)).rejects.toMatchObject({
      code: 255,
      stderr: expect.stringContaining(
        "An error occurred (RepositoryNotFoundException) when calling the DescribeRepositories operation: The repository with name 'none' does not exist in the registry with id '123456789012'",
      ),
    });
  });

  test('an operation that the sandbox lacks is named', async () => {
    await expect(run(['iam', 'list-users'])).rejects.toMatchObject({
      code: 255,
      stderr: expect.stringContaining('The sandbox has no operation iam:ListUsers.'),
    });
  });

  test('log events are written, and read page by page', async () => {
    const stream = ['--log-group-name', '/cli', '--log-stream-name', 's'];
    await aws('logs', 'create-log-group', '--log-group-name', '/cli');
    await aws('logs', 'create-log-stream', ...stream);
    const at = running().clock.now();
    const events = ['one', 'two'].map((message) => `timestamp=${at},message=${message}`);
    await aws('logs', 'put-log-events', ...stream, '--log-events', ...events);
    const found = await aws('logs', 'filter-log-events', '--log-group-name', '/cli', '--page-size', '1');
    expect(found.events.map(({ message }: { message: string }) => message)).toEqual(['one', 'two']);
  });

  test('a secret and a parameter are kept, and read by their names', async () => {
    await aws('secretsmanager', 'create-secret', '--name', 'cli/secret', '--secret-string', '{"a":"b"}');
    expect(await aws('secretsmanager', 'get-secret-value', '--secret-id', 'cli/secret')).toMatchObject({
      SecretString: '{"a":"b"}',
    });
    await aws('ssm', 'put-parameter', '--name', '/cli/level', '--value', 'debug', '--type', 'String');
    expect(await aws('ssm', 'get-parameter', '--name', '/cli/level')).toMatchObject({
      Parameter: { Name: '/cli/level', Value: 'debug', Version: 1 },
    });
  });

  test('a service is updated, waited for, and its deployment is found by its revision', async () => {
    const registered = await aws(
      'ecs',
      'register-task-definition',
      '--cli-input-json',
      `file://${file('web.json', taskDefinition)}`,
    );
    expect(registered.taskDefinition.taskDefinitionArn).toMatch(/:task-definition\/web:2$/);
    const service = ['--cluster', 'main', '--service', 'web'];
    await aws('ecs', 'update-service', ...service, '--task-definition', 'web:2');
    await aws('ecs', 'wait', 'services-stable', '--cluster', 'main', '--services', 'web');
    const [live] = (await aws('ecs', 'describe-services', '--cluster', 'main', '--services', 'web')).services;
    expect(live).toMatchObject({ runningCount: 2, deployments: [{ status: 'PRIMARY', runningCount: 2 }] });
    expect(live.deployments[0].taskDefinition).toMatch(/:task-definition\/web:2$/);
    const { serviceDeployments } = await aws('ecs', 'list-service-deployments', ...service);
    const described = await aws(
      'ecs',
      'describe-service-deployments',
      '--service-deployment-arns',
      serviceDeployments[0].serviceDeploymentArn,
    );
    const revision = described.serviceDeployments[0].targetServiceRevision.arn;
    const { serviceRevisions } = await aws(
      'ecs',
      'describe-service-revisions',
      '--service-revision-arns',
      revision,
    );
    expect(serviceRevisions).toMatchObject([{ taskDefinition: live.taskDefinition }]);
  });

  test('a task is run and waited for until it has ended', async () => {
    const network = 'awsvpcConfiguration={subnets=[subnet-0a1b2c3d4e5f60718]}';
    const { tasks } = await aws(
      ...['ecs', 'run-task', '--cluster', 'main', '--task-definition', 'web'],
      ...['--launch-type', 'FARGATE', '--network-configuration', network],
    );
    const task = ['--cluster', 'main', '--tasks', tasks[0].taskArn];
    await aws('ecs', 'wait', 'tasks-stopped', ...task);
    expect((await aws('ecs', 'describe-tasks', ...task)).tasks).toMatchObject([
      { lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited', containers: [{ exitCode: 0 }] },
    ]);
  });

  test('`ecs deploy` puts a version live by CodeDeploy and waits until it is', async () => {
    await createCodeDeployService(running());
    const output = await run([
      ...['ecs', 'deploy', '--cluster', 'main', '--service', 'shop'],
      ...['--task-definition', file('shop.json', { ...taskDefinition, family: 'shop' })],
      ...['--codedeploy-appspec', file('appspec.json', appSpec)],
    ]);
    expect(output).toMatch(/^Successfully registered new ECS task definition .*:task-definition\/shop:2$/m);
    expect(output).toMatch(/^Successfully deployed .*:task-definition\/shop:2 to service 'shop'$/m);
    const [live] = (await aws('ecs', 'describe-services', '--cluster', 'main', '--services', 'shop'))
      .services;
    const primary = live.taskSets.find(({ status }: { status: string }) => status === 'PRIMARY');
    expect(primary).toMatchObject({ taskDefinition: expect.stringMatching(/\/shop:2$/), runningCount: 2 });
  });

  test('a service is deleted, and waited for until it is INACTIVE', async () => {
    await aws('ecs', 'delete-service', '--cluster', 'main', '--service', 'web', '--force');
    const services = ['--cluster', 'main', '--services', 'web'];
    await aws('ecs', 'wait', 'services-inactive', ...services);
    expect((await aws('ecs', 'describe-services', ...services)).services).toMatchObject([
      { status: 'INACTIVE' },
    ]);
  });
});
