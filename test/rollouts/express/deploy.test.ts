import type { PutImageResponse } from '@aws-sdk/client-ecr';
import { describe, expect, test } from '@jest/globals';
import { createScenario, scenario } from '../scenario/current.ts';
import { type Between, logLinesOf, stagesOf } from '../scenario/scenario.ts';
import {
  begin,
  breaks,
  deploy,
  given,
  minute,
  nothing,
  role,
  roles,
  sent,
  serviceArn,
  summaryOf,
  updates,
} from './service.ts';

/** As if by another pipeline, or by a run that was killed. */
const updateTo = (version: number) =>
  scenario.sandbox.dispatch('ecs', 'UpdateExpressGatewayService', {
    serviceArn,
    primaryContainer: { image: `example/web:${version}` },
  });

describe('an Express service, transition by transition', () => {
  test('GoodToGood: a canary of 5%, then all of the traffic, then the bake; where it answers is told', async () => {
    await given();
    const end = await deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(stagesOf(end).filter((stage) => /PRODUCTION_TRAFFIC_SHIFT|BAKE/.test(stage))).toEqual([
      'PRE_PRODUCTION_TRAFFIC_SHIFT (0% traffic)',
      'PRODUCTION_TRAFFIC_SHIFT (5% traffic)',
      'PRE_PRODUCTION_TRAFFIC_SHIFT (5% traffic)',
      'PRODUCTION_TRAFFIC_SHIFT (100% traffic)',
      'POST_PRODUCTION_TRAFFIC_SHIFT (100% traffic)',
      'BAKE_TIME (100% traffic)',
    ]);
    expect(logLinesOf(end.host).slice(0, 3)).toEqual([
      'info: - containers.Main.image: "example/web:1"',
      'info: + containers.Main.image: "example/web:2"',
      'info: web: deployment ecs-svc/… of main-web:2 in cluster main',
    ]);
    expect(logLinesOf(end.host).slice(-2)).toEqual([
      'info: ✓ web: main-web:2 is live',
      `info: web answers at ${end.result.outputs.url}`,
    ]);
    expect(end.result.outputs).toMatchObject({
      'service-arn': serviceArn,
      'task-definition-arn': 'arn:aws:ecs:us-east-1:123456789012:task-definition/main-web:2',
      'deployment-id': end.live?.deploymentId,
      endpoint: expect.stringMatching(/^we-[0-9a-f]{32}\.ecs\.us-east-1\.on\.aws$/),
      url: `https://${end.result.outputs.endpoint}`,
    });
    expect(scenario.serving()).toEqual(['main-web:2 2']);
  });

  test('GoodToBad, the official action’s false green: the rollback is red, with the reason and the exit code', async () => {
    await given({}, { taskRules: [breaks(2)] });
    const end = await deploy();
    expect(end).toEnd('ROLLED_BACK 1');
    expect(summaryOf(end)).toBe(
      'web: main-web:2 is not live: Service deployment rolled back because the circuit breaker threshold was exceeded. (live: main-web:1)',
    );
    expect(end.result.error?.details[0]).toMatch(
      /^\d tasks \(.*\): container "Main" ended \(exit code 1\): Essential container in task exited$/,
    );
    expect(scenario.serving()).toEqual(['main-web:1 2']);
  });

  test('GoodToBad, the alarm of Express Mode while 5% of the traffic try it', async () => {
    await given();
    scenario.alarmAt(2 * minute, 'main/web/RollbackAlarm');
    const end = await deploy();
    expect(end).toEnd('ROLLED_BACK 1');
    expect(summaryOf(end)).toBe(
      'web: main-web:2 is not live: Service deployment rolled back because one or more alarms were triggered. (live: main-web:1)',
    );
    expect(scenario.serving()).toEqual(['main-web:1 2']);
  });

  test('BadToGood: a broken service is fixed by a good version', async () => {
    await given({}, { taskRules: [breaks(1)] });
    expect(await deploy()).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['main-web:2 2']);
  });

  test('BadToBad: the rollback has nowhere to go, FAILED', async () => {
    await given({}, { taskRules: [breaks(1), breaks(2)] });
    const end = await deploy();
    expect(end).toEnd('FAILED 1');
    expect(summaryOf(end)).toMatch(/the rollback also failed: No rollback candidate was found/);
  });

  test('D16: superseded while the canary runs', async () => {
    await given();
    scenario.at(2 * minute, () => updateTo(3));
    const end = await deploy();
    expect(end).toEnd('SUPERSEDED 1');
    expect(summaryOf(end)).toMatch(
      /superseded by deployment ecs-svc\/\d+ of main-web:3; this run deployed main-web:2$/,
    );
  });

  test('stopped by a person while the canary runs', async () => {
    await given();
    scenario.stopAt(2 * minute);
    const end = await deploy();
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.remedy).toBe('Someone stopped this deployment: find out why, then redeploy.');
  });

  test('stalled: tasks that never start are given up, unfinished, and the state is reported', async () => {
    await given({}, { taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'never-starts' } }] });
    const end = await deploy();
    expect(end).toEnd('STALLED 4');
    expect(summaryOf(end)).toBe('web: main-web:2 is not live: no progress for 18 min; still SCALE_UP');
  });

  test('autoscaled while the canary runs', async () => {
    await given();
    scenario.scaleAt(2 * minute, 3);
    const end = await deploy();
    expect(logLinesOf(end.host)).toContain('info: web  desired count 2 → 3');
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['main-web:2 3']);
  });
});

