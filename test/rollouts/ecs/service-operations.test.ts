import { describe, expect, test } from '@jest/globals';
import type { Operation } from '@landfall/core/operation/operation';
import { continueDeployment } from '@landfall/core/operations/continue-deployment';
import { rollbackService } from '@landfall/core/operations/rollback-service';
import { scaleService } from '@landfall/core/operations/scale-service';
import { waitForService } from '@landfall/core/operations/wait-for-service';
import { createScenario, scenario } from '../scenario/current.ts';
import { loggedBy, type ScenarioResult } from '../scenario/scenario.ts';

const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };
const none = { 'task-definition': '' };
const run = (operation: unknown, inputs: Record<string, string> = {}) =>
  scenario.begin({ ...none, ...inputs }, { operation: operation as Operation }).done;

/** What every operation on a deployment outputs, whatever it had to do. */
const outputsOf = (live: ScenarioResult['live']) => ({
  'service-arn': 'arn:aws:ecs:us-east-1:123456789012:service/main/web',
  'task-definition-arn': live?.taskDefinition,
  'deployment-id': live?.deploymentId,
});

describe('wait-for-service', () => {
  test('follows a deployment that another step has only started', async () => {
    await createScenario();
    const started = await scenario.deploy({ 'wait-until': 'started' });
    expect(started.result.outputs.verdict).toBe('STARTED');
    expect(started.host.summaryLines.slice(-3)).toEqual([
      'web: STARTED',
      '────────────',
      'started, not followed (after 0:00)',
    ]);
    const id = started.result.outputs['deployment-id']!;
    const { result, live } = await run(waitForService, { 'deployment-id': id });
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED', 'deployment-id': id } });
    expect(live?.deploymentId).toBe(id);
  });
  test('is green when the deployment is live already, and still the newest when no read can be stale', async () => {
    await createScenario();
    const { result, live, took } = await run(waitForService);
    expect(result.outputs).toMatchObject({ verdict: 'NOOP', ...outputsOf(live) });
    expect(took).toBeGreaterThanOrEqual(30_000);
  });
  const crash = [{ match: { image: 'web:2' }, outcome: { kind: 'exit' as const, code: 1, after: 1000 } }];
  test('is red when the newest deployment was rolled back, however long ago; the revision that is live can be accepted', async () => {
    await createScenario({ services: { web: breaker }, taskRules: crash });
    await scenario.deploy();
    await scenario.clock.sleep(86_400_000, new AbortController().signal);
    const any = await run(waitForService);
    expect(any).toEnd('ROLLED_BACK 1');
    expect(any.result.error).toMatchObject({
      summary: expect.stringMatching(
        /^web: web:2 is not live: Service deployment rolled back because the circuit breaker threshold was exceeded; it ended at \d{4}-\d\d-\d\dT[\d:.]+Z, before this step started \(live: web:1\)$/,
      ),
      remedy: expect.stringMatching(/To accept what is live, set `task-definition` to web:1\.$/),
    });
    const bad = await run(waitForService, { 'task-definition': 'web:2' });
    expect(bad.result.outputs.verdict).toBe('ROLLED_BACK');
    const good = await run(waitForService, { 'task-definition': 'web:1' });
    expect(good).toEnd('NOOP 0');
  });
  test('is red when the newest deployment of the revision was rolled back to an older one of it', async () => {
    await createScenario({ services: { web: breaker } });
    scenario.sandbox.ecs.setTaskRules([{ outcome: { kind: 'exit', code: 1, after: 1000 } }]);
    await scenario.deploy({ 'task-definition': 'v1.json', 'force-new-deployment': 'true' });
    const { result, host } = await run(waitForService, { 'task-definition': 'web:1' });
    expect({ result, host }).toEnd('ROLLED_BACK 1');
  });
  test('a deployment that was made a moment ago, and does not show yet, is followed', async () => {
    await createScenario();
    scenario.sandbox.ecs.setLag({ staleReads: 1, lateServiceDeployment: 2 });
    const { result: started } = await scenario.deploy({ 'wait-until': 'started' });
    const { result } = await run(waitForService);
    expect(result.outputs).toMatchObject({
      verdict: 'SUCCEEDED',
      'deployment-id': started.outputs['deployment-id'],
    });
  });
  test('asks for an id where the service deployments may not be read: the service shows no rollback that is over', async () => {
    await createScenario();
    scenario.sandbox.fault({
      operation: 'ListServiceDeployments',
      fault: { kind: 'error', code: 'AccessDeniedException', message: 'no' },
    });
    const { result } = await run(waitForService);
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary:
        'deployment-id: the service deployments of web may not be read, and the service alone does not distinguish a deployment that was rolled back from one that never existed',
    });
  });
  test('finds a deployment of long ago on a later page of the list', async () => {
    await createScenario();
    const first = await scenario.deploy();
    for (let count = 0; count < 101; count += 1) {
      await scenario.sandbox.dispatch('ecs', 'UpdateService', {
        cluster: 'main',
        service: 'web',
        forceNewDeployment: true,
      });
      await scenario.clock.sleep(120_000, new AbortController().signal);
    }
    const id = first.result.outputs['deployment-id']!;
    const { result } = await run(waitForService, { 'deployment-id': id });
    expect(result.outputs.verdict).toBe('SUPERSEDED');
    expect(result.error?.summary).toMatch(/superseded by deployment \S+ of \S+; this run deployed web:2/);
  });
  test('is red when the same revision was deployed again, and does not say that what is live is not', async () => {
    await createScenario();
    const first = await scenario.deploy();
    await scenario.deploy({ 'force-new-deployment': 'true' });
    const { result } = await run(waitForService, { 'deployment-id': first.result.outputs['deployment-id']! });
    expect(result.error?.summary).toMatch(
      /^web: deployment ecs-svc\/\d+ of web:2 is not live: superseded by deployment ecs-svc\/\d+ of web:2; this run deployed web:2 \(live: web:2\)$/,
    );
  });
  test('is red when another deployment is PRIMARY than the requested one', async () => {
    await createScenario();
    const { result } = await run(waitForService, { 'deployment-id': 'ecs-svc/1' });
    expect(result.error).toMatchObject({
      code: 'SUPERSEDED',
      summary: expect.stringMatching(
        /^web: ecs-svc\/1 is not live: deployment ecs-svc\/\d+ of web:1 is PRIMARY, and ECS shows nothing about the requested one \(live: web:1\)$/,
      ),
      remedy: 'Check the id; a deployment that is no longer PRIMARY was superseded or rolled back.',
    });
  });
  test('is red when another revision is live than the requested one', async () => {
    await createScenario();
    const { result } = await run(waitForService, { 'task-definition': 'web:9' });
    expect(result.error).toMatchObject({
      summary: 'web: web:9 is not live: the service runs web:1 (live: web:1)',
      remedy: 'Deploy web:9 again if it should be live, or omit `task-definition`.',
    });
  });
  test.each([
    ['while ECS rolls it back', 30_000],
    ['when that is done', 900_000],
  ])('reports how a deployment that was rolled back ended, and why: %s', async (_, later) => {
    await createScenario({
      services: { web: breaker },
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'exit', code: 1, log: ['no database'] } }],
    });
    const { result: started } = await scenario.deploy({ 'wait-until': 'started' });
    await scenario.clock.sleep(later, new AbortController().signal);
    const { result, host } = await run(waitForService, {
      'deployment-id': started.outputs['deployment-id']!,
    });
    expect(result.outputs.verdict).toBe('ROLLED_BACK');
    expect(result.error?.summary).toMatch(
      /^web: web:2 is not live: Service deployment rolled back because the circuit breaker threshold was exceeded.*\(live: web:1\)$/,
    );
    expect(host.lines).toContain('output: no database');
  });
  test('begun while ECS rolls back, is red: what was deployed does not become live', async () => {
    await createScenario({ services: { web: breaker }, taskRules: crash });
    const started = await scenario.deploy({ 'wait-until': 'started' });
    await scenario.clock.sleep(30_000, new AbortController().signal);
    const { result, live } = await run(waitForService);
    expect(result.outputs).toMatchObject({
      verdict: 'ROLLED_BACK',
    });
    expect(result.error?.facts).toMatchObject({ deploymentId: started.result.outputs['deployment-id'] });
    expect(live?.taskDefinition).toMatch(/web:1$/);
  });
  test('a deployment that is complete, but of which no task runs, is not live until one does', async () => {
    await createScenario();
    await killTasks('never-starts');
    const waiting = run(waitForService);
    scenario.at(120_000, () => killTasks('run'));
    const { result, took } = await waiting;
    expect(result.outputs.verdict).toBe('SUCCEEDED');
    expect(took).toBeGreaterThan(120_000);
  });
});

