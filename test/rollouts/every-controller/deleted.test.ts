import { describe, expect, test } from '@jest/globals';
import { scenario, useScenario } from '../scenario/current.ts';
import { scenarioOf, strategies } from '../scenario/strategies.ts';

describe.each(strategies)('a service that someone deletes while it is being deployed: $name', (strategy) => {
  test('is red within seconds, and says what became of it', async () => {
    useScenario(await scenarioOf(strategy));
    scenario.at(8000, () =>
      scenario.sandbox.dispatch('ecs', 'DeleteService', { cluster: 'main', service: 'web', force: true }),
    );
    const end = await scenario.deploy();
    expect(end).toEnd('STOPPED 1');
    expect(end.result.error).toMatchObject({
      summary: expect.stringMatching(
        /^web: web:2 is not live: service web was deleted while it was being deployed; it is (DRAINING|INACTIVE)$/,
      ),
      remedy: 'Find out who deleted the service, and why; create it again before the next deployment.',
    });
    expect(end.took).toBeLessThan(20_000);
  });
});