describe('an update', () => {
  const container = {
    image: 'example/web:1',
    containerPort: 8080,
    environment: [
      { name: 'LEVEL', value: 'info' },
      { name: 'TOKEN_URL', value: 'https://example.com' },
    ],
    secrets: [{ name: 'KEY', valueFrom: 'arn:aws:ssm:us-east-1:123456789012:parameter/key' }],
  };

  test('with a new image keeps environment, secrets, port and logs, and sends nothing else', async () => {
    await given({ primaryContainer: container });
    await deploy();
    expect(updates()).toEqual([
      {
        serviceArn,
        primaryContainer: {
          ...container,
          image: 'example/web:2',
          awsLogsConfiguration: {
            logGroup: expect.stringMatching(/^\/aws\/ecs\/main\/web-/),
            logStreamPrefix: 'ecs',
          },
        },
      },
    ]);
  });

  test('of the scaling alone sends the whole scaling target and no container', async () => {
    await given({ primaryContainer: { image: `example/web@${'sha256:'.padEnd(71, 'a')}` } });
    const end = await deploy({ image: `example/web@${'sha256:'.padEnd(71, 'a')}`, 'max-task-count': '5' });
    expect(updates()).toEqual([
      {
        serviceArn,
        scalingTarget: {
          minTaskCount: 2,
          maxTaskCount: 5,
          autoScalingMetric: 'AVERAGE_CPU',
          autoScalingTargetValue: 60,
        },
      },
    ]);
    expect(logLinesOf(end.host).slice(0, 2)).toEqual([
      'info: - scalingTarget.maxTaskCount: 20',
      'info: + scalingTarget.maxTaskCount: 5',
    ]);
  });

  test('never shows the value of a variable', async () => {
    await given({ primaryContainer: container });
    const end = await deploy({ 'environment-variables': 'LEVEL=s3cret-level', 'dry-run': 'true' });
    expect(JSON.stringify([end.host.lines, end.result])).not.toContain('s3cret-level');
    expect(logLinesOf(end.host).at(-1)).toBe('info: web: the update would start a new deployment');
    expect(updates()).toEqual([]);
  });

  test('cannot change the infrastructure role, and says so before anything is sent', async () => {
    await given();
    const end = await deploy({ 'infrastructure-role-arn': role('other') });
    expect(summaryOf(end)).toBe(
      `infrastructure-role-arn cannot be changed: web was created with ${role('infrastructure')}`,
    );
    expect(end).toEnd(2);
    expect(updates()).toEqual([]);
  });

  test('of a service that is not an Express service is refused, and the operation to use is named', async () => {
    await createScenario();
    const end = await deploy();
    expect(end.result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'service-name names web, which is not an Express service',
      remedy: 'Deploy to it with deploy-service, or give the Express service another name.',
    });
  });

  test('makes the tags those of the run when asked to, but never takes the one that Express Mode needs', async () => {
    await given({
      tags: [
        { key: 'old', value: '1' },
        { key: 'team', value: 'api' },
      ],
    });
    const end = await deploy({ tags: 'team=web', 'mutate-tags-on-update': 'true' });
    expect(logLinesOf(end.host).slice(0, 2)).toEqual(['info: + tags.team: "web"', 'info: - tags.old']);
    expect(sent('UntagResource')).toEqual([{ resourceArn: serviceArn, tagKeys: ['old'] }]);
    expect(sent('TagResource')).toEqual([{ resourceArn: serviceArn, tags: [{ key: 'team', value: 'web' }] }]);
  });

  test('is read back through stale reads', async () => {
    await given();
    scenario.sandbox.ecs.setLag({ staleReads: 4, lateServiceDeployment: 3 });
    const end = await deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(1);
  });

  test('D08: its answer is lost, but it was made: found and followed, not sent again', async () => {
    await given();
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'UpdateExpressGatewayService',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    const end = await deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(1);
  });

  test('D08: its answer is lost, and a deployment from before is set to the same: that is not its own', async () => {
    await given();
    await deploy();
    const before = await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
      cluster: 'main',
      services: ['web'],
    });
    await updateTo(3);
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'UpdateExpressGatewayService',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    let reads = 0;
    const between: Between = async ({ operation, input }, send) => {
      const answer = await send(input);
      if (operation !== 'DescribeServices' || updates().length < 3) return answer;
      reads += 1;
      return reads < 3 ? before : answer;
    };
    const end = await deploy({}, { between });
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.live?.deploymentId).toBe(end.result.outputs['deployment-id']);
    expect(end.deploymentsMade).toBe(3);
  });

  test('D08: it was lost before it arrived: sent again', async () => {
    await given();
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'UpdateExpressGatewayService',
      count: 1,
      fault: { kind: 'reset', effect: 'none' },
    });
    const end = await deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(1);
  });

  test('rollback-on timeout has ECS roll the unfinished deployment back', async () => {
    await given();
    const end = await deploy({ 'wait-timeout': '1m', 'rollback-on': 'timeout' });
    expect(end).toEnd('TIMED_OUT 4');
    expect(sent('StopServiceDeployment')).toHaveLength(1);
  });

  test('rollback-on failure sets the service back to all that it was set to, where ECS did not', async () => {
    const { secrets: _secrets, ...open } = container;
    await given({ healthCheckPath: '/up', primaryContainer: open });
    await scenario.sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [],
    });
    const put = await scenario.sandbox.dispatch('ecr', 'PutImage', { repositoryName: 'web', imageManifest });
    const pushed = (put as PutImageResponse).image!.imageId!.imageDigest!;
    const other = `sha256:${'b'.repeat(64)}`;
    const containerImages = [{ containerName: 'Main', imageDigest: other }];
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'DescribeServiceRevisions',
      fault: { kind: 'answer', body: { serviceRevisions: [{ containerImages }], failures: [] } },
    });
    const end = await deploy({
      image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/web@${pushed}`,
      'health-check-path': '/health',
      'rollback-on': 'failure',
    });
    expect(end).toEnd('FAILED 1');
    expect(summaryOf(end)).toContain(`container Main runs ${other}, not the ${pushed} that`);
    expect(updates().at(-1)).toEqual({
      serviceArn,
      primaryContainer: expect.objectContaining(open),
      healthCheckPath: '/up',
    });
    expect(logLinesOf(end.host)).toContain('info: ✓ web: main-web:3 is live');
    expect(scenario.serving()).toEqual(['main-web:3 2']);
  });

  test('rollback-on failure of a service that this run created is impossible, and reported in addition to the failure', async () => {
    await nothing({ taskRules: [breaks(2)] });
    const end = await deploy({ ...roles, 'rollback-on': 'failure' });
    expect(end).toEnd('FAILED 1');
    expect(logLinesOf(end.host)).toContain(
      'error: ROLLBACK_IMPOSSIBLE: web is not rolled back: nothing was running before',
    );
  });
});

describe('a run that is cancelled', () => {
  const image = `example/web@sha256:${'b'.repeat(64)}`;

  test('D25: says within a second what is in progress; run again, it is adopted', async () => {
    await given();
    const first = begin({ image });
    scenario.at(minute, () => first.host.cancel());
    const cut = await first.done;
    expect(cut).toEnd(130);
    expect(cut.took).toBeLessThan(minute + 1000);
    expect(summaryOf(cut)).toMatch(
      /^web: main-web:2 is not live: cancelled; deployment ecs-svc\/\d+ is still in progress$/,
    );
    const again = await deploy({ image });
    expect(again).toEnd('SUCCEEDED 0');
    expect(again.deploymentsMade).toBe(1);
  });

  test('D25: cancelled before the service shows the deployment: what the response named is reported anyway', async () => {
    await given();
    scenario.sandbox.ecs.setLag({ staleReads: 9 });
    const first = begin({ image });
    scenario.at(1000, () => first.host.cancel());
    const cut = await first.done;
    expect(cut).toEnd(130);
    expect(cut.result.outputs).toMatchObject({
      'deployment-id': expect.stringMatching(/^ecs-svc\/\d+$/),
      'task-definition-arn': expect.stringMatching(/main-web:2$/),
      url: expect.stringMatching(/^https:/),
    });
    expect(summaryOf(cut)).toMatch(/cancelled; deployment ecs-svc\/\d+ is still in progress$/);
    scenario.sandbox.ecs.setLag({});
    const again = await deploy({ image });
    expect(again).toEnd('SUCCEEDED 0');
    expect(again.deploymentsMade).toBe(1);
  });

  test('on-cancel stop has ECS stop the deployment and roll back', async () => {
    await given();
    const first = begin({ image, 'on-cancel': 'stop' });
    scenario.at(minute, () => first.host.cancel());
    expect(summaryOf(await first.done)).toMatch(/ECS is stopping deployment ecs-svc\/\d+ and rolling back$/);
  });
});
