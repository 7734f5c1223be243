import { describe, expect, test } from '@jest/globals';
import { waitForService } from '@landfall/core/operations/wait-for-service';
import { createScenario, scenario } from '../scenario/current.ts';
import { loggedBy } from '../scenario/scenario.ts';

const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };
const crash = [{ match: { image: 'web:2' }, outcome: { kind: 'exit' as const, code: 1, after: 1000 } }];
const same = { 'task-definition': 'v1.json' };

const updates = () =>
  scenario.sandbox.journal().filter((entry) => entry.operation === 'UpdateService').length;
const deny = (operation: string) =>
  scenario.sandbox.fault({
    service: 'ecs',
    operation,
    fault: { kind: 'error', code: 'AccessDeniedException', message: 'no' },
  });

describe('what is live already', () => {
  test('is a NOOP after two reads three seconds apart that agree, with the newest deployment checked', async () => {
    await createScenario();
    const { result, host, took } = await scenario.deploy(same);
    expect({ result, host }).toEnd('NOOP 0');
    expect(loggedBy(host).at(-1)).toBe('info: ✓ web: web:1 is already live, as requested');
    expect(took).toBeGreaterThanOrEqual(3000);
    expect(updates()).toBe(0);
  });
  test('says what it could not see where service deployments may not be read', async () => {
    await createScenario();
    deny('ListServiceDeployments');
    const { result, host } = await scenario.deploy(same);
    expect({ result, host }).toEnd('NOOP 0');
    expect(loggedBy(host)).toContain(
      'warning: web: cannot tell whether the last deployment of web:1 was rolled back: the caller lacks ecs:ListServiceDeployments or ecs:DescribeServiceRevisions',
    );
  });
  test('a moment after it was stopped: what ECS does about it is followed', async () => {
    await createScenario({ services: { web: breaker } });
    scenario.sandbox.ecs.setTaskRules([{ match: { image: 'web:2' }, outcome: { kind: 'never-starts' } }]);
    const first = await scenario.deploy({ 'wait-timeout': '20s', 'rollback-on': 'timeout' });
    expect(first).toEnd('TIMED_OUT 4');
    const second = await scenario.deploy();
    expect(second).toEnd('ROLLED_BACK 1');
    expect(second.deploymentsMade).toBe(1);
  });
  test('at a desired count of 0 says that no task runs it, and so does a wait for it', async () => {
    await createScenario({ services: { web: { desiredCount: 0 } } });
    const idle = 'info: ✓ web: web:1 is in place, but the desired count is 0: no task runs it';
    const deployed = await scenario.deploy(same);
    expect(deployed).toEnd('NOOP 0');
    expect(loggedBy(deployed.host).at(-1)).toBe(idle);
    const waited = await scenario.begin({ 'task-definition': '' }, { operation: waitForService as never })
      .done;
    expect(waited).toEnd('NOOP 0');
    expect(loggedBy(waited.host).at(-1)).toBe(idle);
  });
  test('is not reported where the first read is stale: someone has just deployed something else', async () => {
    await createScenario();
    scenario.sandbox.ecs.setLag({ staleReads: 1 });
    scenario.deployAt(0, 3);
    await scenario.clock.sleep(1000, new AbortController().signal);
    const { result, host, live } = await scenario.deploy(same);
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(live?.taskDefinition).toMatch(/web:1$/);
  });
  test('a forced deployment of it that was rolled back is not a NOOP: it is deployed again', async () => {
    await createScenario({ services: { web: breaker } });
    scenario.sandbox.ecs.setTaskRules([{ outcome: { kind: 'exit', code: 1, after: 1000 } }]);
    const forced = await scenario.deploy({ ...same, 'force-new-deployment': 'true' });
    expect(forced).toEnd('ROLLED_BACK 1');
    scenario.sandbox.ecs.setTaskRules([]);
    const again = await scenario.deploy(same);
    expect(again).toEnd('SUCCEEDED 0');
    expect(loggedBy(again.host)).toContain(
      'warning: the last deployment of web:1 (ecs-svc/…) is ROLLBACK_SUCCESSFUL: redeploying it',
    );
    expect(again.deploymentsMade).toBe(2);
    expect(again.live?.deploymentId).toBe(again.result.outputs['deployment-id']);
  });
  test('a forced deployment of it that is being rolled back is followed, and is red', async () => {
    await createScenario({ services: { web: breaker } });
    scenario.sandbox.ecs.setTaskRules([{ outcome: { kind: 'exit', code: 1, after: 1000 } }]);
    await scenario.deploy({ ...same, 'force-new-deployment': 'true', 'wait-until': 'started' });
    await scenario.clock.sleep(20_000, new AbortController().signal);
    const { result, host, deploymentsMade } = await scenario.deploy(same);
    expect({ result, host }).toEnd('ROLLED_BACK 1');
    expect(deploymentsMade).toBe(1);
  });
});

