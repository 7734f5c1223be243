import * as sdk from '@aws-sdk/client-codedeploy';
import { describe, expect, test } from '@jest/globals';
import type { AwsFault, RequestContext } from '../../api/aws-service.ts';
import { seededRandom } from '../../clock/random.ts';
import { writeJson } from '../../protocol/http/json-protocol.ts';
import { schemaProblems } from '../../testing/schema-problems.ts';
import { ecsBench } from '../ecs/testing/bench.ts';
import { createElbv2 } from '../elbv2/elbv2-service.ts';
import { createCodeDeploy } from './codedeploy-service.ts';
import { shiftsOf } from './traffic.ts';

const MINUTE = 60_000;
const GROUP = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/blue/0123456789abcdef';

function bench(settings: object = {}, hooks: object[] = []) {
  const ecs = ecsBench();
  const codedeploy = createCodeDeploy({
    clock: ecs.clock,
    accountId: '123456789012',
    region: 'eu-west-1',
    partition: 'aws',
    random: seededRandom(3),
    taskSets: ecs.service.taskSets,
    changed: () => undefined,
  });
  /** Every answer of every test is checked against the schema of the SDK. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows which answer it asked for
  const call = (operation: string, input: object): any => {
    const answer = codedeploy.handlers[operation]!(input, {} as RequestContext);
    const schema = (sdk as unknown as Record<string, unknown>)[`${operation}$`];
    expect([operation, ...schemaProblems(schema, JSON.parse(writeJson(answer)))]).toEqual([operation]);
    return answer;
  };
  const first = ecs.register({ portMappings: [{ containerPort: 80 }] });
  ecs.create({
    taskDefinition: first,
    deploymentController: { type: 'CODE_DEPLOY' },
    loadBalancers: [{ targetGroupArn: GROUP, containerName: 'app', containerPort: 80 }],
  });
  ecs.clock.advance(2 * MINUTE);
  call('CreateApplication', { applicationName: 'app' });
  call('CreateDeploymentGroup', {
    applicationName: 'app',
    deploymentGroupName: 'group',
    ecsServices: [{ clusterName: 'main', serviceName: 'web' }],
    ...settings,
  });
  const second = ecs.register({ image: 'example/web:2', portMappings: [{ containerPort: 80 }] });
  const content = JSON.stringify({
    version: 1,
    Resources: [
      {
        TargetService: {
          Type: 'AWS::ECS::Service',
          Properties: {
            TaskDefinition: second,
            LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 80 },
          },
        },
      },
    ],
    Hooks: hooks,
  });
  const request = {
    applicationName: 'app',
    deploymentGroupName: 'group',
    revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
  };
  const deploy = (): string => call('CreateDeployment', request).deploymentId;
  const info = (deploymentId: string) => call('GetDeployment', { deploymentId }).deploymentInfo;
  const target = (deploymentId: string) =>
    call('GetDeploymentTarget', { deploymentId, targetId: 'main:web' }).deploymentTarget.ecsTarget;
  return { ...ecs, codedeploy, call, deploy, info, target, first, second, request };
}

const ROLLBACK = {
  autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
};

describe('a CodeDeploy deployment of an ECS service', () => {
  test('installs the replacement, shifts the traffic, waits, and ends the original', () => {
    const codedeploy = bench({
      blueGreenDeploymentConfiguration: {
        terminateBlueInstancesOnDeploymentSuccess: { terminationWaitTimeInMinutes: 5 },
      },
    });
    const id = codedeploy.deploy();
    expect(codedeploy.info(id).status).toBe('Created');
    codedeploy.clock.advance(3 * MINUTE);
    expect(codedeploy.info(id)).toMatchObject({
      status: 'InProgress',
      instanceTerminationWaitTimeStarted: true,
    });
    expect(codedeploy.target(id)).toMatchObject({
      targetId: 'main:web',
      lifecycleEvents: [
        'BeforeInstall',
        'Install',
        'AfterInstall',
        'BeforeAllowTraffic',
        'AllowTraffic',
        'AfterAllowTraffic',
      ].map((lifecycleEventName) => ({ lifecycleEventName, status: 'Succeeded' })),
      taskSetsInfo: [
        { taskSetLabel: 'Blue', trafficWeight: 0, status: 'ACTIVE', runningCount: 2 },
        { taskSetLabel: 'Green', trafficWeight: 100, status: 'PRIMARY', runningCount: 2 },
      ],
    });
    codedeploy.clock.advance(6 * MINUTE);
    expect(codedeploy.info(id).status).toBe('Succeeded');
    expect(codedeploy.describe()).toMatchObject({
      taskDefinition: codedeploy.second,
      runningCount: 2,
      deployments: [],
    });
  });

  test('a hook that fails ends it, and a second deployment undoes it', () => {
    const codedeploy = bench(ROLLBACK, [{ AfterAllowTraffic: 'smoke' }]);
    codedeploy.codedeploy.setHooks({ smoke: 'Failed' });
    const id = codedeploy.deploy();
    codedeploy.clock.advance(5 * MINUTE);
    const failed = codedeploy.info(id);
    expect(failed).toMatchObject({ status: 'Failed', errorInformation: { code: 'HOOK_EXECUTION_FAILURE' } });
    expect(codedeploy.info(failed.rollbackInfo.rollbackDeploymentId)).toMatchObject({
      status: 'Succeeded',
      creator: 'codeDeployRollback',
      rollbackInfo: { rollbackTriggeringDeploymentId: id },
    });
    expect(codedeploy.describe()).toMatchObject({ taskDefinition: codedeploy.first, runningCount: 2 });
  });

  test('a replacement that never becomes healthy fails after an hour', () => {
    const codedeploy = bench(ROLLBACK);
    codedeploy.service.setTaskRules([{ match: { image: 'web:2' }, outcome: { kind: 'exit', code: 1 } }]);
    const id = codedeploy.deploy();
    codedeploy.clock.advance(59 * MINUTE);
    expect(codedeploy.info(id).status).toBe('InProgress');
    codedeploy.clock.advance(3 * MINUTE);
    expect(codedeploy.info(id)).toMatchObject({ status: 'Failed', errorInformation: { code: 'TIMEOUT' } });
  });

  test('an alarm stops it and brings the traffic back', () => {
    const codedeploy = bench({
      ...ROLLBACK,
      deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes',
    });
    const id = codedeploy.deploy();
    codedeploy.clock.advance(3 * MINUTE);
    expect(
      codedeploy.target(id).taskSetsInfo.map((set: { trafficWeight: number }) => set.trafficWeight),
    ).toEqual([90, 10]);
    codedeploy.codedeploy.trip('app', 'group');
    codedeploy.clock.advance(MINUTE);
    expect(codedeploy.info(id)).toMatchObject({
      status: 'Stopped',
      errorInformation: { code: 'ALARM_ACTIVE' },
    });
    expect(codedeploy.describe().taskDefinition).toBe(codedeploy.first);
  });

  test('in Ready it waits for ContinueDeployment', () => {
    const codedeploy = bench({
      blueGreenDeploymentConfiguration: {
        deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: 30 },
      },
    });
    const id = codedeploy.deploy();
    codedeploy.clock.advance(10 * MINUTE);
    expect(codedeploy.info(id).status).toBe('Ready');
    codedeploy.call('ContinueDeployment', { deploymentId: id, deploymentWaitType: 'READY_WAIT' });
    codedeploy.clock.advance(MINUTE);
    expect(codedeploy.info(id).status).toBe('Succeeded');
  });

  test('its group shows both waits, 0 where none was requested', () => {
    const shown = (blueGreenDeploymentConfiguration: object) =>
      bench({ blueGreenDeploymentConfiguration }).call('GetDeploymentGroup', {
        applicationName: 'app',
        deploymentGroupName: 'group',
      }).deploymentGroupInfo.blueGreenDeploymentConfiguration;
    expect(
      shown({
        deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT' },
        terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE' },
      }),
    ).toEqual({
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
      terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 0 },
    });
  });

  test('it is found by its group, its status and when it was made', () => {
    const codedeploy = bench();
    const group = { applicationName: 'app', deploymentGroupName: 'group' };
    const before = codedeploy.clock.now();
    const id = codedeploy.deploy();
    const list = (more: object) => codedeploy.call('ListDeployments', { ...group, ...more }).deployments;
    expect(list({ includeOnlyStatuses: ['Created', 'InProgress'] })).toEqual([id]);
    expect(list({ includeOnlyStatuses: ['Succeeded'] })).toEqual([]);
    expect(list({ createTimeRange: { start: new Date(before) } })).toEqual([id]);
    expect(list({ createTimeRange: { end: before / 1000 - 1 } })).toEqual([]);
    expect(codedeploy.call('BatchGetDeployments', { deploymentIds: [id] }).deploymentsInfo).toHaveLength(1);
    expect(codedeploy.call('GetDeploymentGroup', group).deploymentGroupInfo.ecsServices).toEqual([
      { clusterName: 'main', serviceName: 'web' },
    ]);
    expect(
      codedeploy.call('GetDeploymentConfig', {
        deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes',
      }).deploymentConfigInfo.trafficRoutingConfig,
    ).toEqual({
      type: 'TimeBasedCanary',
      timeBasedCanary: { canaryPercentage: 10, canaryInterval: 5 },
    });
  });

  test('a second one while the first is in progress is refused', () => {
    const codedeploy = bench();
    const id = codedeploy.deploy();
    try {
      codedeploy.deploy();
      throw new Error('not refused');
    } catch (error) {
      expect((error as AwsFault).code).toBe('DeploymentLimitExceededException');
      expect((error as AwsFault).message).toBe(
        `The Deployment Group 'group' already has an active Deployment '${id}'`,
      );
    }
  });

  test.each([
    ['CodeDeployDefault.ECSAllAtOnce', [100]],
    ['CodeDeployDefault.ECSLinear10PercentEvery3Minutes', [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]],
    ['CodeDeployDefault.ECSCanary10Percent15Minutes', [10, 100]],
    ['CodeDeployDefault.AllAtOnce', undefined],
  ])('%s shifts by %j', (name, percents) => {
    expect(shiftsOf(name)?.map(({ percent }) => percent)).toEqual(percents);
  });
});

test('the load balancer says of each target how it is', () => {
  const ecs = bench();
  const elb = createElbv2({ targets: ecs.service.targets, knows: ecs.service.namesTargetGroup });
  const health = () =>
    (
      elb.handlers.DescribeTargetHealth!({ TargetGroupArn: GROUP }, {} as RequestContext) as {
        TargetHealthDescriptions: { TargetHealth: object }[];
      }
    ).TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth);
  expect(health()).toEqual([{ State: 'healthy' }, { State: 'healthy' }]);
  ecs.service.setTaskRules([{ outcome: { kind: 'elb-unhealthy' } }]);
  ecs.deploy();
  ecs.clock.advance(55_000);
  expect(health()).toContainEqual({
    State: 'draining',
    Reason: 'Target.DeregistrationInProgress',
    Description: 'Target deregistration is in progress',
  });
});
