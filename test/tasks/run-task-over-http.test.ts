import { expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import { createAws } from '@landfall/aws/aws';
import { runTask } from '@landfall/core/operations/run-task';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { runReported } from '@landfall/report/run-reported';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { drivenClock } from '@landfall/sandbox/clock/driven-clock';
import { startSandbox } from '@landfall/sandbox/sandbox';

const operation = runTask;

const taskDefinition = {
  family: 'migrate',
  networkMode: 'awsvpc',
  containerDefinitions: [
    {
      name: 'app',
      image: 'example/web:2',
      memory: 128,
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': '/ecs/migrate',
          'awslogs-region': 'us-east-1',
          'awslogs-stream-prefix': 'run',
        },
      },
    },
  ],
};

test('a migration runs over HTTP through the SDK, in the network of a service, with no more than its own policy', async () => {
  const sandbox = await startSandbox({ tasks: 'scripted', clock: 'virtual', enforce: true, seed: 1 });
  try {
    await sandbox.dispatch('ecs', 'CreateCluster', { clusterName: 'main' });
    await sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: '/ecs/migrate' });
    await sandbox.dispatch('ecs', 'RegisterTaskDefinition', { ...taskDefinition, family: 'web' });
    const awsvpcConfiguration = { subnets: ['subnet-0a1'], securityGroups: ['sg-0a1'] };
    await sandbox.dispatch('ecs', 'CreateService', {
      cluster: 'main',
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount: 0,
      networkConfiguration: { awsvpcConfiguration },
    });
    sandbox.ecs.setTaskRules([
      {
        match: { group: 'family:migrate' },
        outcome: { kind: 'exit', code: 0, after: 30_000, log: ['migrated'] },
      },
    ]);
    const principal = sandbox.addPrincipal({
      policy: JSON.parse(iamPolicy(operation, new Map([['cluster', 'main']]))),
    });
    const clock = drivenClock(sandbox.clock as VirtualClock);
    const env = { ...sandbox.environment(principal), HOME: '/nowhere' };
    const aws = await createAws({ env, clock, operation: 'run-task', version: '0' });
    const fake = fakeWorld({
      inputs: {
        'task-definition': 'migrate.json',
        cluster: 'main',
        service: 'web',
        command: '["./migrate", "--all"]',
      },
      files: { 'migrate.json': JSON.stringify(taskDefinition) },
    });

    const result = await runReported(operation, { ...fake, aws, clock });

    expect(result.error).toBeUndefined();
    expect(result).toMatchObject({ exitCode: 0, outputs: { 'exit-code': '0' } });
    expect(fake.host.lines).toContain('output: migrated');
    const request = sandbox.journal().find(({ operation }) => operation === 'RunTask');
    expect(request?.input).toMatchObject({
      networkConfiguration: { awsvpcConfiguration },
      overrides: { containerOverrides: [{ name: 'app', command: ['./migrate', '--all'] }] },
    });
    expect(aws.calls()).toMatchObject({ 'ecs:RunTask': 1, 'ecs:RegisterTaskDefinition': 1 });
  } finally {
    await sandbox.close();
  }
});
