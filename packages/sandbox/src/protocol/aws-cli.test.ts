import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { sandboxForTests } from '../testing/started.ts';

const run = promisify(execFile);
const missing = (() => {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
})();
if (missing) console.warn(`The aws CLI is not installed, so the sandbox is not tried with it: ${missing}`);

(missing ? describe.skip : describe)('the aws CLI', () => {
  const running = sandboxForTests();
  const aws = async (...argv: string[]) => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...running().environment() };
    const { stdout } = await run('aws', ['--output', 'json', ...argv], { env });
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  };

  test('asks who it is (STS, query and XML)', async () => {
    expect(await aws('sts', 'get-caller-identity')).toMatchObject({
      Arn: 'arn:aws:iam::123456789012:user/landfall-admin',
    });
  });

  test('makes a repository and a login (ECR)', async () => {
    const { repository } = await aws(
      'ecr',
      'create-repository',
      '--repository-name',
      'cli/app',
      '--image-tag-mutability',
      'IMMUTABLE',
    );
    expect(repository.repositoryUri).toBe(`${running().registry}/cli/app`);
    const { authorizationData } = await aws('ecr', 'get-authorization-token');
    expect(authorizationData[0].proxyEndpoint).toBe(running().url);
  });

  test('shows an error by its name and message', async () => {
    await expect(aws('ecr', 'describe-repositories', '--repository-names', 'nope')).rejects.toMatchObject({
      stderr: expect.stringContaining(
        "An error occurred (RepositoryNotFoundException) when calling the DescribeRepositories operation: The repository with name 'nope' does not exist in the registry with id '123456789012'",
      ),
    });
  });

  test('writes and reads logs, and pages through them by itself', async () => {
    await aws('logs', 'create-log-group', '--log-group-name', '/cli');
    await aws('logs', 'create-log-stream', '--log-group-name', '/cli', '--log-stream-name', 's');
    const now = Date.now();
    await aws(
      'logs',
      'put-log-events',
      '--log-group-name',
      '/cli',
      '--log-stream-name',
      's',
      '--log-events',
      `timestamp=${now},message=one`,
      `timestamp=${now},message=two`,
    );
    const { events } = await aws('logs', 'filter-log-events', '--log-group-name', '/cli', '--page-size', '1');
    expect(events.map((event: { message: string }) => event.message)).toEqual(['one', 'two']);
  });

  test('keeps and reads a secret', async () => {
    await aws('secretsmanager', 'create-secret', '--name', 'cli/secret', '--secret-string', '{"a":"b"}');
    expect(await aws('secretsmanager', 'get-secret-value', '--secret-id', 'cli/secret')).toMatchObject({
      SecretString: '{"a":"b"}',
    });
  });

  test('makes a cluster (ECS)', async () => {
    await aws('ecs', 'create-cluster', '--cluster-name', 'main');
    expect(await aws('ecs', 'list-clusters')).toEqual({
      clusterArns: ['arn:aws:ecs:us-east-1:123456789012:cluster/main'],
    });
  });
});
