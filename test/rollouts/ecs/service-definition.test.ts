import { describe, expect, test } from '@jest/globals';
import { planService } from '@landfall/core/operations/plan-service';
import { balanced, CodeDeployed, rollsBack } from '../scenario/code-deployed.ts';
import { createScenario, scenario } from '../scenario/current.ts';
import { logLinesOf, taskDefinitionOf, verdictOf } from '../scenario/scenario.ts';

const inputs = { service: '', 'task-definition': '', 'service-definition': 'service.json', create: 'true' };
const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };
const wanted = {
  serviceName: 'web',
  taskDefinition: 'v2.json',
  desiredCount: 2,
  launchType: 'EC2',
  deploymentConfiguration: breaker,
};
const task = JSON.stringify(taskDefinitionOf('web', 2));

const filesOf = (definition: object) => ({ 'service.json': JSON.stringify(definition), 'v2.json': task });

const deploy = (definition: object, more: Record<string, string> = {}) =>
  scenario.deploy({ ...inputs, ...more }, filesOf(definition));

/** The requests that write, since the scenario began. */
const written = (...operations: string[]) =>
  scenario.sandbox.journal().filter(({ operation }) => operations.includes(operation ?? ''));

const service = async () => {
  const { services } = (await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
    cluster: 'main',
    services: ['web'],
    include: ['TAGS'],
  })) as { services: Record<string, unknown>[] };
  return services[0];
};

const tags = [{ key: 'team', value: 'shop' }];
/** An account without the service, but with what its tasks need. */
const withoutService = async (options: Parameters<typeof createScenario>[0] = {}) => {
  await createScenario({ services: {}, ...options });
  await scenario.sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: '/ecs/web' });
};
const remove = () =>
  scenario.sandbox.dispatch('ecs', 'DeleteService', { cluster: 'main', service: 'web', force: true });