/** The tasks die, and those that ECS starts instead have this outcome. */
async function killTasks(kind: 'never-starts' | 'run') {
  scenario.sandbox.ecs.setTaskRules([{ outcome: { kind } }]);
  const tasks = { cluster: 'main', serviceName: 'web', desiredStatus: 'RUNNING' };
  const { taskArns } = (await scenario.sandbox.dispatch('ecs', 'ListTasks', tasks)) as { taskArns: string[] };
  for (const task of taskArns) await scenario.sandbox.dispatch('ecs', 'StopTask', { cluster: 'main', task });
}

describe('deploy-service, of what is set already', () => {
  test('is no NOOP while none of its tasks runs: five minutes without one are a failure', async () => {
    await createScenario();
    await killTasks('never-starts');
    const { result, deploymentsMade, took } = await run(undefined, { 'task-definition': 'v1.json' });
    expect(result.outputs.verdict).toBe('FAILED');
    expect(result.error).toMatchObject({
      summary: expect.stringMatching(
        /^web: web:1 is not live: deployment ecs-svc\/\d+ of web:1 has completed, but none of its 2 tasks is running, after 5 min$/,
      ),
      remedy:
        'Check the stopped tasks and the service events. In the meantime, redeploy a known-good revision.',
    });
    expect(deploymentsMade).toBe(0);
    expect(took).toBeLessThan(320_000);
  });
});

