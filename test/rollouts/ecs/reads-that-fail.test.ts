import { describe, expect, test } from '@jest/globals';
import { createScenario, scenario } from '../scenario/current.ts';
import { type Between, loggedBy } from '../scenario/scenario.ts';

const reads = ['DescribeServices', 'DescribeServiceDeployments', 'ListServiceDeployments'];

/** Reads of the deployment are answered so, from and until these many milliseconds after the run started. */
function answered(window: { from?: number; until?: number }, answer: Between): Between {
  const began = scenario.clock.now();
  let updated = false;
  return async (call, send) => {
    if (call.operation === 'UpdateService') updated = true;
    const elapsed = scenario.clock.now() - began;
    const isNow = elapsed >= (window.from ?? 0) && elapsed < (window.until ?? Number.POSITIVE_INFINITY);
    return updated && isNow && reads.includes(call.operation) ? answer(call, send) : send(call.input);
  };
}

/** All reads of the deployment fail, from and until these many milliseconds from now. */
function failReads(code: string, message: string, from: number, until?: number): void {
  scenario.at(from, () => {
    const faults = reads.map((operation) =>
      scenario.sandbox.fault({ operation, fault: { kind: 'error', code, message } }),
    );
    if (until !== undefined) scenario.at(until - from, () => faults.map((fault) => fault.remove()));
  });
}

const resume = [
  'to keep watching, run this step again: it picks up deployment ecs-svc/…',
  'or from anywhere: landfall wait-for-service --region us-east-1 --cluster main --service web --deployment-id ecs-svc/…',
];
const withoutIds = (text: string | undefined) => text?.replace(/ecs-svc\/\d+/g, 'ecs-svc/…');

describe('reads that fail while waiting', () => {
  test('D04: MISSING right after the update is put down to eventual consistency', async () => {
    await createScenario();
    const between = answered({ until: 5000 }, async ({ operation, input }, send) =>
      operation === 'DescribeServices'
        ? { services: [], failures: [{ arn: 'arn:aws:ecs:…:service/main/web', reason: 'MISSING' }] }
        : send(input),
    );
    expect(await scenario.begin({}, { between }).done).toEnd('SUCCEEDED 0');
  });

  test.each([
    [
      'an empty answer',
      {},
      'the response to ecs:DescribeServices is not from AWS (HTTP 200): the field "services" is missing',
    ],
    [
      'neither a service nor a failure',
      { services: [], failures: [] },
      'ecs:DescribeServices returned neither a service nor a failure for web',
    ],
  ])('D05: %s is never a success and is RESPONSE_INVALID after the grace', async (_, answer, summary) => {
    await createScenario();
    const between = answered({}, async ({ operation, input }, send) =>
      operation === 'DescribeServices' ? answer : send(input),
    );
    const end = await scenario.begin({}, { between }).done;
    expect(end).toEnd('UNKNOWN 5');
    expect(end.result.error?.code).toBe('RESPONSE_INVALID');
    expect(withoutIds(end.result.error?.summary)).toBe(
      `${summary}; deployment ecs-svc/… of web:2 continues in ECS`,
    );
  });

  test('D09: three minutes of faults are waited out, and the gap is noted', async () => {
    await createScenario();
    failReads('ServerException', 'Service Unavailable', 8000, 188_000);
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(loggedBy(end.host)).toContain(
      'warning: cannot read the deployment, retrying: ecs:DescribeServiceDeployments got a server error (HTTP 500, ServerException) after 8 attempts',
    );
    expect(loggedBy(end.host)).toContainEqual(
      expect.stringMatching(/^info: reads recovered after [23]:\d\d$/),
    );
  });

  test('D09: faults that never end do not outlast the deadline', async () => {
    await createScenario();
    failReads('ServerException', 'Service Unavailable', 8000);
    const end = await scenario.deploy({ 'wait-timeout': '4m', 'stall-timeout': '4m' });
    expect(end).toEnd('UNKNOWN 5');
    expect(end.result.error?.summary).toMatch(
      /^web: web:2 is not known to be live: the deployment could not be read in the last 3m\d+s before the deadline; it was \w+ before$/,
    );
  });

  test('D11: access denied mid-wait ends within one poll and names the action', async () => {
    await createScenario();
    failReads('AccessDeniedException', 'no', 8000);
    const end = await scenario.deploy();
    expect(end.result.error?.code).toBe('ACCESS_DENIED');
    expect(withoutIds(end.result.error?.summary)).toBe(
      'the caller lacks ecs:DescribeServices; deployment ecs-svc/… of web:2 continues in ECS',
    );
    expect(end.result.error?.details.map(withoutIds)).toEqual(expect.arrayContaining(resume));
    expect(end.took).toBeLessThan(12_000);
  });

  test('service deployments may not be read: one notice, then the verdict by DescribeServices alone', async () => {
    await createScenario();
    for (const operation of ['DescribeServiceDeployments', 'ListServiceDeployments'])
      scenario.sandbox.fault({
        operation,
        fault: { kind: 'error', code: 'AccessDeniedException', message: 'no' },
      });
    const end = await scenario.deploy();
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.host.lines.filter((line) => line.startsWith('notice:'))).toEqual([
      'notice: the caller lacks ecs:DescribeServiceDeployments: judging by ecs:DescribeServices alone',
    ]);
  });
});

describe('events of the service', () => {
  const withEvents = (events: object[]): Between =>
    answered({}, async ({ operation, input }, send) => {
      const answer = (await send(input)) as { services?: object[] };
      return operation === 'DescribeServices'
        ? { ...answer, services: answer.services?.map((one) => ({ ...one, events })) }
        : answer;
    });

  test('D18: out of order and repeated, they are printed once each, oldest first', async () => {
    await createScenario();
    const began = scenario.clock.now();
    const event = (id: string, seconds: number) => ({
      id,
      createdAt: new Date(began + seconds * 1000),
      message: `(service web) event ${id}`,
    });
    const between = withEvents([event('c', 3), event('a', 1), event('b', 2), event('a', 1)]);
    const end = await scenario.begin({}, { between }).done;
    expect(end.host.lines.flatMap((line) => /· event (\w)/.exec(line)?.[1] ?? [])).toEqual(['a', 'b', 'c']);
  });

  test('D19: one that holds a runner command is inert', async () => {
    await createScenario();
    const createdAt = new Date(scenario.clock.now() + 1000);
    const between = withEvents([
      { id: 'x', createdAt, message: '::add-mask::a\n##[add-mask]b\u001b[31mred' },
    ]);
    const end = await scenario.begin({}, { between }).done;
    const line = end.host.lines.find((one) => one.includes('add-mask'));
    expect(line).toBeDefined();
    expect(line).not.toMatch(/(?:^|\n)\s*::|##\[|\u001b/);
  });
});
