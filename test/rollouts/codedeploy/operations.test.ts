import { afterEach, describe, expect, test } from '@jest/globals';
import type { Operation } from '@landfall/core/operation/operation';
import { continueDeployment } from '@landfall/core/operations/continue-deployment';
import { planService } from '@landfall/core/operations/plan-service';
import { rollbackService } from '@landfall/core/operations/rollback-service';
import { scaleService } from '@landfall/core/operations/scale-service';
import { verifyService } from '@landfall/core/operations/verify-service';
import { waitForService } from '@landfall/core/operations/wait-for-service';
import { administrator } from '@landfall/sandbox/authorization/principals';
import { balanced, CodeDeployed, readyWait, rollsBack, terminationWait } from '../scenario/code-deployed.ts';
import { type Between, Scenario, toldBy } from '../scenario/scenario.ts';

const minute = 60_000;
let scenario: Scenario;
let codeDeploy: CodeDeployed;
afterEach(() => scenario.close());

async function set(group: object = rollsBack): Promise<void> {
  scenario = await Scenario.create({ services: { web: balanced } });
  codeDeploy = new CodeDeployed(scenario);
  await codeDeploy.group(group);
}

const begin = (operation: unknown, inputs: Record<string, string> = {}, more: object = {}) =>
  scenario.begin({ 'task-definition': '', ...inputs }, { operation: operation as Operation, ...more });
const run = (operation: unknown, inputs: Record<string, string> = {}) => begin(operation, inputs).done;
/** Somebody who may see every deployment group: IAM refuses others before CodeDeploy is asked. */
const asAdministrator = (operation: unknown, inputs: Record<string, string>) =>
  begin(operation, inputs, { accessKeyId: administrator }).done;
const start = (inputs: Record<string, string> = {}) =>
  scenario.deploy({ 'wait-until': 'started', ...inputs });
/** What was sent since, reads aside. */
const writes = (from: number) =>
  scenario.sandbox
    .journal()
    .slice(from)
    .filter((one) => !/^(?:Describe|List|Get|Batch)/.test(one.operation))
    .map((one) => [one.operation, one.input]);
const marked = () => scenario.sandbox.journal().length;
/** CodeDeploy accepts a stop, and the deployment goes on all the same. */
function acceptStopsInVain(): void {
  const { dispatch } = scenario.sandbox;
  Object.assign(scenario.sandbox, {
    dispatch: async (...call: Parameters<typeof dispatch>) =>
      call[1] === 'StopDeployment' ? { status: 'Pending' } : dispatch(...call),
  });
}