describe('deploy-service, of a desired count alone', () => {
  const more = (count: string) => ({ 'task-definition': 'v1.json', 'desired-count': count });
  test('up from 0: green when a task of it runs', async () => {
    await createScenario({ services: { web: { desiredCount: 0 } } });
    const { result, host, deploymentsMade } = await scenario.deploy(more('2'));
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(scenario.serving()).not.toEqual(['web:1 0']);
    expect(deploymentsMade).toBe(0);
  });
  test('up from 0: red when none comes up', async () => {
    await createScenario({ services: { web: { desiredCount: 0 } } });
    scenario.sandbox.ecs.setTaskRules([{ outcome: { kind: 'pull-error' } }]);
    const { result, host } = await scenario.deploy(more('2'));
    expect({ result, host }).toEnd('FAILED 1');
    expect(result.error?.summary).toMatch(
      /^web does not run 2 tasks: the image of container "app" does not exist: /,
    );
  });
});

describe('scale-service', () => {
  test('sets the count, waits for the tasks, and starts no deployment', async () => {
    await createScenario();
    const { result, deploymentsMade, live } = await run(scaleService, { 'desired-count': '5' });
    expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED', ...outputsOf(live) } });
    const { services } = (await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
      cluster: 'main',
      services: ['web'],
    })) as { services: { desiredCount: number; runningCount: number }[] };
    expect(services[0]).toMatchObject({ desiredCount: 5, runningCount: 5 });
    expect(deploymentsMade).toBe(0);
    const update = scenario.sandbox.journal().filter((entry) => entry.operation === 'UpdateService');
    expect(update.map((entry) => entry.input)).toEqual([
      { cluster: 'main', service: 'web', desiredCount: 5 },
    ]);
  });
  test('to zero: green when nothing runs', async () => {
    await createScenario();
    const { result } = await run(scaleService, { 'desired-count': '0' });
    expect(result.outputs.verdict).toBe('SUCCEEDED');
  });
  test('a count that is already so changes nothing', async () => {
    await createScenario();
    const { result, took } = await run(scaleService, { 'desired-count': '2' });
    expect(result.outputs.verdict).toBe('NOOP');
    // Two reads that agree.
    expect(took).toBeGreaterThanOrEqual(3000);
    expect(scenario.sandbox.journal().some((entry) => entry.operation === 'UpdateService')).toBe(false);
  });
  test('tasks that cannot start end at the deadline, red', async () => {
    await createScenario();
    scenario.sandbox.ecs.setTaskRules([{ outcome: { kind: 'pull-error' } }]);
    const { result, host } = await run(scaleService, { 'desired-count': '5', 'wait-timeout': '5m' });
    expect({ result, host }).toEnd(4);
    expect(result.error).toMatchObject({
      summary: 'web does not run 5 tasks: 2 of 5 run at the deadline',
      details: [
        expect.stringMatching(/^\d+ tasks \(.*\): the image of container "app" does not exist: /),
        'to keep watching, run this step again: it does not set the count again',
      ],
    });
  });
  test('what ECS says of tasks that cannot be placed is logged when it says so, and again in the error', async () => {
    await createScenario();
    scenario.sandbox.ecs.setTaskRules([
      { outcome: { kind: 'placement', reason: 'No instance has 2 vCPU left.' } },
    ]);
    const { result, host } = await run(scaleService, { 'desired-count': '4' });
    const said = /was unable to place a task because .*No instance has 2 vCPU left\./;
    expect(host.lines.filter((line) => /^info: web {2}· was unable/.test(line))).toEqual([
      expect.stringMatching(said),
    ]);
    expect(result.error).toMatchObject({
      code: 'STALLED',
      summary: 'web does not run 4 tasks: 2 of 4 run, and no progress for 10 min',
      details: expect.arrayContaining([expect.stringMatching(said)]),
    });
  });
  test('a service that is deleted meanwhile is reported as deleted', async () => {
    await createScenario();
    scenario.at(3000, () =>
      scenario.sandbox.dispatch('ecs', 'DeleteService', { cluster: 'main', service: 'web', force: true }),
    );
    const { result } = await run(scaleService, { 'desired-count': '4' });
    expect(result.error).toMatchObject({
      code: 'STOPPED',
      summary: 'web does not run 4 tasks: service web was deleted; it is DRAINING',
    });
  });
});