describe('behind a Classic Load Balancer, where ECS gives no rollout state', () => {
  const classic = {
    loadBalancers: [{ loadBalancerName: 'classic', containerName: 'app', containerPort: 80 }],
  };
  const never = [{ match: { image: 'web:2' }, outcome: { kind: 'never-starts' as const } }];
  test.each([
    ['with its service deployments', []],
    ['by the service alone', ['ListServiceDeployments', 'DescribeServiceDeployments']],
  ])('run again, a deployment that never ran is red again: %s', async (_, denied) => {
    await createScenario({ services: { web: classic }, taskRules: never });
    for (const operation of denied) deny(operation);
    expect(await scenario.deploy()).toEnd('STALLED 4');
    const again = await scenario.deploy();
    expect(again).toEnd('STALLED 4');
    expect(again.deploymentsMade).toBe(1);
  });
  test('by the service alone, what is live is so after it has been settled for forty seconds', async () => {
    await createScenario({ services: { web: classic } });
    for (const operation of ['ListServiceDeployments', 'DescribeServiceDeployments']) deny(operation);
    const { result, host, took, deploymentsMade } = await scenario.deploy(same);
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(took).toBeGreaterThanOrEqual(40_000);
    expect(deploymentsMade).toBe(0);
  });
});

describe('an update that starts no deployment', () => {
  test('of a count: green when that many tasks run', async () => {
    await createScenario();
    const { result, host, deploymentsMade } = await scenario.deploy({ ...same, 'desired-count': '4' });
    expect({ result, host }).toEnd('SUCCEEDED 0');
    const read = await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
      cluster: 'main',
      services: ['web'],
    });
    expect(read).toMatchObject({ services: [{ desiredCount: 4, runningCount: 4, pendingCount: 0 }] });
    expect(deploymentsMade).toBe(0);
  });
  test('of a count whose tasks find no room: red', async () => {
    await createScenario();
    scenario.sandbox.ecs.setTaskRules([
      { outcome: { kind: 'placement', reason: 'No instance has 2 vCPU left.' } },
    ]);
    const { result, host } = await scenario.deploy({ ...same, 'desired-count': '4' });
    expect({ result, host }).toEnd('STALLED 4');
    expect(result.error?.summary).toBe(
      'web does not run 4 tasks: no progress for 15 min; still 2 of 4 tasks running',
    );
  });
  test('of a count, not waited for: green says so', async () => {
    await createScenario();
    const { result, host } = await scenario.deploy({
      ...same,
      'desired-count': '4',
      'wait-until': 'started',
    });
    expect({ result, host }).toEnd('STARTED 0');
  });
  test('of a count, on a read from before someone deployed something else: what was requested becomes live', async () => {
    await createScenario();
    const taskDefinition = await scenario.register('web', 3);
    scenario.sandbox.ecs.setLag({ staleReads: 1 });
    await scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'web',
      taskDefinition,
    });
    const { result, host, live } = await scenario.deploy({ ...same, 'desired-count': '4' });
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(live?.deploymentId).toBe(result.outputs['deployment-id']);
    expect(live?.taskDefinition).toBe(result.outputs['task-definition-arn']);
  });
  test('of a flag: what is live stays so', async () => {
    await createScenario();
    const { result, host, deploymentsMade } = await scenario.deploy({
      ...same,
      'enable-ecs-managed-tags': 'true',
    });
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(deploymentsMade).toBe(0);
  });
  test('whose answer was lost after it took effect is found, and not sent again', async () => {
    await createScenario();
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'UpdateService',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    const { result, host } = await scenario.deploy({ ...same, 'desired-count': '4' });
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(updates()).toBe(1);
  });
});

describe('a forced update', () => {
  test('whose answer still shows the deployment before is followed to its own, and not sent again', async () => {
    await createScenario();
    const before = await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
      cluster: 'main',
      services: ['web'],
    });
    const [service] = (before as { services: object[] }).services;
    scenario.sandbox.fault({
      service: 'ecs',
      operation: 'UpdateService',
      count: 1,
      fault: { kind: 'answer', merge: { service } },
    });
    const { result, host, live, deploymentsMade } = await scenario.deploy({
      ...same,
      'force-new-deployment': 'true',
    });
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(live?.deploymentId).toBe(result.outputs['deployment-id']);
    expect(deploymentsMade).toBe(1);
  });
  test('replaced by another deployment of the same revision: red does not contradict itself', async () => {
    await createScenario({ taskRules: crash });
    scenario.at(40_000, () =>
      scenario.sandbox.dispatch('ecs', 'UpdateService', {
        cluster: 'main',
        service: 'web',
        forceNewDeployment: true,
      }),
    );
    scenario.at(39_000, () => scenario.sandbox.ecs.setTaskRules([]));
    const { result } = await scenario.deploy();
    expect(result.outputs.verdict).toBe('SUPERSEDED');
    expect(result.error?.summary).toMatch(
      /^web: (?:web:2|deployment ecs-svc\/\d+ of web:2) is not live: superseded by deployment ecs-svc\/\d+ of web:2; this run deployed web:2/,
    );
  });
});