describe('wait-for-service', () => {
  test('follows the deployment under way, changing nothing', async () => {
    await set();
    const started = await start();
    const from = marked();
    const end = await run(waitForService);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.result.outputs).toMatchObject({
      'deployment-id': started.result.outputs['codedeploy-deployment-id'],
      'task-definition-arn': started.result.outputs['task-definition-arn'],
    });
    expect(writes(from)).toEqual([]);
    expect((await codeDeploy.truth()).live).toBe('web:2');
  });

  test('follows the one asked for, to the event asked for', async () => {
    await set(terminationWait(60));
    const { result } = await start();
    const id = result.outputs['codedeploy-deployment-id']!;
    const end = await run(waitForService, {
      'deployment-id': id,
      'wait-until': 'codedeploy:AfterAllowTraffic',
    });
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.took).toBeLessThan(20 * minute);
  });

  test('a deployment that is over and live is green at once', async () => {
    await set();
    await scenario.deploy();
    const end = await run(waitForService, { 'task-definition': 'web:2' });
    expect(end).toEnd('NOOP 0');
    expect(JSON.parse(end.result.outputs.results!)[0].reason).toMatch(
      /^web:2 is live: deployment d-\w+ has succeeded$/,
    );
  });

  test('a deployment that has succeeded and of which nothing runs is not live', async () => {
    await set();
    await scenario.deploy();
    scenario.sandbox.ecs.setTaskRules([{ outcome: { kind: 'never-starts' } }]);
    await scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'web',
      desiredCount: 0,
    });
    await scenario.clock.sleep(5 * minute);
    await scenario.sandbox.dispatch('ecs', 'UpdateService', {
      cluster: 'main',
      service: 'web',
      desiredCount: 2,
    });
    await scenario.clock.sleep(minute);
    const end = await run(waitForService, { 'wait-timeout': '10m' });
    expect(end).toEnd('FAILED 1');
    expect(end.result.error?.summary).toMatch(
      /^web: .*CodeDeploy reports deployment d-\w+ as successful, but 0 of 2 tasks of web:2 are running after 5 min \(live: web:2\)$/,
    );
    const again = await scenario.deploy({ 'wait-timeout': '10m' });
    expect(again).toEnd('FAILED 1');
  });

  test('a deployment that is made just now is the newest, although no read shows it yet', async () => {
    await set();
    await scenario.deploy();
    for (const operation of ['GetDeploymentGroup', 'ListDeployments', 'DescribeServices'])
      scenario.sandbox.fault({ operation, from: 2, count: 2, fault: { kind: 'stale' } });
    await run(planService, { 'task-definition': 'v3.json' });
    await start({ 'task-definition': 'v3.json' });
    const end = await run(waitForService);
    expect(end).toEnd('SUCCEEDED 0');
    expect((await codeDeploy.truth()).live).toBe('web:3');
    expect(end.result.outputs['task-definition-arn']).toMatch(/web:3$/);
  });

  test('a service to which CodeDeploy has deployed nothing yet is live since it was created', async () => {
    await set();
    const end = await run(waitForService);
    expect(end).toEnd('NOOP 0');
    expect(JSON.parse(end.result.outputs.results!)[0].reason).toBe(
      'web:1 has been live since the service was created; CodeDeploy has not deployed anything yet',
    );
  });

  test('a deployment that is made while the last one becomes steady again is the newest', async () => {
    await set();
    const later = await scenario.register('web', 3);
    scenario.scaleAt(29_000, 5);
    scenario.at(35_000, () => codeDeploy.deploy(later, 'web'));
    const end = await run(waitForService);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.result.outputs['deployment-id']).toBe((await codeDeploy.truth()).newest.deploymentId);
    expect((await codeDeploy.truth()).live).toBe('web:2');
  });

  test('a version that becomes steady again has succeeded, although another has the traffic a moment later', async () => {
    await set();
    await scenario.deploy();
    await codeDeploy.deploy(await scenario.register('web', 3), 'web');
    scenario.scaleAt(2000, 3);
    const end = await run(waitForService, { 'task-definition': 'web:2' });
    expect(end).toEnd('SUCCEEDED 0');
    expect((await codeDeploy.truth()).live).toBe('web:3');
    expect(scenario.serving()).toContain('web:2 3');
  });

  test('what is live is accepted by its revision, although something newer was rolled back', async () => {
    await set(readyWait);
    await scenario.deploy();
    const { newest } = await codeDeploy.truth();
    await codeDeploy.ask('StopDeployment', { deploymentId: newest.deploymentId, autoRollbackEnabled: true });
    await scenario.clock.sleep(minute);
    expect(await run(waitForService, { 'task-definition': 'web:2' })).toEnd('ROLLED_BACK 1');
    await scenario.close();
    await set();
    await scenario.deploy();
    const started = await start({ 'task-definition': 'v3.json' });
    const deploymentId = started.result.outputs['codedeploy-deployment-id'];
    await codeDeploy.ask('StopDeployment', { deploymentId, autoRollbackEnabled: true });
    await scenario.clock.sleep(minute);
    const end = await run(waitForService, { 'task-definition': 'web:2' });
    expect(end).toEnd('NOOP 0');
  });

  test('a version that is replaced while it is looked at has succeeded all the same, and its tasks still run', async () => {
    await set(terminationWait(60));
    await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    const { newest } = await codeDeploy.truth();
    await codeDeploy.ask('ContinueDeployment', {
      deploymentId: newest.deploymentId,
      deploymentWaitType: 'TERMINATION_WAIT',
    });
    await scenario.clock.sleep(2 * minute);
    const later = await start({ 'task-definition': 'v3.json' });
    await scenario.clock.sleep(20_000);
    expect((await codeDeploy.truth()).live).toBe('web:2');
    const end = await run(waitForService, { 'task-definition': 'web:2' });
    expect((await codeDeploy.truth()).live).toBe('web:3');
    expect(end).toEnd('NOOP 0');
    expect(JSON.parse(end.result.outputs.results!)[0].reason).toBe(
      `deployment ${newest.deploymentId} of web:2 succeeded and its tasks are still running; deployment ${later.result.outputs['codedeploy-deployment-id']} of web:3 was started after it`,
    );
  });

  test('a version that was never deployed is not taken for one that is replaced meanwhile', async () => {
    await set();
    await scenario.deploy();
    const later = await scenario.register('web', 3);
    scenario.at(20_000, () => codeDeploy.deploy(later, 'web'));
    const end = await run(waitForService, { 'task-definition': 'web:1' });
    expect(end).toEnd('SUPERSEDED 1');
    expect(end.result.error?.summary).toMatch(
      /^web: web:3 is not live: deployment d-\w+ deploys web:3, not web:1 \(live: web:2\)$/,
    );
  });

  test('the deployment that the group names is waited for, although nothing else shows it for a while', async () => {
    await set();
    await scenario.deploy();
    const shown = new Map<string, unknown>();
    const late: Between = async ({ operation, input }, send) => {
      const answer = await send(input);
      if (!shown.has(operation)) shown.set(operation, answer);
      const isBehind = scenario.clock.elapsed() < until;
      return isBehind && operation !== 'GetDeploymentGroup' ? shown.get(operation) : answer;
    };
    const until = scenario.clock.elapsed() + 90_000;
    await begin(waitForService, {}, { between: late }).done;
    const started = await start({ 'task-definition': 'v3.json' });
    const end = await begin(waitForService, {}, { between: late }).done;
    expect(end.result.outputs['deployment-id']).toBe(started.result.outputs['codedeploy-deployment-id']);
    expect((await codeDeploy.truth()).live).toBe('web:3');
    expect(end).toEnd('SUCCEEDED 0');
  });

  test('a deployment that was rolled back is red, however long ago', async () => {
    await set();
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const appSpec = JSON.stringify({
      version: 0,
      Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }],
      Hooks: [{ AfterAllowTraffic: 'smoke' }],
    });
    await scenario.deploy({}, { 'appspec.yaml': appSpec });
    const end = await run(waitForService);
    expect(end).toEnd('ROLLED_BACK 1');
    expect(end.result.error?.summary).toBe(
      'web: web:2 is not live: One of the lifecycle event validation functions failed: AfterAllowTraffic (HOOK_EXECUTION_FAILURE) (live: web:1)',
    );
  });

  test('while its rollback is still under way, the deployment that is undone is followed to the end', async () => {
    await set(readyWait);
    await scenario.deploy();
    const { newest } = await codeDeploy.truth();
    await codeDeploy.ask('StopDeployment', { deploymentId: newest.deploymentId, autoRollbackEnabled: true });
    expect((await codeDeploy.truth()).newest.creator).toBe('codeDeployRollback');
    const end = await run(waitForService);
    expect(end.result.outputs['deployment-id']).toBe(newest.deploymentId);
    expect(end).toEnd('ROLLED_BACK 1');
  });

  test('a deployment that another one came after is SUPERSEDED', async () => {
    await set();
    const { result } = await scenario.deploy();
    await scenario.deploy({ 'task-definition': 'v3.json' });
    const id = result.outputs['codedeploy-deployment-id']!;
    const end = await run(waitForService, { 'deployment-id': id });
    expect(end.result.error?.code).toBe('SUPERSEDED');
    expect(end.result.error?.summary.replace(/ecs-svc\/\d+/, 'ecs-svc/…')).toBe(
      `web: web:2 is not live: CodeDeploy reports deployment ${id} as successful, but task set ecs-svc/… of web:3 has the traffic (live: web:3)`,
    );
  });

  test.each([
    [{ 'deployment-id': 'd-NOBODYS00' }, 'NOT_FOUND', 'CodeDeploy has no deployment d-NOBODYS00'],
    [
      { 'deployment-id': 'ecs-svc/1' },
      'INPUT_INVALID',
      'deployment-id ecs-svc/1: web is deployed by CodeDeploy, whose deployments have ids like d-1A2B3C4D5',
    ],
    [
      { 'wait-until': 'stage:BAKE_TIME' },
      'INPUT_INVALID',
      'wait-until stage:BAKE_TIME: web has the CODE_DEPLOY controller, whose deployments have lifecycle events',
    ],
    [
      { 'codedeploy-deployment-group': 'other' },
      'NOT_FOUND',
      'web is deployed by CodeDeploy, but deployment group other of application AppECS-main-web was not found',
    ],
  ])('%j is refused: %s', async (inputs, code, summary) => {
    await set();
    const { result } = await asAdministrator(waitForService, inputs as unknown as Record<string, string>);
    expect(result.error).toMatchObject({ code, summary });
  });

  test("another service's deployment is refused", async () => {
    scenario = await Scenario.create({ services: { web: balanced, api: balanced } });
    codeDeploy = new CodeDeployed(scenario);
    await codeDeploy.group();
    await codeDeploy.group(rollsBack, 'api');
    const { result } = await scenario.deploy({ service: 'api', 'task-definition': 'api-v2.json' });
    const id = result.outputs['codedeploy-deployment-id']!;
    const end = await asAdministrator(waitForService, { 'deployment-id': id });
    expect(end.result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: `deployment ${id} belongs to deployment group DgpECS-main-api of AppECS-main-api, not to DgpECS-main-web of AppECS-main-web`,
    });
  });

  test('on-cancel stop has CodeDeploy stop it', async () => {
    await set();
    await start();
    const waiting = begin(waitForService, { 'on-cancel': 'stop' });
    scenario.at(20_000, () => waiting.host.cancel());
    const end = await waiting.done;
    expect(end.result.exitCode).toBe(130);
    expect((await codeDeploy.truth()).newest.creator).toBe('codeDeployRollback');
  });
});

