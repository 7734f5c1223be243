import { describe, expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import { deployExpressService } from '@landfall/core/operations/deploy-express-service';
import { scenario } from '../scenario/current.ts';
import { logLinesOf } from '../scenario/scenario.ts';
import { begin, breaks, deploy, given, minute, nothing, roles, summaryOf } from './service.ts';

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
    expect(logLinesOf(end.host).find((line) => /lacks/.test(line))).toMatch(
      /judging by ecs:DescribeServices alone/,
    );
  });
});
