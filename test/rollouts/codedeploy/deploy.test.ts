import { describe, expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import { deployService } from '@landfall/core/operations/deploy-service';
import { names, readyWait, rollsBack } from '../scenario/code-deployed.ts';
import { scenario } from '../scenario/current.ts';
import { ask, byUser, createService, minute, truth } from './service.ts';

describe('CODE_DEPLOY, transition by transition', () => {
  test('D23: GoodToGood: CodeDeploy makes one deployment, and green is when it has Succeeded', async () => {
    await createService();
    const { result, host } = await scenario.deploy();
    const { live, made, newest } = await truth();
    expect(result.error).toBeUndefined();
    expect(result).toMatchObject({
      exitCode: 0,
      outputs: {
        verdict: 'SUCCEEDED',
        'codedeploy-deployment-id': newest.deploymentId,
        'deployment-id': newest.deploymentId,
      },
    });
    expect(live).toBe('web:2');
    expect(made).toEqual([{ deploymentId: newest.deploymentId, status: 'Succeeded', creator: 'user' }]);
    expect(newest.description).toBe('web:2, by Landfall');
    expect(JSON.parse(newest.revision!.appSpecContent!.content!)).toEqual({
      version: 0,
      Resources: [
        {
          TargetService: {
            Type: 'AWS::ECS::Service',
            Properties: {
              TaskDefinition: result.outputs['task-definition-arn'],
              LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 80 },
            },
          },
        },
      ],
    });
    expect(host.lines.join('\n')).toMatch(/stage AfterAllowTraffic \(100% traffic\)/);
    expect(result.calls['ecs:UpdateService']).toBeUndefined();
    expect(result.calls['codedeploy:CreateDeployment']).toBe(1);
  });

  test('a canary is followed through its steps and the termination wait, and drawn as traffic', async () => {
    await createService({
      ...rollsBack,
      deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent15Minutes',
      blueGreenDeploymentConfiguration: {
        terminateBlueInstancesOnDeploymentSuccess: {
          action: 'TERMINATE',
          terminationWaitTimeInMinutes: 30,
        },
      },
    });
    const { result, host, took } = await scenario.deploy();
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(took).toBeGreaterThan(45 * minute);
    expect(host.lines.join('\n')).toMatch(/10% traffic/);
    expect(host.summaryLines).toContain('web: traffic of the new and the old version');
    expect((await truth()).live).toBe('web:2');
  });

  test.each([
    ['traffic-shifted', 'all production traffic is on the new task set'],
    ['codedeploy:AfterAllowTraffic', 'the deployment has passed AfterAllowTraffic'],
    ['codedeploy:allowtraffic', 'the deployment has passed AllowTraffic'],
  ])('wait-until %s does not wait for the old task set to end', async (until, reason) => {
    await createService({
      blueGreenDeploymentConfiguration: {
        terminateBlueInstancesOnDeploymentSuccess: {
          action: 'TERMINATE',
          terminationWaitTimeInMinutes: 60,
        },
      },
    });
    const { result, host, took } = await scenario.deploy({ 'wait-until': until });
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(JSON.parse(result.outputs.results!)[0].reason).toBe(reason);
    expect(took).toBeLessThan(20 * minute);
    const { live, newest } = await truth();
    expect(live).toBe('web:2');
    expect(newest.status).toBe('InProgress');
  });

  test.each([
    ['wait-for-minutes', '10', 'SUCCEEDED', 0],
    ['wait-timeout', '10m', 'TIMED_OUT', 4],
  ])('%s %s and a termination wait of half an hour: %s', async (input, given, verdict, exitCode) => {
    await createService({
      blueGreenDeploymentConfiguration: {
        terminateBlueInstancesOnDeploymentSuccess: {
          action: 'TERMINATE',
          terminationWaitTimeInMinutes: 30,
        },
      },
    });
    const { result } = await scenario.deploy({ [input]: given });
    expect(result).toMatchObject({ exitCode, outputs: { verdict } });
  });

  test('GoodToBad: a hook fails and CodeDeploy rolls back: ROLLED_BACK with the event that failed', async () => {
    await createService();
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const { result, host } = await scenario.deploy(
      { 'codedeploy-appspec': 'deploy/app.yaml' },
      {
        'deploy/app.yaml': [
          'version: 0.0',
          'resources:',
          '  - TargetService:',
          '      Type: AWS::ECS::Service',
          '      properties:',
          '        taskDefinition: replaced',
          'hooks:',
          '  - AfterAllowTraffic: smoke',
        ].join('\n'),
      },
    );
    expect(result).toMatchObject({
      exitCode: 1,
      outputs: { verdict: 'ROLLED_BACK' },
      error: {
        code: 'ROLLED_BACK',
        summary:
          'web: web:2 is not live: One of the lifecycle event validation functions failed: AfterAllowTraffic (HOOK_EXECUTION_FAILURE) (live: web:1)',
      },
    });
    expect(host.lines.join('\n')).toMatch(/hook AfterAllowTraffic at AfterAllowTraffic: FAILED/);
    expect(host.lines.join('\n')).toMatch(/CodeDeploy gave up: One of the lifecycle/);
    const { live, made } = await truth();
    expect(live).toBe('web:1');
    expect(byUser(made)).toHaveLength(1);
  });

  test('a hook fails and nothing rolls back: FAILED, and the group is warned of beforehand', async () => {
    await createService({});
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const { result, host } = await scenario.deploy(
      {},
      {
        'appspec.yaml': JSON.stringify({
          version: 0,
          Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }],
          Hooks: [{ BeforeAllowTraffic: 'smoke' }],
        }),
      },
    );
    expect({ result, host }).toEnd('FAILED 1');
    expect(result.error?.summary).toBe(
      'web: web:2 is not live: One of the lifecycle event validation functions failed: BeforeAllowTraffic (HOOK_EXECUTION_FAILURE); CodeDeploy did not roll back (live: web:1)',
    );
    expect(host.lines).toContain(
      'warning: deployment group DgpECS-main-web of web does not roll back when a deployment fails: turn on automatic rollback for DEPLOYMENT_FAILURE',
    );
    expect((await truth()).live).toBe('web:1');
  });

  test("GoodToBad: tasks that never become healthy: after CodeDeploy's hour, ROLLED_BACK with the last words of a container", async () => {
    await createService(rollsBack, [
      {
        match: { image: 'web:2' },
        outcome: { kind: 'exit', code: 3, after: 2000, log: ['config missing: DATABASE_URL'] },
      },
    ]);
    const patient = { 'fail-fast': 'false', 'wait-timeout': '2h', 'stall-timeout': '2h' };
    const { result } = await scenario.deploy(patient);
    expect(result).toMatchObject({
      exitCode: 1,
      outputs: { verdict: 'ROLLED_BACK' },
      error: { code: 'ROLLED_BACK' },
    });
    expect(result.error?.summary).toMatch(/timed out while waiting .* \(TIMEOUT\) \(live: web:1\)/);
    expect(result.error?.details).toContain('| config missing: DATABASE_URL');
    expect((await truth()).live).toBe('web:1');
  });

  test('a permanent cause ends the wait early and says how to stop the deployment', async () => {
    await createService(rollsBack, [{ match: { image: 'web:2' }, outcome: { kind: 'pull-error' } }]);
    const { result, host, took } = await scenario.deploy();
    const { newest } = await truth();
    expect({ result, host }).toEnd('FAILED 1');
    expect(result.error?.summary).toMatch(/CodeDeploy keeps retrying for an hour \(live: web:1\)$/);
    expect(result.error?.remedy).toContain(
      `aws deploy stop-deployment --deployment-id ${newest.deploymentId} --auto-rollback-enabled`,
    );
    expect(took).toBeLessThan(5 * minute);
  });

  test('a crash loop ends the watch long before CodeDeploy gives up, and the remedy stops the deployment', async () => {
    const outcome = { kind: 'exit', code: 1, after: 1000, log: ['no DATABASE_URL'] } as const;
    await createService(rollsBack, [{ match: { image: 'web:2' }, outcome }]);
    const { result, host, took } = await scenario.deploy();
    const { live, newest } = await truth();
    expect(live).toBe('web:1');
    expect({ result, host }).toEnd('STALLED 4');
    expect(result.error?.summary).toMatch(
      /^web: web:2 is not live: a crash loop: \d+ tasks stopped within 5 min and none is left \(container "app" ended \(exit code 1\): Essential container in task exited\); CodeDeploy keeps retrying for an hour \(live: web:1\)$/,
    );
    expect(result.error?.remedy).toBe(
      `Check the container log. Stop the deployment first: aws deploy stop-deployment --deployment-id ${newest.deploymentId} --auto-rollback-enabled`,
    );
    expect(took).toBeLessThan(7 * minute);
  });

  test('an alarm stops it: ROLLED_BACK', async () => {
    await createService({
      ...rollsBack,
      deploymentConfigName: 'CodeDeployDefault.ECSLinear10PercentEvery1Minutes',
    });
    scenario.at(4 * minute, () =>
      scenario.sandbox.codedeploy.trip(names.applicationName, names.deploymentGroupName),
    );
    const { result, host } = await scenario.deploy();
    expect({ result, host }).toEnd('ROLLED_BACK 1');
    expect(result.error?.summary).toMatch(/alarms have been activated.*\(ALARM_ACTIVE\) \(live: web:1\)$/);
    expect((await truth()).live).toBe('web:1');
  });

  test('stopped by someone, without a rollback: STOPPED', async () => {
    await createService();
    scenario.at(10_000, async () => {
      const { newest } = await truth();
      await ask('StopDeployment', { deploymentId: newest.deploymentId, autoRollbackEnabled: false });
    });
    const { result } = await scenario.deploy();
    expect(result).toMatchObject({
      exitCode: 1,
      outputs: { verdict: 'STOPPED' },
      error: {
        code: 'STOPPED',
        summary: 'web: web:2 is not live: the deployment was stopped (live: web:1)',
      },
    });
    expect((await truth()).newest.status).toBe('Stopped');
  });

  test('stopped by someone, with a rollback: ROLLED_BACK', async () => {
    await createService();
    scenario.at(10_000, async () => {
      const { newest } = await truth();
      await ask('StopDeployment', { deploymentId: newest.deploymentId, autoRollbackEnabled: true });
    });
    const { result, host } = await scenario.deploy();
    expect({ result, host }).toEnd('ROLLED_BACK 1');
    expect((await truth()).live).toBe('web:1');
  });

  test('Ready: the step ends PAUSED and says how to continue', async () => {
    await createService(readyWait);
    const { result } = await scenario.deploy();
    const { newest, live } = await truth();
    expect(result).toMatchObject({
      exitCode: 4,
      outputs: { verdict: 'PAUSED' },
      error: {
        code: 'PAUSED',
        summary:
          'web: web:2 is not live: the deployment is Ready after AfterInstall, waiting for someone to shift the traffic; after 2h in Ready, CodeDeploy stops it',
        remedy: `Continue it with continue-deployment, or: aws deploy continue-deployment --deployment-id ${newest.deploymentId} --deployment-wait-type READY_WAIT. Or stop it.`,
      },
    });
    expect(newest.status).toBe('Ready');
    expect(live).toBe('web:1');
  });

  test('Ready, requested by wait-until paused, is green and not called live', async () => {
    await createService(readyWait);
    const { result, host } = await scenario.deploy({ 'wait-until': 'paused' });
    expect({ result, host }).toEnd('PAUSED 0');
  });

  test('Ready with on-pause wait: continues when someone continues it', async () => {
    await createService(readyWait);
    scenario.at(60 * minute, async () => {
      const { newest } = await truth();
      await ask('ContinueDeployment', {
        deploymentId: newest.deploymentId,
        deploymentWaitType: 'READY_WAIT',
      });
    });
    const { result, host, took } = await scenario.deploy({ 'on-pause': 'wait' });
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(took).toBeGreaterThan(60 * minute);
  });
});

