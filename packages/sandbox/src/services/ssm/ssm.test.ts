import type { DescribeTasksResponse, RunTaskResponse } from '@aws-sdk/client-ecs';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, test } from '@jest/globals';
import type { VirtualClock } from '../../clock/clock.ts';
import { createLocalAws } from '../../sandbox.ts';
import { sandboxForTests, sdkOptions } from '../../testing/started.ts';

describe('GetParameter', () => {
  const sandbox = sandboxForTests({ seed: 1 });

  test('gives a parameter by its name or ARN, a SecureString in the clear only when asked', async () => {
    const ssm = new SSMClient(sdkOptions(sandbox()));
    await ssm.send(new PutParameterCommand({ Name: '/web/token', Type: 'SecureString', Value: 'abc' }));
    const arn = 'arn:aws:ssm:us-east-1:123456789012:parameter/web/token';
    const get = async (Name: string, WithDecryption?: boolean) =>
      (await ssm.send(new GetParameterCommand({ Name, ...(WithDecryption && { WithDecryption }) })))
        .Parameter;
    expect(await get('/web/token', true)).toEqual({
      ARN: arn,
      DataType: 'text',
      LastModifiedDate: expect.any(Date),
      Name: '/web/token',
      Type: 'SecureString',
      Value: 'abc',
      Version: 1,
    });
    expect(await get(arn)).toMatchObject({ Name: '/web/token', Value: 'AQICAH' });
    await expect(get('/gone')).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });
});

describe('the secret of a container', () => {
  /** Runs a task whose only container has this secret, and returns it a minute later. */
  const taskWith = async (valueFrom: string) => {
    const aws = createLocalAws({ clock: 'virtual', seed: 1 });
    try {
      aws.ecs.setTaskRules([{ outcome: { kind: 'run' } }]);
      await aws.dispatch('ssm', 'PutParameter', { Name: '/web/token', Type: 'SecureString', Value: 'abc' });
      const far = { Name: '/web/far', Type: 'SecureString', Value: 'abc' };
      await aws.dispatch('ssm', 'PutParameter', far, { region: 'eu-west-1' });
      await aws.dispatch('ecs', 'CreateCluster', {});
      await aws.dispatch('ecs', 'RegisterTaskDefinition', {
        family: 'web',
        containerDefinitions: [
          { name: 'app', image: 'example/web:1', memory: 128, secrets: [{ name: 'TOKEN', valueFrom }] },
        ],
      });
      const { tasks } = (await aws.dispatch('ecs', 'RunTask', {
        taskDefinition: 'web',
      })) as RunTaskResponse;
      (aws.clock as VirtualClock).advance(60_000);
      const asked = { tasks: [tasks![0]!.taskArn] };
      const { lastStatus, stoppedReason } = (
        (await aws.dispatch('ecs', 'DescribeTasks', asked)) as DescribeTasksResponse
      ).tasks![0]!;
      return { lastStatus, stoppedReason };
    } finally {
      await aws.close();
    }
  };

  test.each([
    '/web/token',
    'arn:aws:ssm:us-east-1:123456789012:parameter/web/token',
    'arn:aws:ssm:eu-west-1:123456789012:parameter/web/far',
  ])('may be a parameter: %s', async (valueFrom) =>
    expect(await taskWith(valueFrom)).toEqual({ lastStatus: 'RUNNING' }),
  );

  test.each([
    ['/gone', '/gone'],
    ['/web/far', '/web/far'],
    ['arn:aws:ssm:eu-west-1:123456789012:parameter/web/token', '/web/token'],
    ['db', 'db'],
  ])('that names no parameter, %s, ends the task before it starts', async (valueFrom, name) => {
    expect(await taskWith(valueFrom)).toEqual({
      lastStatus: 'STOPPED',
      stoppedReason: `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: ${name}`,
    });
  });
});