describe('a service that is missing', () => {
  test('is created, and its first deployment is followed until it is live', async () => {
    await withoutService();
    const ended = await deploy({ ...wanted, tags });
    expect({ ...ended }).toEnd(0);
    expect(logLinesOf(ended.host)).toEqual([
      'info: task definition registered web:1',
      'info: web: creating it in cluster main',
      'info: web: deployment ecs-svc/… of web:1 in cluster main',
      'info: web  · has started 2 tasks: (task …) (task …).',
      'info: web  · (deployment ecs-svc/… of web:1) deployment completed.',
      'info: web  · has reached a steady state.',
      'info: ✓ web: web:1 is live',
    ]);
    expect(verdictOf(ended)).toBe('SUCCEEDED 0');
    expect(ended.result.outputs).toMatchObject({
      'service-arn': 'arn:aws:ecs:us-east-1:123456789012:service/main/web',
      'deployment-id': ended.live?.deploymentId,
    });
    expect(await service()).toMatchObject({
      desiredCount: 2,
      launchType: 'EC2',
      deploymentConfiguration: breaker,
      tags,
    });
    expect(verdictOf(await deploy({ ...wanted, tags }))).toBe('NOOP 0');
    expect(written('CreateService', 'UpdateService', 'TagResource', 'UntagResource')).toHaveLength(1);
  });

  test('is not created unless that is requested, and nothing is registered', async () => {
    await withoutService();
    const { result } = await deploy(wanted, { create: 'false' });
    expect(result.error).toMatchObject({
      code: 'NOT_FOUND',
      summary: 'service web was not found in cluster main (region us-east-1, account 123456789012)',
    });
    expect(result.error?.remedy).toMatch(/with `create` and `service-definition` of deploy-service/);
    expect(written('RegisterTaskDefinition', 'CreateService')).toEqual([]);
  });

  test('is red where its tasks cannot start: there is nothing to roll back to', async () => {
    await withoutService({
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'exit', code: 3, after: 2000 } }],
    });
    const ended = await deploy(wanted, { 'rollback-on': 'failure' });
    expect(verdictOf(ended)).toBe('FAILED 1');
    expect(logLinesOf(ended.host)).toContain(
      'error: ROLLBACK_IMPOSSIBLE: web is not rolled back: nothing was running before',
    );
  });

  test('is created instead of one that was deleted, once that is INACTIVE', async () => {
    await createScenario();
    await remove();
    const early = await deploy(wanted);
    expect(early.result.error).toMatchObject({
      code: 'SERVICE_NOT_ACTIVE',
      summary: 'service web in cluster main is DRAINING, so nothing can be deployed to it',
    });
    await scenario.clock.sleep(120_000);
    expect(verdictOf(await deploy(wanted))).toBe('SUCCEEDED 0');
  });

  test('that someone else creates meanwhile is brought to what is wanted', async () => {
    await withoutService();
    const other = await scenario.register('web', 1);
    const ended = await scenario.begin(inputs, {
      files: filesOf(wanted),
      between: async ({ operation, input }, send) => {
        if (operation === 'CreateService')
          await scenario.sandbox.dispatch('ecs', 'CreateService', {
            cluster: 'main',
            serviceName: 'web',
            taskDefinition: other,
            desiredCount: 1,
          });
        return send(input);
      },
    }).done;
    expect(logLinesOf(ended.host)).toContain(
      'notice: web: someone else has created it since; deploying to what is there',
    );
    expect(verdictOf(ended)).toBe('SUCCEEDED 0');
    expect(await service()).toMatchObject({ desiredCount: 2, deploymentConfiguration: breaker });
  });

  test('is created once, also where the answer is lost', async () => {
    await withoutService();
    const lost = new Error('socket hang up');
    let isFirst = true;
    const ended = await scenario.begin(inputs, {
      files: filesOf(wanted),
      between: async ({ operation, input }, send) => {
        const answer = await send(input);
        if (operation !== 'CreateService' || !isFirst) return answer;
        isFirst = false;
        throw Object.assign(lost, { code: 'ECONNRESET' });
      },
    }).done;
    expect(verdictOf(ended)).toBe('SUCCEEDED 0');
    const [first, ...repeated] = written('CreateService').map(({ input }) => input);
    expect(first).toMatchObject({ clientToken: expect.stringMatching(/^[\x21-\x7e]{36}$/) });
    expect(repeated).toEqual([first]);
    expect(ended.deploymentsMade).toBe(1);
  });

  test('that reads do not show at first is followed anyway', async () => {
    await withoutService();
    scenario.sandbox.ecs.setLag({ missingAfterCreate: 5, lateServiceDeployment: 3 });
    expect(verdictOf(await deploy(wanted))).toBe('SUCCEEDED 0');
  });

  test('killed after the creation is adopted by the next attempt', async () => {
    await withoutService();
    await scenario.begin(inputs, {
      files: filesOf(wanted),
      killAt: { call: 'createService', when: 'after' },
    }).killed;
    const ended = await deploy(wanted);
    expect(verdictOf(ended)).toBe('SUCCEEDED 0');
    expect(written('CreateService', 'UpdateService')).toHaveLength(1);
  });

  test.each([
    [
      { desiredCount: undefined },
      'desired-count is required to create web: service.json has no desiredCount',
    ],
    [
      { deploymentController: { type: 'CODE_DEPLOY' } },
      'create does not create a service with the CODE_DEPLOY controller (web): it takes more than a service; create it with your infrastructure code',
    ],
  ])('is refused with %j before anything is registered', async (more, summary) => {
    await withoutService();
    const { result } = await deploy({ ...wanted, ...more });
    expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
    expect(written('RegisterTaskDefinition')).toEqual([]);
  });
});