describe('rolling back what CodeDeploy does not', () => {
  test('rollback-on timeout: the deployment in progress is stopped, and CodeDeploy rolls back', async () => {
    await createService({
      ...rollsBack,
      deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent15Minutes',
    });
    const { result, host } = await scenario.deploy({ 'wait-timeout': '5m', 'rollback-on': 'timeout' });
    expect({ result, host }).toEnd('TIMED_OUT 4');
    expect(host.lines.join('\n')).toMatch(
      /web: deployment d-\w+ is being stopped, and CodeDeploy will roll back/,
    );
    await scenario.clock.sleep(minute);
    const { live, made } = await truth();
    expect(live).toBe('web:1');
    expect(made.map((one) => [one.creator, one.status])).toEqual([
      ['codeDeployRollback', 'Succeeded'],
      ['user', 'Stopped'],
    ]);
  });

  test('rollback-on failure: what ran before is deployed again, without the hook that failed', async () => {
    await createService({});
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const { result, host } = await scenario.deploy(
      { 'rollback-on': 'failure' },
      {
        'appspec.yaml': JSON.stringify({
          version: 0,
          Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }],
          Hooks: [{ AfterAllowTraffic: 'smoke' }],
        }),
      },
    );
    expect({ result, host }).toEnd('FAILED 1');
    const { live, made } = await truth();
    expect(live).toBe('web:1');
    expect(made.map((one) => one.status)).toEqual(['Succeeded', 'Failed']);
  });

  test('rollback-on failure where the old version still has the traffic: nothing is made', async () => {
    await createService({});
    scenario.sandbox.codedeploy.setHooks({ smoke: 'Failed' });
    const { host } = await scenario.deploy(
      { 'rollback-on': 'failure' },
      {
        'appspec.yaml': JSON.stringify({
          version: 0,
          Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }],
          Hooks: [{ AfterInstall: 'smoke' }],
        }),
      },
    );
    expect(host.lines).toContain('info: web: web:1 has the traffic; nothing to roll back');
    expect((await truth()).made).toHaveLength(1);
  });
});

describe('the policy that the operation declares', () => {
  test('is enough for a deployment by CodeDeploy, to its end and with a stop', async () => {
    await createService();
    const names = new Map(Object.entries({ account: '123456789012', cluster: 'main', service: 'web' }));
    const policy = JSON.parse(iamPolicy(deployService, names));
    const { accessKeyId } = scenario.sandbox.addPrincipal({ policy });
    const { result, host } = await scenario.begin({}, { accessKeyId }).done;
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(host.lines.filter((line) => /lacks/.test(line))).toEqual([]);
    const second = scenario.begin({ 'task-definition': 'v3.json', 'on-cancel': 'stop' }, { accessKeyId });
    scenario.at(20_000, () => second.host.cancel());
    expect((await second.done).result.error?.summary).toMatch(/CodeDeploy is stopping deployment/);
  });
});
