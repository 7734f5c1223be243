import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { describe, expect, test } from '@jest/globals';
import { balanced, rollsBack } from '../scenario/code-deployed.ts';
import { createScenario, scenario } from '../scenario/current.ts';
import type { Between } from '../scenario/scenario.ts';
import { ask, createService, minute, truth } from './service.ts';

describe('a CodeDeploy that is hard to hear', () => {
  test('D08: the answer to CreateDeployment is lost, but it was made: it is found and followed', async () => {
    await createService();
    scenario.sandbox.fault({
      service: 'codedeploy',
      operation: 'CreateDeployment',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    const { result, host } = await scenario.deploy();
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect((await truth()).made).toHaveLength(1);
    expect(host.lines.join('\n')).toMatch(/no response to CreateDeployment/);
  });

  test('the answer is lost, and the rollback of the one before shows first: that is not its own', async () => {
    await createService();
    await scenario.deploy({ 'wait-until': 'started' });
    const { newest } = await truth();
    await ask('StopDeployment', { deploymentId: newest.deploymentId, autoRollbackEnabled: true });
    await scenario.clock.sleep(minute);
    scenario.sandbox.fault({
      service: 'codedeploy',
      operation: 'CreateDeployment',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    let isSent = false;
    let reads = 0;
    const between: Between = async ({ operation, input }, send) => {
      isSent ||= operation === 'CreateDeployment';
      const answer = await send(input);
      // Those from before the request do not show, and the one that it makes is told of last.
      if (!isSent && operation === 'ListDeployments' && 'createTimeRange' in input)
        return { deployments: [] };
      if (!isSent || operation !== 'BatchGetDeployments') return answer;
      reads += 1;
      const { deploymentsInfo } = answer as { deploymentsInfo: DeploymentInfo[] };
      return reads > 1
        ? answer
        : { deploymentsInfo: deploymentsInfo.filter((one) => one.creator === 'codeDeployRollback') };
    };
    const { result, host } = await scenario.begin({}, { between }).done;
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(result.outputs['deployment-id']).toBe((await truth()).newest.deploymentId);
  });

  test('the request is lost before it arrives: it is sent again', async () => {
    await createService();
    scenario.sandbox.fault({
      service: 'codedeploy',
      operation: 'CreateDeployment',
      count: 1,
      fault: { kind: 'reset', effect: 'none' },
    });
    const { result, host } = await scenario.deploy();
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect((await truth()).made).toHaveLength(1);
    expect(result.calls['codedeploy:CreateDeployment']).toBe(2);
  });

  test('D12: reads that fail for five minutes do not end the watch', async () => {
    await createService({
      ...rollsBack,
      deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes',
    });
    scenario.at(30_000, () =>
      scenario.sandbox.fault({
        service: 'codedeploy',
        operation: 'BatchGetDeployments',
        count: 60,
        fault: { kind: 'error', code: 'InternalFailure', status: 500 },
      }),
    );
    const { result, host } = await scenario.deploy();
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect((await truth()).live).toBe('web:2');
  });

  test('without codedeploy:GetDeploymentTarget the verdict stands, with less to say', async () => {
    await createService();
    scenario.sandbox.fault({
      service: 'codedeploy',
      operation: 'GetDeploymentTarget',
      fault: {
        kind: 'error',
        code: 'AccessDeniedException',
        message: 'User: x is not authorized to perform: codedeploy:GetDeploymentTarget on resource: y',
      },
    });
    const { result, host } = await scenario.deploy();
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(
      host.lines.filter((line) => /lifecycle events and traffic cannot be shown/.test(line)),
    ).toHaveLength(1);
    expect(result.calls['codedeploy:GetDeploymentTarget']).toBe(1);
  });

  test('while GetDeploymentTarget fails the verdict stands, too, and that is reported once', async () => {
    await createService();
    scenario.sandbox.fault({
      service: 'codedeploy',
      operation: 'GetDeploymentTarget',
      fault: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
    });
    const { result, host } = await scenario.deploy();
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(host.lines.filter((line) => /lifecycle events and traffic cannot be shown/.test(line))).toEqual([
      'notice: codedeploy:GetDeploymentTarget was throttled 8 times in a row: Rate exceeded: lifecycle events and traffic cannot be shown; judging by the status of the deployment',
    ]);
  });
});

describe('what is refused before anything is registered or made', () => {
  const untouched = ({ calls }: { calls: Readonly<Record<string, number>> }) =>
    expect(calls).not.toMatchObject({ 'ecs:RegisterTaskDefinition': expect.anything() });

  test('D23: a deployment group that does not exist: NOT_FOUND with the inputs to set', async () => {
    await createService();
    const { result } = await scenario.deploy({ 'codedeploy-deployment-group': 'other' });
    expect(result.error).toMatchObject({
      code: 'NOT_FOUND',
      summary:
        'web is deployed by CodeDeploy, but deployment group other of application AppECS-main-web was not found',
      remedy: 'Set `codedeploy-application` and `codedeploy-deployment-group` to those of the service.',
    });
    untouched(result);
  });

  test('D23: a deployment group of another service: INPUT_INVALID, for CodeDeploy would deploy to that one', async () => {
    await createScenario({ services: { web: balanced, api: balanced } });
    await ask('CreateApplication', { applicationName: 'shared', computePlatform: 'ECS' });
    await ask('CreateDeploymentGroup', {
      applicationName: 'shared',
      deploymentGroupName: 'api',
      serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
      ecsServices: [{ clusterName: 'main', serviceName: 'api' }],
    });
    const { result } = await scenario.deploy({
      'codedeploy-application': 'shared',
      'codedeploy-deployment-group': 'api',
    });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'deployment group api of shared deploys main/api, not main/web',
    });
    untouched(result);
  });

  test.each([
    [{ 'codedeploy-appspec': 'missing.yaml' }, 'PATH_MISSING', /^missing.yaml does not exist/],
    [
      { 'wait-until': 'stage:BAKE_TIME' },
      'INPUT_INVALID',
      /^wait-until stage:BAKE_TIME: web has the CODE_DEPLOY controller/,
    ],
    [
      { 'wait-until': 'codedeploy:AfterLunch' },
      'INPUT_INVALID',
      /^wait-until must name one of BeforeInstall, .* after codedeploy:, got "AfterLunch"$/,
    ],
    [
      { 'enable-execute-command': 'true' },
      'INPUT_INVALID',
      /^enable-execute-command cannot be changed: ECS does not allow that update for web/,
    ],
  ])('%j: %s', async (inputs, code, summary) => {
    await createService();
    const { result } = await scenario.deploy(inputs as Record<string, string>);
    expect(result.error?.code).toBe(code);
    expect(result.error?.summary).toMatch(summary);
    untouched(result);
  });

  test('wait-until codedeploy:<EVENT> is refused for a service that CodeDeploy does not deploy', async () => {
    await createScenario();
    const { result } = await scenario.deploy({ 'wait-until': 'codedeploy:AfterAllowTraffic' });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'wait-until codedeploy:AfterAllowTraffic: web is not deployed by CodeDeploy',
    });
    untouched(result);
  });

  test('an AppSpec that names a container the task definition has not: CONTAINER_NOT_FOUND', async () => {
    await createService();
    const { result } = await scenario.deploy(
      {},
      {
        'appspec.yaml': JSON.stringify({
          version: 0,
          Resources: [
            {
              TargetService: {
                Type: 'AWS::ECS::Service',
                Properties: { LoadBalancerInfo: { ContainerName: 'ap', ContainerPort: 80 } },
              },
            },
          ],
        }),
      },
    );
    expect(result.error).toMatchObject({
      code: 'CONTAINER_NOT_FOUND',
      summary: 'appspec.yaml names container ap (did you mean "app"?); the task definition has app',
    });
    untouched(result);
  });
});