describe('a service that exists', () => {
  const changed = {
    ...wanted,
    desiredCount: 3,
    deploymentConfiguration: { ...breaker, strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
    enableExecuteCommand: true,
    placementConstraints: [{ type: 'distinctInstance' }],
    serviceConnectConfiguration: { enabled: true, namespace: 'shop', services: [{ portName: 'http' }] },
    tags,
  };

  const lines = [
    'info: - desiredCount: 2',
    'info: + desiredCount: 3',
    'info:   desiredCount: takes effect at once',
    'info: - deploymentConfiguration.strategy: "ROLLING"',
    'info: + deploymentConfiguration.strategy: "BLUE_GREEN"',
    'info: - deploymentConfiguration.bakeTimeInMinutes: 0',
    'info: + deploymentConfiguration.bakeTimeInMinutes: 1',
    'info: - deploymentConfiguration.deploymentCircuitBreaker.enable: false',
    'info: + deploymentConfiguration.deploymentCircuitBreaker.enable: true',
    'info: - deploymentConfiguration.deploymentCircuitBreaker.rollback: false',
    'info: + deploymentConfiguration.deploymentCircuitBreaker.rollback: true',
    'info:   deploymentConfiguration: takes effect with the next deployment',
    'info: - enableExecuteCommand: false',
    'info: + enableExecuteCommand: true',
    'info:   enableExecuteCommand: takes effect with later tasks',
    'info: - placementConstraints: []',
    'info: + placementConstraints.0.type: "distinctInstance"',
    'info:   placementConstraints: takes effect with later tasks',
    'info: - serviceConnectConfiguration.enabled: false',
    'info: + serviceConnectConfiguration.enabled: true',
    'info: + serviceConnectConfiguration.namespace: "shop"',
    'info: + serviceConnectConfiguration.services.0.portName: "http"',
    'info:   serviceConnectConfiguration: starts a deployment',
    'info: + tags.team: "shop"',
  ];

  test('gets all that differs with the task definition, in one update', async () => {
    await createScenario();
    const ended = await deploy(changed);
    expect({ ...ended }).toEnd(0);
    expect(logLinesOf(ended.host).slice(0, lines.length + 2)).toEqual([
      'info: task definition registered web:2',
      ...lines,
      'info: web: deployment ecs-svc/… of web:2 in cluster main',
    ]);
    expect(written('UpdateService').map(({ input }) => input)).toEqual([
      {
        cluster: 'main',
        service: 'web',
        taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:2',
        desiredCount: 3,
        deploymentConfiguration: {
          ...breaker,
          strategy: 'BLUE_GREEN',
          bakeTimeInMinutes: 1,
          maximumPercent: 200,
          minimumHealthyPercent: 100,
        },
        enableExecuteCommand: true,
        placementConstraints: [{ type: 'distinctInstance' }],
        serviceConnectConfiguration: changed.serviceConnectConfiguration,
      },
    ]);
    expect(ended.deploymentsMade).toBe(1);
    expect(verdictOf(await deploy(changed))).toBe('NOOP 0');
    expect(written('UpdateService', 'TagResource')).toHaveLength(2);
  });

  test('keeps what its definition does not name, and loses what an empty list names', async () => {
    await createScenario();
    await deploy(changed);
    const { placementConstraints, serviceConnectConfiguration, ...rest } = changed;
    await deploy({ ...rest, deploymentConfiguration: { minimumHealthyPercent: 50 }, tags: undefined });
    expect(await service()).toMatchObject({
      deploymentConfiguration: { ...breaker, strategy: 'BLUE_GREEN', minimumHealthyPercent: 50 },
      placementConstraints,
      deployments: [{ serviceConnectConfiguration }],
      tags,
    });
    await deploy({
      ...rest,
      placementConstraints: [],
      serviceConnectConfiguration: { enabled: false },
      tags: [],
    });
    expect(await service()).toMatchObject({ placementConstraints: [], tags: [] });
  });

  test('of which only a setting differs is updated without a deployment', async () => {
    await createScenario();
    const ended = await deploy(
      { taskDefinition: 'web:1', healthCheckGracePeriodSeconds: 60 },
      { service: 'web' },
    );
    expect(verdictOf(ended)).toBe('SUCCEEDED 0');
    expect(ended.deploymentsMade).toBe(0);
    expect(await service()).toMatchObject({ healthCheckGracePeriodSeconds: 60 });
  });

  test('of which only tags differ is no NOOP: they are set, and read back', async () => {
    await createScenario();
    const ended = await deploy({ taskDefinition: 'web:1', tags }, { service: 'web' });
    expect(verdictOf(ended)).toBe('SUCCEEDED 0');
    expect(logLinesOf(ended.host)).toEqual([
      'info: task definition unchanged, so not registered again: web:1',
      'info: + tags.team: "shop"',
      'warning: web: cannot tell whether example/web:1 has been re-pushed: ECS shows no digest of it. Pin the image by digest to be certain, or set force-new-deployment to deploy it anyway.',
      'info: ✓ web: web:1 is already live, as requested; its tags are set',
    ]);
    expect(ended.deploymentsMade).toBe(0);
    expect(await service()).toMatchObject({ tags });
  });

  test('is not changed where that takes a new service', async () => {
    await createScenario();
    const { result } = await deploy({ ...wanted, launchType: 'FARGATE', schedulingStrategy: 'DAEMON' });
    expect(result.error).toMatchObject({
      code: 'SERVICE_NEEDS_RECREATION',
      summary:
        'web cannot become what service.json says: ECS sets launchType and schedulingStrategy only when a service is created',
      details: ['launchType: "EC2", wanted: "FARGATE"', 'schedulingStrategy: "REPLICA", wanted: "DAEMON"'],
    });
    expect(written('UpdateService').concat(written('RegisterTaskDefinition').slice(1))).toEqual([]);
  });

  test('that CodeDeploy deploys takes what UpdateService takes of it, and nothing else', async () => {
    await createScenario({ services: { web: balanced } });
    await new CodeDeployed(scenario).group(rollsBack);
    const own = { serviceName: 'web', taskDefinition: 'v2.json', healthCheckGracePeriodSeconds: 30 };
    expect(verdictOf(await deploy(own))).toBe('SUCCEEDED 0');
    const { result } = await deploy({ ...own, platformVersion: '1.4.0' });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary:
        'service-definition changes platformVersion of web, which ECS does not update under the CODE_DEPLOY controller',
    });
  });

  test('is planned with what each change does to it', async () => {
    await createScenario();
    const { result, host } = await scenario.begin(inputs, { operation: planService, files: filesOf(changed) })
      .done;
    expect(host.lines).toEqual([
      'info: a revision of web would be registered from v2.json',
      'info: - containers.app.image: "example/web:1"',
      'info: + containers.app.image: "example/web:2"',
      ...lines,
      'info: web: the update would start a new deployment',
    ]);
    expect(JSON.parse(result.outputs.plan ?? '')[0].settings).toEqual([
      { field: 'desiredCount', effect: 'at-once' },
      { field: 'deploymentConfiguration', effect: 'next-deployment' },
      { field: 'enableExecuteCommand', effect: 'later-tasks' },
      { field: 'placementConstraints', effect: 'later-tasks' },
      { field: 'serviceConnectConfiguration', effect: 'deployment' },
    ]);
    expect(written('RegisterTaskDefinition', 'UpdateService', 'TagResource')).toHaveLength(1);
  });

  test('that is missing is planned as one to create', async () => {
    await withoutService();
    const { result, host } = await scenario.begin(inputs, { operation: planService, files: filesOf(wanted) })
      .done;
    expect(host.lines).toEqual([
      'info: a revision of web would be registered from v2.json',
      'info: + desiredCount: 2',
      'info: + launchType: "EC2"',
      'info: + deploymentConfiguration.deploymentCircuitBreaker.enable: true',
      'info: + deploymentConfiguration.deploymentCircuitBreaker.rollback: true',
      'info: web: the service would be created, with its first deployment',
    ]);
    expect(result.outputs).toMatchObject({ changes: 'true', 'starts-deployment': 'true' });
  });
});

