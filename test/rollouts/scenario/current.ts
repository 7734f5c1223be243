import { afterEach } from '@jest/globals';
import { Scenario, type ScenarioOptions } from './scenario.ts';

/** The scenario of the running test, closed when the test ends. */
export let scenario: Scenario;

export function useScenario(created: Scenario): void {
  scenario = created;
}

export const createScenario = async (options?: ScenarioOptions): Promise<void> =>
  useScenario(await Scenario.create(options));

afterEach(() => scenario?.close());
