import type { CreateServiceRequest, DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { CodeDeployed } from '../scenario/code-deployed.ts';
import { createScenario, scenario } from '../scenario/current.ts';
import type { KillAt } from '../scenario/kill-at.ts';
import { strategies } from '../scenario/strategies.ts';

/** The faults M01–M06 and M08, of several services in one run, on every strategy that ECS itself or CodeDeploy drives. */

const breaker: DeploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true } };
const crashing = { kind: 'exit', code: 1, after: 1000 } as const;

interface Row {
  readonly service: string;
  readonly status: string;
  readonly taskDefinition?: string;
}
const rowsOf = (results: string | undefined) =>
  (JSON.parse(results!) as Row[]).map(({ service, status }) => `${service} ${status}`);
const writesFrom = (from: number) =>
  scenario.sandbox
    .journal()
    .slice(from)
    .map((entry) => entry.operation)
    .filter((operation) => !/^(?:Describe|List|Get|BatchGet)/.test(operation));
const countOf = (from: number, ...operations: string[]) =>
  writesFrom(from).filter((operation) => operations.includes(operation)).length;

const driven = strategies.filter(({ begins }) => begins !== 'CreateTaskSet');

describe.each(driven)('$name', (strategy) => {
  const isByCodeDeploy = strategy.begins === 'CreateDeployment';
  const begins = isByCodeDeploy ? 'createDeployment' : 'updateService';
  /** Each of them rolls back what fails. */
  const service: Partial<CreateServiceRequest> = isByCodeDeploy
    ? strategy.service
    : {
        ...strategy.service,
        deploymentConfiguration: { ...strategy.service.deploymentConfiguration, ...breaker },
      };

  /**
   * CodeDeploy has no circuit breaker: only what retrying cannot fix ends its deployment before the hour is
   * over.
   */
  const bad = (image: string): TaskRule => ({
    match: { image },
    outcome: isByCodeDeploy ? { kind: 'pull-error' } : crashing,
  });
  const failed = isByCodeDeploy ? 'failed' : 'rolled-back';

  const given = async (names: readonly string[], taskRules: readonly TaskRule[] = []) => {
    await createScenario({ services: Object.fromEntries(names.map((name) => [name, service])) });
    if (isByCodeDeploy) for (const name of names) await new CodeDeployed(scenario).group(undefined, name);
    scenario.sandbox.ecs.setTaskRules(taskRules);
    return scenario.sandbox.journal().length;
  };
  const file = (name: string, version = 2) => `${name === 'web' ? '' : `${name}-`}v${version}.json`;
  const chain = (names: readonly string[]) =>
    names
      .map((name, index) => `${name}=${file(name)}${index === 0 ? '' : ` after ${names[index - 1]}`}`)
      .join('\n');
  const begin = (services: string, inputs: Record<string, string> = {}, killAt?: KillAt) =>
    scenario.begin({ service: '', 'task-definition': '', services, ...inputs }, killAt ? { killAt } : {});
  const five = ['worker', 'api', 'web', 'mail', 'admin'] as const;

  test('M01: the third of five fails: two are live, one is rolled back, two are not started, and all of it is reported', async () => {
    const from = await given(five, [bad('web:2')]);
    const { result, host } = await begin(chain(five)).done;
    expect({ result, host }).toEnd(1);
    expect(result.error).toMatchObject({
      code: 'PARTLY_DEPLOYED',
      summary: `2 of 5 services run what was requested, 1 ${failed} (web), 2 not-started (mail, admin)`,
    });
    expect(rowsOf(result.outputs.results)).toEqual([
      'worker deployed',
      'api deployed',
      `web ${failed}`,
      'mail not-started',
      'admin not-started',
    ]);
    expect(countOf(from, strategy.begins)).toBe(3);
  });

  test('what was live is rolled back when requested, and no longer called live', async () => {
    const from = await given(['api', 'web'], [bad('web:2')]);
    const { result } = await begin(chain(['api', 'web']), { 'on-failure': 'rollback' }).done;
    expect(result.error).toMatchObject({
      code: 'PARTLY_DEPLOYED',
      summary: isByCodeDeploy
        ? '0 of 2 services run what was requested, 1 rolled-back (api), 1 failed (web)'
        : '0 of 2 services run what was requested, 2 rolled-back (api, web)',
    });
    expect(result.error?.details[0]).toMatch(/^(?:ROLLED_BACK|DEPLOYMENT_FAILED): web: web:2 is not live/);
    expect(JSON.parse(result.outputs.results!)).toMatchObject([
      {
        service: 'api',
        status: 'rolled-back',
        verdict: 'ROLLED_BACK',
        reason: 'was live, and was rolled back to api:1 because another service in this run failed',
      },
      { service: 'web', status: failed },
    ]);
    expect(countOf(from, strategy.begins)).toBe(3);
  });

  test('what an attempt that was killed had made live is rolled back by the next one', async () => {
    await given(['api', 'web'], [bad('web:2')]);
    const inputs = {
      'on-failure': 'rollback',
      ...(strategy.name !== 'DAEMON' && { 'desired-count': '3' }),
    };
    const count = scenario.sandbox.ecs.truth('main', 'api')?.desiredCount;
    const call = isByCodeDeploy ? 'createDeployment' : 'updateService';
    await begin(chain(['api', 'web']), inputs, { call, when: 'before', time: 2 }).killed;
    const { result } = await begin(chain(['api', 'web']), inputs).done;
    expect(rowsOf(result.outputs.results)).toEqual(['api rolled-back', `web ${failed}`]);
    expect(scenario.sandbox.ecs.truth('main', 'api')?.live?.taskDefinition).toMatch(/api:1$/);
    expect(
      await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
        cluster: 'main',
        services: ['api'],
        include: ['TAGS'],
      }),
    ).toMatchObject({
      services: [{ desiredCount: count, tags: [] }],
    });
  });

  const hour = 3_600_000;
  const rollBack = { 'on-failure': 'rollback' };
  const isLive = (service: string) =>
    scenario.sandbox.ecs.truth('main', service)?.live?.taskDefinition.replace(/^.*\//, '');
  const tagsOf = async (name: string) =>
    (
      (await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
        cluster: 'main',
        services: [name],
        include: ['TAGS'],
      })) as { services: { tags: { key: string }[] }[] }
    ).services[0]!.tags.map(({ key }) => key);

  // CodeDeploy accepts no second deployment while one is in progress: that is followed as this run's own.
  const moments = [
    ['is live', hour, 'unchanged'],
    ...(isByCodeDeploy ? [] : [['is under way', 1000, 'deployed'] as const]),
  ] as const;
  test.each(moments)(
    'what someone else has deployed since an attempt was killed before its update, and %s, is not rolled back',
    async (_, later, status) => {
      await given(['api', 'web'], [bad('web:2')]);
      await begin(chain(['api', 'web']), rollBack, { call: begins, when: 'before' }).killed;
      await scenario.clock.sleep(hour);
      if (isByCodeDeploy)
        await new CodeDeployed(scenario).deploy(
          'arn:aws:ecs:us-east-1:123456789012:task-definition/api:2',
          'api',
        );
      else
        await scenario.sandbox.dispatch('ecs', 'UpdateService', {
          cluster: 'main',
          service: 'api',
          taskDefinition: 'api:2',
        });
      await scenario.clock.sleep(later);
      const { result, host } = await begin(chain(['api', 'web']), rollBack).done;
      expect(rowsOf(result.outputs.results)).toEqual([`api ${status}`, `web ${failed}`]);
      expect(isLive('api')).toBe('api:2');
      expect(host.lines).toContainEqual(
        expect.stringMatching(
          /^notice: api is not rolled back: this run did not create deployment (?:ecs-svc\/|d-)\w+ of api:2$/,
        ),
      );
      expect(await tagsOf('api')).toEqual([]);
    },
  );

  test.each([
    ['in its update', { call: begins, when: 'after' }],
    ['in the next one', { call: begins, when: 'before', time: 2 }],
  ] as const)(
    'what an attempt that was killed %s had made live is rolled back hours later, by reads that are behind its mark, too',
    async (_, killAt) => {
      await given(['api', 'web'], [bad('web:2')]);
      await begin(chain(['api', 'web']), rollBack, killAt).killed;
      await scenario.clock.sleep(2 * hour);
      const startedAt = scenario.clock.elapsed();
      const withoutTags = ({ tags, ...service }: { tags?: unknown }) => service;
      const { result } = await scenario.begin(
        { service: '', 'task-definition': '', services: chain(['api', 'web']), ...rollBack },
        {
          between: async ({ operation, input }, send) => {
            const answer = (await send(input)) as { services: object[] };
            const isBehind =
              operation === 'DescribeServices' && scenario.clock.elapsed() - startedAt < 30_000;
            return isBehind ? { ...answer, services: answer.services.map(withoutTags) } : answer;
          },
        },
      ).done;
      expect(rowsOf(result.outputs.results)).toEqual(['api rolled-back', `web ${failed}`]);
      expect(isLive('api')).toBe('api:1');
      expect(await tagsOf('api')).toEqual([]);
    },
  );

  test('what cannot be read of an earlier attempt is a failure of that service, and the others are reported', async () => {
    await given(['api', 'web']);
    await begin(chain(['api', 'web']), rollBack, { call: begins, when: 'after' }).killed;
    scenario.sandbox.fault({
      service: isByCodeDeploy ? 'codedeploy' : 'ecs',
      operation: isByCodeDeploy ? 'ListDeployments' : 'ListServiceDeployments',
      fault: { kind: 'error', code: 'InvalidParameterException', message: 'no' },
    });
    const { result } = await begin(chain(['api', 'web']), rollBack).done;
    expect(rowsOf(result.outputs.results)).toEqual(['api failed', 'web not-started']);
  });

  if (!isByCodeDeploy && strategy.name !== 'DAEMON')
    test('a service that was only scaled is reported as such', async () => {
      await given(['api', 'web'], [bad('web:2')]);
      const services = `api=api-v1.json\nweb=${file('web')} after api`;
      const { host } = await begin(services, { 'on-failure': 'rollback', 'desired-count': '3' }).done;
      expect(host.lines).toContain(
        'error: ROLLBACK_IMPOSSIBLE: api is not rolled back: it was only scaled, to 3: set desired-count to 2 to restore it',
      );
    });

  // CodeDeploy accepts no deployment during a rollback: that attempt is red, and what is in
  // progress continues.
  if (!isByCodeDeploy)
    test('a rollback that was killed is started again by the next attempt', async () => {
      await given(['api', 'web'], [bad('web:2')]);
      const inputs = { 'on-failure': 'rollback' };
      await begin(chain(['api', 'web']), inputs, {
        call: 'updateService',
        when: 'after',
        time: 3,
      }).killed;
      const { result } = await begin(chain(['api', 'web']), inputs).done;
      expect(rowsOf(result.outputs.results)).toEqual(['api rolled-back', `web ${failed}`]);
      expect(scenario.sandbox.ecs.truth('main', 'api')?.live?.taskDefinition).toMatch(/api:1$/);
    });

  if (!isByCodeDeploy)
    test('M03: what ran before was failing itself: it is not made live again, and that is reported', async () => {
      await createScenario({
        services: { api: strategy.service, web: service },
        taskRules: [{ match: { image: 'api:1' }, outcome: crashing }, bad('web:2')],
      });
      const { result, host } = await begin(chain(['api', 'web']), { 'on-failure': 'rollback' }).done;
      expect(result.error?.summary).toBe('1 of 2 services run what was requested, 1 rolled-back (web)');
      expect(host.lines).toContain(
        'error: ROLLBACK_IMPOSSIBLE: api is not rolled back: what was running before (api:1) was itself IN_PROGRESS',
      );
    });

  if (!isByCodeDeploy)
    test('a rollback that ECS rolls back leaves live what was live', async () => {
      await given(['api', 'web'], [bad('web:2')]);
      const { host, done } = begin(chain(['api', 'web']), { 'on-failure': 'rollback' });
      const spoil = () =>
        host.lines.includes('warning: api: rolling back to api:1')
          ? scenario.sandbox.ecs.setTaskRules([bad('api:1')])
          : scenario.at(200, spoil);
      scenario.at(200, spoil);
      const { result } = await done;
      expect(result.error?.summary).toBe('1 of 2 services run what was requested, 1 rolled-back (web)');
      expect(JSON.parse(result.outputs.results!)[0]).toMatchObject({
        service: 'api',
        status: 'deployed',
        verdict: 'SUCCEEDED',
        reason:
          'api:2 is live; a rollback was requested but failed: api: api:1 is not live: Service deployment rolled back because the circuit breaker threshold was exceeded. (live: api:2)',
      });
      expect(scenario.sandbox.ecs.truth('main', 'api')?.live?.taskDefinition).toMatch(/api:2$/);
    });

  test('M02: the goal of the rollback is deregistered: ROLLBACK_IMPOSSIBLE in addition to the first error', async () => {
    await given(['api', 'web'], [bad('web:2')]);
    scenario.at(20_000, () =>
      scenario.sandbox.dispatch('ecs', 'DeregisterTaskDefinition', { taskDefinition: 'api:1' }),
    );
    const { result, host } = await begin(chain(['api', 'web']), { 'on-failure': 'rollback' }).done;
    expect(result.error?.code).toBe('PARTLY_DEPLOYED');
    expect(result.error?.summary).toBe(`1 of 2 services run what was requested, 1 ${failed} (web)`);
    expect(host.lines.filter((line) => /ROLLBACK_IMPOSSIBLE/.test(line))).toEqual([
      'error: ROLLBACK_IMPOSSIBLE: api is not rolled back: api:1 is deregistered (INACTIVE)',
    ]);
    expect((JSON.parse(result.outputs.results!) as { reason: string }[])[0]?.reason).toMatch(
      /; a rollback was requested but failed: api is not rolled back: api:1 is deregistered \(INACTIVE\)$/,
    );
  });

  test('what someone else has deployed since is not rolled back, and is named', async () => {
    await given(['api', 'web'], [bad('web:2')]);
    const theirs = await scenario.register('api', 9);
    const deploy = async () => {
      if (!scenario.sandbox.ecs.truth('main', 'api')?.live?.taskDefinition.endsWith('api:3')) {
        scenario.at(1000, deploy);
        return;
      }
      if (isByCodeDeploy) await new CodeDeployed(scenario).deploy(theirs, 'api');
      else
        await scenario.sandbox.dispatch('ecs', 'UpdateService', {
          cluster: 'main',
          service: 'api',
          taskDefinition: theirs,
        });
    };
    scenario.at(1000, deploy);
    const { result, host } = await begin(chain(['api', 'web']), { 'on-failure': 'rollback' }).done;
    expect(result.error?.code).toBe('PARTLY_DEPLOYED');
    // What CodeDeploy has not finished yet has no traffic, and still blocks.
    expect(host.lines.filter((line) => /^error: .*api.*(?:rolled back:|rollback)/.test(line))).toEqual([
      expect.stringMatching(
        isByCodeDeploy
          ? /^error: api: the rollback also failed: api: deployment group DgpECS-main-api already has an active deployment: d-/
          : /^error: ROLLBACK_IMPOSSIBLE: api is not rolled back: api:2 was deployed since, by someone else \(ecs-svc\/\d+\)$/,
      ),
    ]);
    await scenario.clock.sleep(30 * 60_000);
    expect(scenario.sandbox.ecs.truth('main', 'api')?.live?.taskDefinition).toBe(theirs);
  });

  test('what was deployed again is not deployed a third time: the very same ran before', async () => {
    await given(['api', 'web']);
    await begin('api=api-v2.json').done;
    scenario.sandbox.ecs.setTaskRules([bad('web:2')]);
    const from = scenario.sandbox.journal().length;
    const { result } = await begin(chain(['api', 'web']), {
      'on-failure': 'rollback',
      'force-new-deployment': 'true',
    }).done;
    expect(JSON.parse(result.outputs.results!)).toMatchObject([
      {
        service: 'api',
        status: 'deployed',
        verdict: 'SUCCEEDED',
        reason:
          'api:2 is live; a rollback was requested but failed: api is not rolled back: api:2 was running before as well: whatever changed is outside the task definition',
      },
      { service: 'web', status: failed },
    ]);
    expect(countOf(from, strategy.begins)).toBe(2);
  });

  test('what is being rolled back when the run is cancelled is not called live', async () => {
    await given(['api', 'web'], [bad('web:2')]);
    const { host, done } = begin(chain(['api', 'web']), { 'on-failure': 'rollback' });
    const isBegun = () => host.lines.includes('warning: api: rolling back to api:1');
    const cancel = () => (isBegun() ? scenario.at(3000, () => host.cancel()) : scenario.at(1000, cancel));
    scenario.at(1000, cancel);
    const { result } = await done;
    expect(JSON.parse(result.outputs.results!)[0]).toMatchObject({
      service: 'api',
      status: 'in-progress',
      verdict: 'CANCELLED',
      reason: expect.stringMatching(/^api:2 is live.*; a rollback was requested but failed: .*cancelled/),
    });
  });

  if (strategy.name !== 'DAEMON')
    test('the desired count that this run has set is rolled back, too', async () => {
      await given(['api', 'web'], [bad('web:2')]);
      await begin(chain(['api', 'web']), { 'on-failure': 'rollback', 'desired-count': '4' }).done;
      const truth = scenario.sandbox.ecs.truth('main', 'api');
      expect([truth?.live?.taskDefinition.replace(/^.*\//, ''), truth?.desiredCount]).toEqual(['api:1', 2]);
    });

  test('an order is refused where nothing is waited for: all would start at once', async () => {
    const from = await given(['api', 'web']);
    const { result } = await begin(chain(['api', 'web']), { 'wait-until': 'started' }).done;
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary:
        'services puts web after api, but this run does not wait: omit `after`, or wait-until: started',
    });
    expect(writesFrom(from)).toEqual([]);
  });

  test('M04, M05: a circle, an unknown service and one named twice are refused before AWS is asked', async () => {
    const from = await given(['api', 'web']);
    for (const [services, problem] of [
      ['web=v2.json after api\napi=api-v2.json after web', 'has a cycle: web after api after web'],
      ['web=v2.json after apy', 'puts web after apy, which is not a service in this run'],
      [
        'web=v2.json\narn:aws:ecs:us-east-1:123456789012:service/main/web=v2.json',
        'lists the service web twice',
      ],
    ] as const) {
      const { result } = await begin(services).done;
      expect(result).toMatchObject({
        exitCode: 2,
        error: { code: 'INPUT_INVALID', summary: `services ${problem}` },
      });
    }
    expect(scenario.sandbox.journal()).toHaveLength(from);
  });

  test.each(['before', 'after'] as const)(
    'M06: killed %s the second update and run again: each is deployed once, with one revision each',
    async (when) => {
      const names = ['worker', 'api', 'web'];
      const from = await given(names);
      const call = strategy.begins === 'UpdateService' ? 'updateService' : 'createDeployment';
      await begin(chain(names), {}, { call, when, time: 2 }).killed;
      const { result, host } = await begin(chain(names)).done;
      expect({ result, host }).toEnd(0);
      expect(rowsOf(result.outputs.results)).toEqual(['worker unchanged', 'api deployed', 'web deployed']);
      expect(countOf(from, 'RegisterTaskDefinition')).toBe(3);
      expect(countOf(from, strategy.begins)).toBe(3);
    },
  );

  test('M08: twelve services at once: ten to a call, each updated once, all live', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `s${n}`);
    const from = await given(names);
    const { result } = await begin(names.map((name) => `${name}=${file(name)}`).join('\n')).done;
    expect(result.error).toBeUndefined();
    expect(rowsOf(result.outputs.results)).toEqual(names.map((name) => `${name} deployed`));
    expect(countOf(from, 'RegisterTaskDefinition')).toBe(12);
    expect(countOf(from, strategy.begins)).toBe(12);
    const sizes = scenario.sandbox
      .journal()
      .slice(from)
      .filter((entry) => entry.operation === 'DescribeServices')
      .map((entry) => (entry.input as { services: string[] }).services.length);
    expect(Math.max(...sizes)).toBe(10);
  });

  test('D26: the job’s limit counts for a service that begins late, too, and is warned of once', async () => {
    await given(['api', 'web'], [{ match: { image: 'web:2' }, outcome: { kind: 'never-starts' } }]);
    const { result, host, took } = await begin(chain(['api', 'web']), { 'job-timeout': '14m' }).done;
    expect(result.error?.code).toBe('PARTLY_DEPLOYED');
    expect(took).toBeLessThanOrEqual(13 * 60_000 + 1000);
    expect(host.lines.filter((line) => /the job ends before/.test(line))).toHaveLength(1);
  });
});