describe('a definition', () => {
  test.each([
    [
      { ...wanted, loadBalancers: [{ containerPort: '80' }] },
      'service.json: loadBalancers[0].containerPort must be a number, but is a string',
    ],
    [{ ...wanted, clientToken: 'mine' }, 'service.json: clientToken must be absent: every run has its own'],
  ])('%j is refused', async (definition, summary) => {
    await withoutService();
    const { result } = await deploy(definition);
    expect(result).toMatchObject({ exitCode: 2, error: { code: 'SERVICEDEF_INVALID', summary } });
  });

  test.each([
    [{ ...wanted, serviceName: 'api' }, { service: 'web' }, 'service is web, but service.json is of api'],
    [{ ...wanted, cluster: 'other' }, {}, 'cluster is main, but service.json is of cluster other'],
    [
      { desiredCount: 1, taskDefinition: 'web:1' },
      {},
      'service is required: service.json has no serviceName',
    ],
    [{ serviceName: 'web' }, {}, 'task-definition is required: service.json has no taskDefinition'],
  ])('%j with %j is refused', async (definition, more, summary) => {
    await createScenario();
    const { result } = await deploy(definition, more);
    expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
  });

  test('keeps a field and a value of an enumeration that this version does not know, with warnings', async () => {
    await withoutService();
    const { host } = await deploy({ ...wanted, desiredCounts: 3, propagateTags: 'SERVICES' });
    expect(host.lines.slice(0, 2)).toEqual([
      'warning: service.json: desiredCounts is not a field of CreateService (did you mean "desiredCount"?); it is kept',
      'warning: service.json: propagateTags is none of TASK_DEFINITION, SERVICE, NONE (did you mean "SERVICE"?); it is kept, because a newer ECS may accept it',
    ]);
    expect(written('CreateService').map(({ input }) => input)).toMatchObject([
      { desiredCounts: 3, propagateTags: 'SERVICES' },
    ]);
  });
});
