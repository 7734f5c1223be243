import { describe, expect, test } from '@jest/globals';
import { scenario, useScenario } from '../scenario/current.ts';
import { logLinesOf, verdictOf } from '../scenario/scenario.ts';
import { scenarioOf, strategies } from '../scenario/strategies.ts';

const minute = 60_000;

/** From the fourth on every read is throttled, for so long. */
const blind = (milliseconds: number) => {
  for (const operation of [
    'DescribeServices',
    'DescribeServiceDeployments',
    'DescribeTaskSets',
    'BatchGetDeployments',
    'GetDeploymentTarget',
  ])
    scenario.sandbox.fault({
      operation,
      from: 4,
      fault: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
    });
  scenario.at(milliseconds, () => scenario.sandbox.clearFaults());
};

describe.each(strategies)('a deployment of which nothing can be read: $name', (strategy) => {
  test('for longer than anything may stand still: it is our reading that stood still', async () => {
    useScenario(await scenarioOf(strategy));
    blind(30 * minute);
    const end = await scenario.deploy({ 'wait-timeout': '60m' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(logLinesOf(end.host).filter((line) => /^(?:warning: cannot read|info: reads)/.test(line))).toEqual(
      [
        expect.stringMatching(/^warning: cannot read the deployment, retrying: .* was throttled/),
        expect.stringMatching(/^info: reads recovered after (?:29|30):\d\d$/),
      ],
    );
  });
});

describe.each(strategies.filter(({ name }) => name !== 'EXTERNAL'))(
  'a deployment of which nothing can be read until the deadline: $name',
  (strategy) => {
    test('its outcome is unknown, and nothing is claimed about it', async () => {
      useScenario(await scenarioOf(strategy));
      blind(90 * minute);
      const end = await scenario.deploy({ 'wait-timeout': '30m' });
      expect(end).toEnd('UNKNOWN 5');
      expect(end.result.error?.summary).toMatch(
        /^web: web:2 is not known to be live: the deployment could not be read in the last (?:29m\d+s|30m\d*s?) before the deadline; it was \w+ before$/,
      );
    });
  },
);

describe.each(strategies)('a crashing version whose stopped tasks cannot be read: $name', (strategy) => {
  test('the deployment is followed anyway, and the log says once why no cause is shown', async () => {
    useScenario(
      await scenarioOf(strategy, {
        taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'exit', code: 1, after: 3000 } }],
      }),
    );
    scenario.sandbox.fault({
      operation: 'ListTasks',
      fault: { kind: 'error', code: 'ServerException', message: 'Service Unavailable', status: 500 },
    });
    const end = await scenario.deploy();
    expect(verdictOf(end)).toMatch(/^(?:STALLED|TIMED_OUT|ROLLED_BACK|FAILED) /);
    expect(logLinesOf(end.host).filter((line) => /cannot be shown|cannot read/.test(line))).toEqual([
      expect.stringMatching(/^notice: .*ecs:ListTasks.*: why tasks stopped cannot be shown$/),
    ]);
  });
});

describe.each(strategies)('a crashing version whose log does not answer: $name', (strategy) => {
  test('it holds the watch up for fifteen seconds, not for a minute', async () => {
    useScenario(
      await scenarioOf(strategy, {
        taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'exit', code: 1, after: 3000 } }],
      }),
    );
    scenario.sandbox.fault({ service: 'logs', operation: 'GetLogEvents', fault: { kind: 'hang' } });
    const end = await scenario.deploy();
    const journal = scenario.sandbox.journal();
    const asked = journal.findIndex(({ operation }) => operation === 'GetLogEvents');
    const next = journal.slice(asked).find(({ operation }) => operation !== 'GetLogEvents');
    expect(next!.time - journal[asked]!.time).toBeLessThan(30_000);
    expect(logLinesOf(end.host).filter((line) => /log of group/.test(line))).toHaveLength(1);
  });
});
