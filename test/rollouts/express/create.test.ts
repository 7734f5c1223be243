import { describe, expect, test } from '@jest/globals';
import { scenario } from '../scenario/current.ts';
import { logLinesOf } from '../scenario/scenario.ts';
import { breaks, deploy, nothing, role, roles, sent, serviceArn, summaryOf } from './service.ts';

describe('a service that is not there yet', () => {
  test('is created with what was given and no more, and followed', async () => {
    await nothing();
    const end = await deploy({
      ...roles,
      'container-port': '8080',
      'environment-variables': 'LEVEL=info',
      'health-check-path': '/health',
      'min-task-count': '2',
      tags: 'team=web',
    });
    expect(sent('CreateExpressGatewayService')).toEqual([
      {
        cluster: 'main',
        serviceName: 'web',
        infrastructureRoleArn: role('infrastructure'),
        executionRoleArn: role('execution'),
        primaryContainer: {
          image: 'example/web:2',
          containerPort: 8080,
          environment: [{ name: 'LEVEL', value: 'info' }],
        },
        healthCheckPath: '/health',
        scalingTarget: { minTaskCount: 2 },
        tags: [{ key: 'team', value: 'web' }],
      },
    ]);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.result.outputs).toMatchObject({
      'service-arn': serviceArn,
      url: expect.stringMatching(/^https:/),
    });
    expect(scenario.serving()).toEqual(['main-web:1 2']);
  });

  test('needs its roles: refused before anything is sent, together', async () => {
    await nothing();
    const end = await deploy({ 'log-stream-prefix': 'web' });
    expect(end).toEnd(2);
    expect(end.result.error?.details).toEqual([
      'execution-role-arn is required to create service web, which does not exist',
      'infrastructure-role-arn is required to create service web, which does not exist',
      'log-group is required to create service web, which does not exist',
    ]);
    expect(sent('CreateExpressGatewayService')).toEqual([]);
  });

  test('is not created for an ARN: that names a service which exists, perhaps in another cluster', async () => {
    await nothing();
    const end = await deploy({ ...roles, 'service-name': serviceArn });
    expect(summaryOf(end)).toBe(
      'service web was not found in cluster main (region us-east-1, account 123456789012)',
    );
    expect(sent('CreateExpressGatewayService')).toEqual([]);
  });

  test('that fails at once is red: there is no version to roll back to', async () => {
    await nothing({ taskRules: [breaks(2)] });
    const end = await deploy(roles);
    expect(end).toEnd('FAILED 1');
    expect(summaryOf(end)).toMatch(
      /^web: main-web:1 is not live: the rollback also failed: No rollback candidate/,
    );
    expect(end.result.error?.details[0]).toMatch(/container "Main" ended \(exit code 1\)/);
  });

  test('in a cluster that is not there: only `default` is made by Express Mode', async () => {
    await nothing();
    const end = await deploy({ ...roles, cluster: 'gone' });
    expect(end.result.error?.code).toBe('NOT_FOUND');
    expect(await deploy({ ...roles, cluster: 'default' })).toEnd('SUCCEEDED 0');
  });

  test('D08: the answer to the creation is lost, but it was made: it is found and followed', async () => {
    await nothing();
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'CreateExpressGatewayService',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    const end = await deploy(roles);
    expect(end).toEnd('SUCCEEDED 0');
    expect(sent('CreateExpressGatewayService')).toHaveLength(1);
    expect(logLinesOf(end.host)).toContain(
      'notice: web: no response to UpdateService; found the deployment it created',
    );
  });

  test('D08: the creation was lost before it arrived: it is sent again', async () => {
    await nothing();
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'CreateExpressGatewayService',
      count: 1,
      fault: { kind: 'reset', effect: 'none' },
    });
    expect(await deploy(roles)).toEnd('SUCCEEDED 0');
  });
});