describe('rollback-service', () => {
  test('rolls back to the last revision that was live, not merely the one before', async () => {
    await createScenario({
      services: { web: breaker },
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    expect((await scenario.deploy()).result.outputs.verdict).toBe('ROLLED_BACK');
    expect((await scenario.deploy({ 'task-definition': 'v3.json' })).result.outputs.verdict).toBe(
      'SUCCEEDED',
    );
    const { result, host, live } = await run(rollbackService);
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(live?.taskDefinition).toMatch(/web:1$/);
  });
  test('stops a deployment in progress, and the rollback that ECS makes of it is green', async () => {
    await createScenario();
    await scenario.deploy({ 'wait-until': 'started' });
    const { result, host, live } = await run(rollbackService);
    expect({ result, host }).toEnd('ROLLED_BACK 0');
    expect(live?.taskDefinition).toMatch(/web:1$/);
  });
  test('a deployment that becomes live before it can be stopped is rolled back anyway', async () => {
    await createScenario();
    await scenario.deploy({ 'wait-until': 'started' });
    const stale = { service: 'ecs', operation: 'DescribeServices', from: 2, count: 1 };
    scenario.sandbox.fault({ ...stale, fault: { kind: 'stale' } });
    await scenario.sandbox.dispatch('ecs', 'DescribeServices', { cluster: 'main', services: ['web'] });
    await scenario.clock.sleep(300_000, new AbortController().signal);
    const { result, host, live } = await run(rollbackService);
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(loggedBy(host).slice(0, 2)).toEqual([
      'warning: web: container app runs example/web:1 as that tag points now: ECS does not report which image it was before',
      'info: web: rolling back from web:2 to web:1',
    ]);
    expect(live?.taskDefinition).toMatch(/web:1$/);
  });
  test('a revision that ECS does not know is named', async () => {
    await createScenario();
    const { result } = await run(rollbackService, { 'task-definition': 'web:99' });
    expect(result.error).toMatchObject({
      code: 'NOT_FOUND',
      summary: 'web cannot roll back to web:99: ECS has no such task definition in us-east-1',
    });
  });
  test('M02: without an earlier success it is impossible, and nothing is changed', async () => {
    await createScenario();
    const { result } = await run(rollbackService);
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: 'web has no earlier successful deployment within the 90 days that ECS keeps',
    });
    expect(scenario.sandbox.journal().some((entry) => entry.operation === 'UpdateService')).toBe(false);
  });
  test('M02: a revision that is deregistered is impossible', async () => {
    await createScenario();
    await scenario.deploy();
    await scenario.sandbox.dispatch('ecs', 'DeregisterTaskDefinition', { taskDefinition: 'web:1' });
    const { result } = await run(rollbackService);
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: 'web:1 is deregistered (INACTIVE): ECS does not start tasks from it',
    });
  });
});

