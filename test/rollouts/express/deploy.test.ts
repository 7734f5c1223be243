import type { PutImageResponse } from '@aws-sdk/client-ecr';
import type { CreateExpressGatewayServiceRequest } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import { deployExpressService } from '@landfall/core/operations/deploy-express-service';
import type { KillAt } from '../scenario/kill-at.ts';
import { pushImage } from '../scenario/push-image.ts';
import {
  type Between,
  Scenario,
  type ScenarioOptions,
  type ScenarioResult,
  stagesOf,
  toldBy,
} from '../scenario/scenario.ts';

let scenario: Scenario;
afterEach(() => scenario.close());

const minute = 60_000;
const serviceArn = 'arn:aws:ecs:us-east-1:123456789012:service/main/web';
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const roles = { 'execution-role-arn': role('execution'), 'infrastructure-role-arn': role('infrastructure') };
const breaks = (version: number) => ({
  match: { image: `web:${version}` },
  outcome: { kind: 'exit', code: 1, after: 1000 } as const,
});

/** An Express service `web` on version 1 of its image, with two tasks. */
const given = async (
  more: Partial<CreateExpressGatewayServiceRequest> = {},
  options: ScenarioOptions = {},
) => {
  scenario = await Scenario.create({ express: { web: more }, ...options });
};
/** No service yet. */
const nothing = async (options: ScenarioOptions = {}) => {
  scenario = await Scenario.create({ services: {}, ...options });
};

const begin = (
  inputs: Record<string, string> = {},
  options: { accessKeyId?: string; killAt?: KillAt; between?: Between } = {},
) =>
  scenario.begin(
    { service: '', 'task-definition': '', 'service-name': 'web', image: 'example/web:2', ...inputs },
    { operation: deployExpressService, ...options },
  );
const deploy = (inputs: Record<string, string> = {}, options: Parameters<typeof begin>[1] = {}) =>
  begin(inputs, options).done;
const sent = (operation: string) =>
  scenario.sandbox
    .journal()
    .filter((entry) => entry.operation === operation)
    .map((entry) => entry.input);
/** What this run has sent: the scenario itself has created the service, and no more. */
const updates = () => sent('UpdateExpressGatewayService');
const summaryOf = ({ result }: ScenarioResult) => result.error?.summary;

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
    expect(toldBy(end.host).slice(0, 3)).toEqual([
      'info: - containers.Main.image: "example/web:1"',
      'info: + containers.Main.image: "example/web:2"',
      'info: web: deployment ecs-svc/… of main-web:2 in cluster main',
    ]);
    expect(toldBy(end.host).slice(-2)).toEqual([
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

  test('stalled: tasks that never start are given up, unfinished, and the state is said', async () => {
    await given({}, { taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'never-starts' } }] });
    const end = await deploy();
    expect(end).toEnd('STALLED 4');
    expect(summaryOf(end)).toBe('web: main-web:2 is not live: no progress for 18 min; still SCALE_UP');
  });

  test('autoscaled while the canary runs', async () => {
    await given();
    scenario.scaleAt(2 * minute, 3);
    const end = await deploy();
    expect(toldBy(end.host)).toContain('info: web  desired count 2 → 3');
    expect(end).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).toEqual(['main-web:2 3']);
  });
});

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
    expect(end.result.exitCode).toBe(2);
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

  test('that fails at once is red: there is no version to go back to', async () => {
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
    expect(toldBy(end.host)).toContain(
      'notice: web: no response to UpdateService; found the deployment it created',
    );
  });

  test('D08: the creation was lost altogether: it is sent once more', async () => {
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
    expect(toldBy(end.host).slice(0, 2)).toEqual([
      'info: - scalingTarget.maxTaskCount: 20',
      'info: + scalingTarget.maxTaskCount: 5',
    ]);
  });

  test('never shows the value of a variable', async () => {
    await given({ primaryContainer: container });
    const end = await deploy({ 'environment-variables': 'LEVEL=s3cret-level', 'dry-run': 'true' });
    expect(JSON.stringify([end.host.lines, end.result.facts])).not.toContain('s3cret-level');
    expect(toldBy(end.host).at(-1)).toBe('info: web: the update would start a new deployment');
    expect(updates()).toEqual([]);
  });

  test('cannot change the infrastructure role, and says so before anything is sent', async () => {
    await given();
    const end = await deploy({ 'infrastructure-role-arn': role('other') });
    expect(summaryOf(end)).toBe(
      `infrastructure-role-arn cannot be changed: web was created with ${role('infrastructure')}`,
    );
    expect(end.result.exitCode).toBe(2);
    expect(updates()).toEqual([]);
  });

  test('of a service that is no Express service is refused, and the operation to use is named', async () => {
    scenario = await Scenario.create();
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
    expect(toldBy(end.host).slice(0, 2)).toEqual(['info: + tags.team: "web"', 'info: - tags.old']);
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

  test('D08: it was lost altogether: sent once more', async () => {
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
    expect(toldBy(end.host)).toContain('info: ✓ web: main-web:3 is live');
    expect(scenario.serving()).toEqual(['main-web:3 2']);
  });

  test('rollback-on failure of a service that this run created is impossible, and said beside the failure', async () => {
    await nothing({ taskRules: [breaks(2)] });
    const end = await deploy({ ...roles, 'rollback-on': 'failure' });
    expect(end).toEnd('FAILED 1');
    expect(toldBy(end.host)).toContain(
      'error: ROLLBACK_IMPOSSIBLE: web is not rolled back: nothing was running before',
    );
  });
});