describe('continue-deployment', () => {
  test('READY_WAIT: the deployment shifts the traffic and becomes live', async () => {
    await set(readyWait);
    const paused = await scenario.deploy();
    expect(paused).toEnd('PAUSED 4');
    const from = marked();
    const end = await run(continueDeployment);
    expect(end).toEnd('SUCCEEDED 0');
    const deploymentId = paused.result.outputs['codedeploy-deployment-id'];
    expect(writes(from)).toEqual([
      ['ContinueDeployment', { deploymentId, deploymentWaitType: 'READY_WAIT' }],
    ]);
    expect((await codeDeploy.truth()).live).toBe('web:2');
  });

  test('rollback: CodeDeploy stops it and rolls back, which is green, for it was asked for', async () => {
    await set(readyWait);
    const paused = await scenario.deploy();
    const from = marked();
    const end = await run(continueDeployment, { action: 'rollback' });
    expect(end).toEnd('ROLLED_BACK 0');
    expect(JSON.parse(end.result.outputs.results!)[0].reason).toBe('rolled back, as asked: web:1 is live');
    const deploymentId = paused.result.outputs['codedeploy-deployment-id'];
    expect(writes(from)).toEqual([['StopDeployment', { deploymentId, autoRollbackEnabled: true }]]);
    expect((await codeDeploy.truth()).live).toBe('web:1');
  });

  test('the termination wait is ended only when it is named', async () => {
    await set(terminationWait(600));
    const shifted = await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    const id = shifted.result.outputs['codedeploy-deployment-id'];
    await scenario.clock.sleep(minute);
    const from = marked();
    const refused = await run(continueDeployment);
    expect(refused.result.error).toMatchObject({
      code: 'NOT_PAUSED',
      summary: `deployment ${id} of web stands in TERMINATION_WAIT, not in READY_WAIT`,
      remedy:
        'Its traffic has already shifted. To terminate the old task set now, set `hook: TERMINATION_WAIT`.',
    });
    expect(writes(from)).toEqual([]);
    const end = await run(continueDeployment, { hook: 'TERMINATION_WAIT' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.took).toBeLessThan(5 * minute);
    expect(writes(from)).toEqual([
      ['ContinueDeployment', { deploymentId: id, deploymentWaitType: 'TERMINATION_WAIT' }],
    ]);
  });

  test('the answer is lost: the deployment is followed', async () => {
    await set(readyWait);
    await scenario.deploy();
    scenario.sandbox.fault({
      operation: 'ContinueDeployment',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    expect(await run(continueDeployment)).toEnd('SUCCEEDED 0');
  });

  test('killed after its answer it follows the deployment when it is run again', async () => {
    await set(readyWait);
    await scenario.deploy();
    await begin(continueDeployment, {}, { killAt: { call: 'continueDeployment', when: 'after' } }).killed;
    await scenario.clock.sleep(5000);
    const from = marked();
    const end = await run(continueDeployment);
    expect(end).toEnd('SUCCEEDED 0');
    expect(writes(from)).toEqual([]);
  });

  test('a read from before it waited, after one that was killed, is looked past', async () => {
    await set(readyWait);
    await scenario.deploy();
    await begin(continueDeployment, {}, { killAt: { call: 'continueDeployment', when: 'after' } }).killed;
    await scenario.clock.sleep(2000);
    const from = marked();
    let reads = 0;
    const between: Between = async ({ operation, input }, send) => {
      const answer = (await send(input)) as Record<string, { lifecycleEvents: object[] }>;
      if (operation !== 'GetDeploymentTarget' || ++reads > 2) return answer;
      const ecsTarget = { lifecycleEvents: [{ lifecycleEventName: 'Install', status: 'InProgress' }] };
      return { deploymentTarget: { ...answer.deploymentTarget, ecsTarget } };
    };
    const end = await begin(continueDeployment, {}, { between }).done;
    expect(end).toEnd('SUCCEEDED 0');
    expect(writes(from)).toEqual([]);
  });

  test('a rollback that comes too late is red: what was asked for has not come about', async () => {
    await set(readyWait);
    await scenario.deploy();
    acceptStopsInVain();
    const { newest } = await codeDeploy.truth();
    const ending = begin(continueDeployment, { action: 'rollback' });
    scenario.at(5000, () =>
      codeDeploy.ask('ContinueDeployment', {
        deploymentId: newest.deploymentId,
        deploymentWaitType: 'READY_WAIT',
      }),
    );
    const end = await ending.done;
    expect(end).toEnd('FAILED 1');
    expect(end.result.error?.summary).toBe(
      'web is not rolled back: web:2 became live before it could be rolled back',
    );
  });

  test('without a deployment that waits nothing is sent', async () => {
    await set();
    const none = await run(continueDeployment);
    expect(none.result.error).toMatchObject({
      code: 'NOT_PAUSED',
      summary: 'web has no paused deployment: deployment group DgpECS-main-web has none in progress',
    });
    const { result } = await start();
    const from = marked();
    const under = await run(continueDeployment);
    expect(under.result.error).toMatchObject({
      code: 'NOT_PAUSED',
      summary: `deployment ${result.outputs['codedeploy-deployment-id']} of web is InProgress, not in READY_WAIT`,
    });
    expect(writes(from)).toEqual([]);
  });

  test.each([
    [
      { hook: 'gate' },
      'hook gate: web is deployed by CodeDeploy, whose deployments wait in READY_WAIT or TERMINATION_WAIT',
    ],
    [
      { 'wait-until': 'paused' },
      'wait-until paused: a CodeDeploy deployment of web does not pause again once continued',
    ],
  ])('%j is refused before anything is sent', async (inputs, summary) => {
    await set(readyWait);
    await scenario.deploy();
    const from = marked();
    const { result } = await run(continueDeployment, inputs as unknown as Record<string, string>);
    expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
    expect(writes(from)).toEqual([]);
  });
});

describe('rollback-service', () => {
  test('stops a deployment under way, and the rollback that CodeDeploy makes of it is green', async () => {
    await set(readyWait);
    const paused = await scenario.deploy();
    const from = marked();
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    const deploymentId = paused.result.outputs['codedeploy-deployment-id'];
    expect(writes(from)).toEqual([
      ['TagResource', expect.anything()],
      ['StopDeployment', { deploymentId, autoRollbackEnabled: true }],
    ]);
    expect((await codeDeploy.truth()).live).toBe('web:1');
  });

  test('in the termination wait too: the old task set takes the traffic again', async () => {
    await set(terminationWait(60));
    await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(JSON.parse(end.result.outputs.results!)[0].reason).toBe('rolled back, as asked: web:1 is live');
    expect((await codeDeploy.truth()).live).toBe('web:1');
  });

  test('a rollback under way already is followed, and nothing is sent', async () => {
    await set(readyWait);
    const paused = await scenario.deploy();
    const deploymentId = paused.result.outputs['codedeploy-deployment-id'];
    await codeDeploy.ask('StopDeployment', { deploymentId, autoRollbackEnabled: true });
    const from = marked();
    const end = await run(rollbackService);
    expect(end).toEnd('ROLLED_BACK 0');
    expect(writes(from)).toEqual([]);
  });

  test('deploys the last revision that was live, by CodeDeploy and without the hooks of the file', async () => {
    await set();
    await scenario.deploy();
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const resources = [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }];
    const hooks = { version: 0, Resources: resources, Hooks: [{ AfterInstall: 'smoke' }] };
    const failed = await scenario.deploy(
      { 'task-definition': 'v3.json' },
      { 'appspec.yaml': JSON.stringify(hooks) },
    );
    expect(failed).toEnd('ROLLED_BACK 1');
    scenario.sandbox.codedeploy.setHooks({});
    await scenario.deploy({ 'task-definition': 'v3.json' });
    expect((await codeDeploy.truth()).live).toBe('web:3');
    const from = marked();
    const end = await run(rollbackService);
    expect(end).toEnd('SUCCEEDED 0');
    expect((await codeDeploy.truth()).live).toBe('web:2');
    expect(writes(from).map(([operation]) => operation)).toEqual(['TagResource', 'CreateDeployment']);
    const { newest } = await codeDeploy.truth();
    expect(JSON.parse(newest.revision!.appSpecContent!.content!)).not.toHaveProperty('Hooks');
  });

  test('M02: without an earlier success it is impossible, and nothing is sent', async () => {
    await set();
    await scenario.deploy();
    const from = marked();
    const { result } = await run(rollbackService);
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: 'web has no earlier successful deployment of a different revision in CodeDeploy',
      remedy: 'Set `task-definition` to the revision to roll back to.',
    });
    expect(writes(from)).toEqual([]);
  });

  /** A run of another pipeline, or of the same one again. */
  const other = { run: { origin: 'run-2' } };

  test('run again by the same job it is NOOP; by another one it is refused, and says what is live', async () => {
    await set();
    await scenario.deploy();
    await scenario.deploy({ 'task-definition': 'v3.json' });
    expect(await run(rollbackService)).toEnd('SUCCEEDED 0');
    expect((await codeDeploy.truth()).live).toBe('web:2');
    const from = marked();
    const again = await run(rollbackService);
    expect(again).toEnd('NOOP 0');
    expect(JSON.parse(again.result.outputs.results!)[0].reason).toBe(
      'this run has already rolled it back: web:2 is live',
    );
    const { result } = await begin(rollbackService, {}, other).done;
    expect(result.error).toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      summary: 'web was already rolled back: web:2 is live, and it was restored from web:3',
      remedy: 'To go further back, set `task-definition` to a revision.',
    });
    expect(writes(from)).toEqual([]);
  });

  test('after a stop, too: the same job again is NOOP, another one is refused', async () => {
    await set(readyWait);
    const paused = await scenario.deploy();
    const id = paused.result.outputs['codedeploy-deployment-id'];
    expect(await run(rollbackService)).toEnd('ROLLED_BACK 0');
    const from = marked();
    expect(await run(rollbackService)).toEnd('NOOP 0');
    const { result } = await begin(rollbackService, {}, other).done;
    expect(result.error?.code).toBe('ROLLBACK_IMPOSSIBLE');
    expect(writes(from)).toEqual([]);
    expect((await codeDeploy.truth()).made.find((one) => one.deploymentId === id)?.status).toBe('Stopped');
  });

  test.each(['before', 'after'] as const)(
    'killed %s its deployment was made, it goes on where it was',
    async (when) => {
      await set();
      await scenario.deploy();
      await scenario.deploy({ 'task-definition': 'v3.json' });
      await begin(rollbackService, {}, { killAt: { call: 'createDeployment', when } }).killed;
      expect(await run(rollbackService)).toEnd('SUCCEEDED 0');
      expect((await codeDeploy.truth()).live).toBe('web:2');
      expect((await codeDeploy.truth()).made).toHaveLength(3);
    },
  );

  test('the same job, killed and run again before its mark shows, does not stop its own rollback', async () => {
    await set();
    await scenario.deploy();
    await scenario.deploy({ 'task-definition': 'v3.json' });
    await begin(rollbackService, {}, { killAt: { call: 'createDeployment', when: 'after' } }).killed;
    let reads = 0;
    const between: Between = async ({ operation, input }, send) => {
      const answer = (await send(input)) as { services: { tags?: object[] }[] };
      if (operation !== 'DescribeServices') return answer;
      reads += 1;
      return reads > 2 ? answer : { services: answer.services.map(({ tags: _tags, ...rest }) => rest) };
    };
    const end = await begin(rollbackService, {}, { between }).done;
    expect(end).toEnd('SUCCEEDED 0');
    expect((await codeDeploy.truth()).live).toBe('web:2');
  });

  test('another job is refused while a rollback is under way', async () => {
    await set();
    await scenario.deploy();
    await scenario.deploy({ 'task-definition': 'v3.json' });
    const first = begin(rollbackService);
    await scenario.clock.sleep(5000);
    const second = await begin(rollbackService, {}, other).done;
    expect(second.result.error?.summary.replace(/d-\w+/, 'd-…')).toBe(
      'web is already being rolled back by another run: deployment d-… of web:2 is in progress',
    );
    expect(await first.done).toEnd('SUCCEEDED 0');
    expect((await codeDeploy.truth()).live).toBe('web:2');
  });

  test('what becomes live although it was stopped is taken back', async () => {
    await set(terminationWait(1));
    await scenario.deploy();
    await scenario.deploy({ 'task-definition': 'v3.json', 'wait-until': 'traffic-shifted' });
    acceptStopsInVain();
    const end = await run(rollbackService);
    expect(end).toEnd('SUCCEEDED 0');
    expect((await codeDeploy.truth()).live).toBe('web:2');
  });

  test.each([1, 100])('the answer to the stop is lost %i times: its rollback is followed', async (count) => {
    await set(readyWait);
    await scenario.deploy();
    scenario.sandbox.fault({
      operation: 'StopDeployment',
      count,
      fault: { kind: 'reset', effect: 'applied' },
    });
    expect(await run(rollbackService)).toEnd('ROLLED_BACK 0');
  });

  test('wait-until does not apply: a rollback is followed to its end', async () => {
    await set(terminationWait(60));
    await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    const end = await run(rollbackService, { 'wait-until': 'traffic-shifted' });
    expect(end).toEnd('ROLLED_BACK 0');
    expect(end.host.lines).toContain(
      'notice: web: a rollback is always followed to its end, regardless of `wait-until`',
    );
  });

  test('to the revision that is named', async () => {
    await set();
    await scenario.deploy();
    const end = await run(rollbackService, { 'task-definition': 'web:1' });
    expect(end).toEnd('SUCCEEDED 0');
    expect((await codeDeploy.truth()).live).toBe('web:1');
  });
});