describe('rollback-on', () => {
  const loop = [{ match: { image: 'web:2' }, outcome: { kind: 'exit' as const, code: 1, after: 1000 } }];
  test('timeout: the deployment in progress is stopped, and the first error stays the error', async () => {
    await createScenario({ taskRules: loop });
    const { result, host } = await scenario.deploy({ 'wait-timeout': '5m', 'rollback-on': 'timeout' });
    const id = result.outputs['deployment-id'];
    expect(result.error).toMatchObject({
      code: 'STALLED',
      summary: expect.stringMatching(
        /^web: web:2 is not live: a crash loop: .*; this run is stopping the deployment$/,
      ),
      remedy: 'Check the container log.',
    });
    expect(result.error!.details.at(-1)).toBe(
      `to see how it ends: landfall wait-for-service --region us-east-1 --cluster main --service web --deployment-id ${id}`,
    );
    expect(result.error!.details.filter((line) => /run this step again/.test(line))).toEqual([]);
    expect(host.lines.some((line) => /is being stopped, and ECS will roll back/.test(line))).toBe(true);
  });
  test('failure: what ran before is deployed again', async () => {
    await createScenario({
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'pull-error' } }],
    });
    const { result, live } = await scenario.deploy({ 'rollback-on': 'failure' });
    expect(result.error).toMatchObject({
      code: 'DEPLOYMENT_FAILED',
      summary: expect.stringMatching(/; this run has rolled back to web:1, which is live$/),
      remedy: expect.stringMatching(/^Push the image/),
    });
    expect(live?.taskDefinition).toMatch(/web:1$/);
  });
  test('failure of a deployment that an earlier run has started: what ran before that is deployed again', async () => {
    await createScenario({
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'pull-error' } }],
    });
    await scenario.deploy({ 'wait-until': 'started' });
    const { result, live, host } = await scenario.deploy({ 'rollback-on': 'failure' });
    expect(host.lines).toContain('warning: web: rolling back to web:1');
    expect(result.error?.summary).toMatch(/; this run has rolled back to web:1, which is live$/);
    expect(live?.taskDefinition).toMatch(/web:1$/);
  });
  test('failure of one that replaced another before that was live: the last that was live is deployed again', async () => {
    await createScenario({
      taskRules: [
        { match: { image: 'web:2' }, outcome: { kind: 'pull-error' } },
        { match: { image: 'web:3' }, outcome: { kind: 'pull-error' } },
      ],
    });
    await scenario.deploy({ 'wait-until': 'started' });
    await scenario.deploy({ 'wait-until': 'started', 'task-definition': 'v3.json' });
    const { result, live } = await scenario.deploy({
      'rollback-on': 'failure',
      'task-definition': 'v3.json',
    });
    expect(result.error?.summary).toMatch(/; this run has rolled back to web:1, which is live$/);
    expect(live?.taskDefinition).toMatch(/web:1$/);
  });
  test('M03: what ran before, behind a Classic Load Balancer, ran no task: no rollback, and it says why', async () => {
    const loadBalancers = [{ loadBalancerName: 'classic', containerName: 'app', containerPort: 80 }];
    await createScenario({
      services: { web: { loadBalancers } },
      taskRules: [{ outcome: { kind: 'pull-error' } }],
    });
    const { result, host } = await scenario.deploy({ 'rollback-on': 'failure' });
    expect(result.error?.code).toBe('DEPLOYMENT_FAILED');
    expect(host.lines).toContain(
      'error: ROLLBACK_IMPOSSIBLE: web is not rolled back: what was running before (web:1) ran no tasks itself',
    );
  });
  test('M03: what ran before was itself failing: no rollback, and it says why', async () => {
    await createScenario({ taskRules: [{ outcome: { kind: 'pull-error' } }] });
    const { result, host } = await scenario.deploy({ 'rollback-on': 'failure' });
    expect(result.error?.code).toBe('DEPLOYMENT_FAILED');
    expect(host.lines).toContain(
      'error: ROLLBACK_IMPOSSIBLE: web is not rolled back: what was running before (web:1) was itself IN_PROGRESS',
    );
  });
});