describe('a run that changes nothing', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const image = `example/web@${digest}`;

  test('is a NOOP when the image is named by digest: nothing is sent', async () => {
    await given({ primaryContainer: { image } });
    const end = await deploy({ image, 'min-task-count': '2' });
    expect(end).toEnd('NOOP 0');
    expect(updates()).toEqual([]);
    expect(end.result.outputs.url).toMatch(/^https:\/\/we-/);
  });

  test('starts a deployment all the same when asked to, and sends the container as it is', async () => {
    await given({ primaryContainer: { image } });
    const end = await deploy({ image, 'force-new-deployment': 'true' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(updates()).toEqual([
      { serviceArn, primaryContainer: expect.objectContaining({ image, containerPort: 80 }) },
    ]);
  });

  test('cannot be told from a tag that was pushed again where ECS tells no digest: a NOOP with a warning', async () => {
    await given();
    const end = await deploy({ image: 'example/web:1' });
    expect(end).toEnd('NOOP 0');
    expect(end.deploymentsMade).toBe(0);
    expect(toldBy(end.host)).toContain(
      'warning: web: cannot tell whether example/web:1 has been re-pushed: ECS shows no digest of it. Pin the image by digest to be certain, or set force-new-deployment to deploy it anyway.',
    );
  });

  test('is a NOOP with a tag in ECR that still names what runs, and a deployment once it was pushed again', async () => {
    const pushed = '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:latest';
    await nothing();
    await scenario.sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
    const push = (content: string) => pushImage(scenario.sandbox, 'latest', content);
    await push('one');
    expect(await deploy({ ...roles, image: pushed })).toEnd('SUCCEEDED 0');
    expect(await deploy({ image: pushed })).toEnd('NOOP 0');
    await push('two');
    const end = await deploy({ image: pushed });
    expect(end).toEnd('SUCCEEDED 0');
    expect(toldBy(end.host)[0]).toMatch(
      /^info: web: \S+web:latest names sha256:[0-9a-f]{64} now, and sha256:[0-9a-f]{64} runs, so a new deployment is needed$/,
    );
  });

  test.each<[string, KillAt, number]>([
    ['before the update was sent', { call: 'updateExpressGatewayService', when: 'before' }, 0],
    ['after it was sent, before its answer', { call: 'updateExpressGatewayService', when: 'after' }, 1],
    ['while it watched', { call: 'describeServiceDeployments', when: 'after', time: 3 }, 1],
  ])(
    'goes on with the deployment of a run that was killed %s, and makes no second one',
    async (_when, killAt, left) => {
      await given();
      await begin({ image }, { killAt }).killed;
      expect(updates()).toHaveLength(left);
      const end = await deploy({ image });
      if (left > 0)
        expect(toldBy(end.host)[0]).toBe(
          'info: web: deployment ecs-svc/… is already rolling out main-web:2; following it',
        );
      expect(end).toEnd('SUCCEEDED 0');
      expect(end.deploymentsMade).toBe(1);
    },
  );

  test('goes on with the service that a killed run has created, and that does not show yet', async () => {
    await nothing();
    scenario.sandbox.ecs.setLag({ missingAfterCreate: 4 });
    const killAt: KillAt = { call: 'createExpressGatewayService', when: 'after' };
    await begin({ ...roles, image }, { killAt }).killed;
    const end = await deploy({ ...roles, image });
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(1);
  });

  test('forces one deployment, however often it is killed and run again, and leaves no mark', async () => {
    await given({ primaryContainer: { image } });
    const forced = { image, 'force-new-deployment': 'true' };
    await begin(forced, { killAt: { call: 'updateExpressGatewayService', when: 'after' } }).killed;
    const end = await deploy(forced);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(1);
    expect(sent('TagResource')).toEqual(
      ['landfall:fence', 'landfall:forcing', 'landfall:fence', 'landfall:forcing'].map((key) => ({
        resourceArn: serviceArn,
        tags: [expect.objectContaining({ key })],
      })),
    );
    expect(sent('UntagResource')).toEqual([
      { resourceArn: serviceArn, tagKeys: ['landfall:forcing', 'landfall:fence'] },
    ]);
    const another = await deploy(forced);
    expect(another.deploymentsMade).toBe(2);
  });

  test('a deployment that somebody else has made an hour later is not the one that a killed run has forced', async () => {
    await given({ primaryContainer: { image } });
    const forced = { image, 'force-new-deployment': 'true' };
    await begin(forced, { killAt: { call: 'updateExpressGatewayService', when: 'before' } }).killed;
    await scenario.clock.sleep(3_600_000);
    await scenario.sandbox.dispatch('ecs', 'UpdateExpressGatewayService', {
      serviceArn,
      primaryContainer: { image },
    });
    await scenario.clock.sleep(3_600_000);
    const end = await deploy(forced);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(2);
  });

  test('goes on with the service that a killed run has created', async () => {
    await nothing();
    const killAt: KillAt = { call: 'createExpressGatewayService', when: 'after' };
    await begin({ ...roles, image }, { killAt }).killed;
    const end = await deploy({ ...roles, image });
    expect(end).toEnd('SUCCEEDED 0');
    expect(sent('CreateExpressGatewayService')).toHaveLength(1);
    expect(end.deploymentsMade).toBe(1);
  });

  test('does not start again what has failed', async () => {
    await given(
      { primaryContainer: { image } },
      { taskRules: [{ outcome: { kind: 'exit', code: 1, after: 1000 } }] },
    );
    const end = await deploy({ image });
    expect(end.result.error).toMatchObject({ code: 'DEPLOYMENT_FAILED' });
    expect(updates()).toEqual([]);
  });
});

describe('a run that is cancelled', () => {
  const image = `example/web@sha256:${'b'.repeat(64)}`;

  test('D25: says within a second what is in flight; run again, it is adopted', async () => {
    await given();
    const first = begin({ image });
    scenario.at(minute, () => first.host.cancel());
    const cut = await first.done;
    expect(cut.result.exitCode).toBe(130);
    expect(cut.took).toBeLessThan(minute + 1000);
    expect(summaryOf(cut)).toMatch(
      /^web: main-web:2 is not live: cancelled; deployment ecs-svc\/\d+ is still in progress$/,
    );
    const again = await deploy({ image });
    expect(again).toEnd('SUCCEEDED 0');
    expect(again.deploymentsMade).toBe(1);
  });

  test('D25: cancelled before the service shows the deployment: what the answer named is told all the same', async () => {
    await given();
    scenario.sandbox.ecs.setLag({ staleReads: 9 });
    const first = begin({ image });
    scenario.at(1000, () => first.host.cancel());
    const cut = await first.done;
    expect(cut.result.exitCode).toBe(130);
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

describe('the policy of the operation', () => {
  const statements = (without: RegExp = /^$/, cluster = 'main') => {
    const permissions = deployExpressService.permissions.filter(({ action }) => !without.test(action));
    const operation = { ...deployExpressService, permissions };
    const names = { account: '123456789012', cluster, 'service-name': 'web' };
    return JSON.parse(iamPolicy(operation, new Map(Object.entries(names)))).Statement as object[];
  };
  const caller = (without?: RegExp, cluster?: string) =>
    scenario.sandbox.addPrincipal({ policy: { Statement: statements(without, cluster) } as never });

  test('is enough to create a service with tags, update it, roll it back and stop it', async () => {
    await nothing();
    const who = caller();
    const made = await deploy({ ...roles, tags: 'team=web' }, who);
    expect(made).toEnd('SUCCEEDED 0');
    const updated = await deploy(
      { image: 'example/web:3', tags: 'team=api', 'mutate-tags-on-update': 'true' },
      who,
    );
    expect(updated).toEnd('SUCCEEDED 0');
    scenario.sandbox.ecs.setTaskRules([breaks(4)]);
    const bad = await deploy({ image: 'example/web:4' }, who);
    expect(bad).toEnd('ROLLED_BACK 1');
    const stopped = begin({ image: 'example/web:5', 'on-cancel': 'stop' }, who);
    scenario.at(minute, () => stopped.host.cancel());
    expect(summaryOf(await stopped.done)).toMatch(/ECS is stopping/);
    expect(
      [made, updated, bad].flatMap(({ host }) => host.lines.filter((line) => /lacks/.test(line))),
    ).toEqual([]);
  });

  test('is enough to bring the cluster `default` with the service', async () => {
    await nothing();
    const who = caller(undefined, 'default');
    expect(await deploy({ ...roles, cluster: 'default' }, who)).toEnd('SUCCEEDED 0');
  });

  test.each<[RegExp, string, string]>([
    [/UpdateExpress/, 'ACCESS_DENIED', 'ecs:UpdateExpressGatewayService'],
    [/DescribeExpress/, 'ACCESS_DENIED', 'ecs:DescribeExpressGatewayService'],
    [/RegisterTaskDefinition/, 'ACCESS_DENIED', 'ecs:RegisterTaskDefinition'],
    [/PassRole/, 'ROLE_NOT_PASSABLE', 'role/execution'],
  ])('without %s: %s, naming it, and nothing is changed', async (without, code, name) => {
    await given();
    const end = await deploy({}, caller(without));
    expect(end.result.error?.code).toBe(code);
    expect(summaryOf(end)).toContain(name);
    expect(end.deploymentsMade).toBe(0);
  });

  test('without the right to pass the infrastructure role to ECS itself: that is what the remedy says', async () => {
    await given();
    const Statement = statements().filter((one) => !JSON.stringify(one).includes('"ecs.amazonaws.com"'));
    const end = await deploy({}, scenario.sandbox.addPrincipal({ policy: { Statement } as never }));
    expect(end.result.error).toMatchObject({
      code: 'ROLE_NOT_PASSABLE',
      remedy: 'Allow iam:PassRole on the role named, for ecs.amazonaws.com.',
    });
  });

  test('that loses the right to see service deployments on the way: judged by the service from there on', async () => {
    await given();
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'DescribeServiceDeployments',
      from: 4,
      fault: { kind: 'error', code: 'AccessDeniedException' },
    });
    expect(await deploy()).toEnd('SUCCEEDED 0');
  });

  test('without what is optional it still decides right, by the service alone', async () => {
    await given();
    const optional =
      /ServiceDeployments|Revisions|Tasks$|GetLogEvents|TargetHealth|GetCallerIdentity|BatchGetImage/;
    const end = await deploy({}, caller(optional));
    expect(end).toEnd('SUCCEEDED 0');
    expect(toldBy(end.host).find((line) => /lacks/.test(line))).toMatch(
      /judging by ecs:DescribeServices alone/,
    );
  });
});