describe('scale-service', () => {
  test('sets the count, waits for the tasks of the primary task set, and starts no deployment', async () => {
    await set();
    const from = marked();
    const end = await run(scaleService, { 'desired-count': '5' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(JSON.parse(end.result.outputs.results!)[0].reason).toBe('5 of 5 tasks are running');
    expect(writes(from)).toEqual([['UpdateService', { cluster: 'main', service: 'web', desiredCount: 5 }]]);
    expect((await codeDeploy.truth()).made).toEqual([]);
    const again = await run(scaleService, { 'desired-count': '5' });
    expect(again).toEnd('NOOP 0');
  });

  test('is green with both task sets standing: the primary one counts', async () => {
    await set(terminationWait(60));
    await scenario.deploy({ 'wait-until': 'traffic-shifted' });
    const end = await run(scaleService, { 'desired-count': '4' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.took).toBeLessThan(10 * minute);
    expect(toldBy(end.host).filter((line) => line.startsWith('notice:'))).toEqual([
      'notice: web: task set ecs-svc/… of web:1 exists alongside the primary one, as during a deployment; it has its own share of the count',
    ]);
  });
});

describe('verify-service', () => {
  const checksOf = (end: Awaited<ReturnType<typeof run>>) =>
    (JSON.parse(end.result.outputs.checks!) as { area: string; state: string; message: string }[])
      .filter((one) => one.area === 'service')
      .map((one) => `${one.state} ${one.message}`);

  test('looks whether the deployment group is there and is the one of the service', async () => {
    await set();
    const skip = { skip: 'image, role, log, load-balancer' };
    const fine = await run(verifyService, { 'task-definition': 'v2.json', ...skip });
    expect(checksOf(fine)).toEqual(['OK is active in cluster main', 'OK deploys web']);
    const wrong = await run(verifyService, {
      'task-definition': 'v2.json',
      'codedeploy-deployment-group': 'other',
      ...skip,
    });
    expect(wrong.result.error?.code).toBe('VERIFY_FAILED');
    expect(checksOf(wrong)).toEqual(['OK is active in cluster main', 'ERROR does not exist']);
  });
});
