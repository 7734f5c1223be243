import { expect, test } from '@jest/globals';
import { createScenario, scenario } from '../scenario/current.ts';

const breaker = {
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
};
const revision = (version: number) => `arn:aws:ecs:us-east-1:123456789012:task-definition/web:${version}`;
const deployment = 'ecs-svc/6288895609581395149';
const serviceDeploymentArn =
  'arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/GKvkCH4HZMU7-jLAgplpr';
const place = { cluster: 'main', service: 'web', deployment };

test('the record of a rolling deployment holds its inputs, its result and every change with its time', async () => {
  await createScenario({ services: { web: breaker } });
  const { result } = await scenario.deploy();
  expect(result).toEqual({
    schemaVersion: 1,
    landfall: 'unreleased',
    operation: 'deploy-service',
    title: 'Deploy an Amazon ECS service',
    inputs: { 'task-definition': 'v2.json', service: 'web', cluster: 'main' },
    host: 'terminal',
    run: { id: 'run-1', attempt: 1, origin: 'run-1' },
    startedAt: '2026-01-01T00:20:00.000Z',
    endedAt: '2026-01-01T00:21:02.577Z',
    milliseconds: 62_577,
    ok: true,
    exitCode: 0,
    outputs: {
      'task-definition-arn': revision(2),
      'service-arn': 'arn:aws:ecs:us-east-1:123456789012:service/main/web',
      'deployment-id': deployment,
      'outside-changes': '[]',
      'service-deployment-arn': serviceDeploymentArn,
      verdict: 'SUCCEEDED',
      results: JSON.stringify([
        {
          cluster: 'main',
          service: 'web',
          status: 'deployed',
          verdict: 'SUCCEEDED',
          reason: 'web:2 is live',
          taskDefinition: revision(2),
          deploymentId: deployment,
        },
      ]),
    },
    verdict: 'SUCCEEDED',
    services: [
      {
        cluster: 'main',
        service: 'web',
        status: 'deployed',
        verdict: 'SUCCEEDED',
        reason: 'web:2 is live',
        taskDefinition: revision(2),
        registration: 'registered',
        deployment: {
          id: deployment,
          taskDefinition: revision(2),
          previousTaskDefinition: revision(1),
          serviceDeploymentArn,
          shiftsTraffic: false,
        },
        live: revision(2),
        milliseconds: 62_577,
        stoppedTasks: [],
        outsideChanges: [],
        resume: [],
      },
    ],
    images: [],
    tasks: [],
    checks: [],
    changes: [],
    blockingFindings: [],
    containerImages: [],
    events: [
      {
        at: '2026-01-01T00:20:00.000Z',
        kind: 'log',
        level: 'info',
        text: 'task definition registered web:2',
      },
      {
        at: '2026-01-01T00:20:00.000Z',
        kind: 'log',
        level: 'info',
        text: `web: deployment ${deployment} of web:2 in cluster main`,
      },
      {
        at: '2026-01-01T00:20:00.000Z',
        kind: 'following',
        ...place,
        taskDefinition: revision(2),
        previousTaskDefinition: revision(1),
        startedAt: '2026-01-01T00:20:00.000Z',
        running: 0,
        others: 2,
      },
      counts('00:20:00.000', { running: 0, pending: 0, others: 2 }),
      counts('00:20:01.693', { running: 0, pending: 2, others: 2 }),
      serviceEvent('00:20:01.693', 'has started 2 tasks: (task 8d369136) (task 9b7cad5d).'),
      counts('00:20:14.296', { running: 2, pending: 0, others: 2 }),
      counts('00:20:55.212', { running: 2, pending: 0, others: 0 }),
      serviceEvent('00:21:02.577', 'has stopped 2 running tasks: (task 462ef2d7) (task 92a48ba6).'),
      serviceEvent('00:21:02.577', `(deployment ${deployment} of web:2) deployment completed.`),
      serviceEvent('00:21:02.577', 'has reached a steady state.'),
      {
        at: '2026-01-01T00:21:02.577Z',
        kind: 'log',
        level: 'info',
        text: '✓ web: web:2 is live  [1:02]',
      },
    ],
    summary: [],
    calls: {
      'ecs:DescribeServices': 10,
      'ecs:DescribeTaskDefinition': 2,
      'ecs:RegisterTaskDefinition': 1,
      'ecs:UpdateService': 1,
      'ecs:DescribeServiceDeployments': 36,
    },
  });
});

const at = (time: string) => ({ at: `2026-01-01T${time}Z` });
const counts = (time: string, changed: object) => ({
  ...at(time),
  kind: 'counts',
  ...place,
  desired: 2,
  failed: 0,
  ...changed,
});
const serviceEvent = (time: string, message: string) => ({
  ...at(time),
  kind: 'service-event',
  ...place,
  message,
});