describe('on-cancel: stop', () => {
  test('the remedy is not to run the step again before the rollback is done, but how to follow it', async () => {
    await createScenario();
    const { host, done } = scenario.begin({ 'on-cancel': 'stop' });
    scenario.at(8000, () => host.cancel());
    const { result } = await done;
    const id = result.outputs['deployment-id']!;
    expect({ result, host }).toEnd('CANCELLED 130');
    expect(result.error).toMatchObject({
      summary: `web: web:2 is not live: cancelled; ECS is stopping deployment ${id} and rolling back`,
      remedy: 'See how it ends before running this step again.',
      details: [
        `to see how it ends: landfall wait-for-service --region us-east-1 --cluster main --service web --deployment-id ${id}`,
      ],
    });
    expect((await run(waitForService, { 'deployment-id': id })).result.outputs.verdict).toBe('ROLLED_BACK');
  });
});

describe('continue-deployment', () => {
  test('a service without a deployment that waits is an error', async () => {
    await createScenario();
    const { result } = await run(continueDeployment);
    expect(result.error).toMatchObject({ code: 'NOT_PAUSED', summary: 'web has no paused deployment' });
  });
  test('cancelled while a paused deployment is looked for, it is CANCELLED: reads may be behind', async () => {
    await createScenario();
    const { host, done } = scenario.begin({ 'task-definition': '' }, { operation: continueDeployment });
    scenario.at(5000, () => host.cancel());
    expect((await done).result.error).toMatchObject({
      code: 'CANCELLED',
      summary: 'the run was cancelled before a paused deployment of web was found; nothing was answered',
    });
  });
  /** The hook comes after the first version is live: it would have paused that one too. */
  const pausing = async (lifecycleStages = ['POST_SCALE_UP']) => {
    const deploymentConfiguration = { strategy: 'BLUE_GREEN' as const, bakeTimeInMinutes: 1 };
    await createScenario({ services: { web: { deploymentConfiguration } } });
    const lifecycleHooks = [{ targetType: 'PAUSE', lifecycleStages }];
    await scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'web',
      deploymentConfiguration: { ...deploymentConfiguration, lifecycleHooks },
    });
  };
  test('continue: the paused deployment continues and becomes live', async () => {
    await pausing();
    const first = await scenario.deploy();
    expect(first).toEnd('PAUSED 4');
    const place = '--region us-east-1 --cluster main --service web';
    expect(first.result.error?.details).toEqual([
      `to continue it and see how it ends: landfall continue-deployment ${place}`,
      `to roll it back: landfall continue-deployment ${place} --action rollback`,
      `once someone has continued it, run this step again: it picks up deployment ${first.result.outputs['deployment-id']}`,
    ]);
    const { result, live } = await run(continueDeployment);
    expect(result.outputs).toMatchObject({ verdict: 'SUCCEEDED', ...outputsOf(live) });
    expect(live?.taskDefinition).toMatch(/web:2$/);
  });
  test('a second pause ends the step like the first one, instead of waiting for a day', async () => {
    await pausing(['POST_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT']);
    await scenario.deploy();
    const { result, host, took } = await run(continueDeployment);
    expect({ result, host }).toEnd('PAUSED 4');
    expect(result.error?.summary).toMatch(/is waiting for approval at POST_TEST_TRAFFIC_SHIFT/);
    expect(took).toBeLessThan(60_000);
    expect((await run(continueDeployment)).result.outputs.verdict).toBe('SUCCEEDED');
  });
  test('rollback: is green, because it is what was requested', async () => {
    await pausing();
    await scenario.deploy();
    const { result, host, live } = await run(continueDeployment, { action: 'rollback' });
    expect({ result, host }).toEnd('ROLLED_BACK 0');
    expect(host.lines).toContain('info: ✓ web: rollback complete: web:1 is live');
    expect(live?.taskDefinition).toMatch(/web:1$/);
  });
});
