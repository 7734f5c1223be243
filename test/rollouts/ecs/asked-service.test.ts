import { describe, expect, test } from '@jest/globals';
import { scaleService } from '@landfall/core/operations/scale-service';
import { createScenario, scenario } from '../scenario/current.ts';

const arn = (region: string, account: string, resource: string) =>
  `arn:aws:ecs:${region}:${account}:${resource}`;
const writes = () =>
  scenario.sandbox
    .journal()
    .map(({ operation }) => operation)
    .filter((name) => /^(?:Register|Update)/.test(name));

describe('a service that is named by its ARN', () => {
  test.each([
    [
      'another cluster',
      { service: arn('us-east-1', '123456789012', 'service/staging/web') },
      'service arn:aws:ecs:us-east-1:123456789012:service/staging/web is in cluster staging, not in main',
      'Set `cluster` to staging, or give only the name of the service.',
    ],
    [
      'another region',
      { service: arn('eu-west-1', '123456789012', 'service/main/web') },
      'arn:aws:ecs:eu-west-1:123456789012:service/main/web is in region eu-west-1 and account 123456789012; this run uses region us-east-1 and account 123456789012',
      'Set `region`, and use credentials of that account; or give only the name.',
    ],
    [
      'another account, in the old form',
      { service: arn('us-east-1', '999999999999', 'service/web') },
      'arn:aws:ecs:us-east-1:999999999999:service/web is in region us-east-1 and account 999999999999; this run uses region us-east-1 and account 123456789012',
      'Set `region`, and use credentials of that account; or give only the name.',
    ],
  ])('in %s is not taken for the one of the same name here', async (_, inputs, summary, remedy) => {
    await createScenario();
    const before = writes();
    const operation = scaleService;
    const more = { 'task-definition': '', 'desired-count': '4' };
    for (const end of [
      await scenario.deploy(inputs),
      await scenario.begin({ ...more, ...inputs }, { operation }).done,
    ]) {
      expect(end).toEnd(2);
      expect(end.result.error).toMatchObject({ code: 'INPUT_INVALID', summary, remedy });
    }
    expect(writes()).toEqual(before);
  });

  test('here is the one of that name', async () => {
    await createScenario();
    const service = arn('us-east-1', '123456789012', 'service/main/web');
    const { result } = await scenario.deploy({
      service,
      cluster: arn('us-east-1', '123456789012', 'cluster/main'),
    });
    expect(result.outputs).toMatchObject({ verdict: 'SUCCEEDED', 'service-arn': service });
  });
});
