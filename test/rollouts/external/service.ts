import type { Operation } from '@landfall/core/operation/operation';
import { ByTaskSets } from '../scenario/by-task-sets.ts';
import { createScenario, scenario } from '../scenario/current.ts';
import type { ScenarioOptions } from '../scenario/scenario.ts';

export const minute = 60_000;

export const own = () => new ByTaskSets(scenario);

export async function createService(options: ScenarioOptions = {}, isLive = true): Promise<string> {
  await createScenario({
    services: { web: { desiredCount: 2, deploymentController: { type: 'EXTERNAL' } } },
    ...options,
  });
  return isLive ? own().makeLive() : '';
}

export const begin = (operation: unknown, inputs: Record<string, string> = {}, more: object = {}) =>
  scenario.begin({ 'task-definition': '', ...inputs }, { operation: operation as Operation, ...more });

export const run = (operation: unknown, inputs: Record<string, string> = {}) => begin(operation, inputs).done;

export const writes = (from: number) =>
  scenario.sandbox
    .journal()
    .slice(from)
    .map((one) => one.operation)
    .filter((one) => !/^(?:Describe|List|Get)/.test(one));

export const marked = () => scenario.sandbox.journal().length;

export const reasonOf = (end: Awaited<ReturnType<typeof run>>) =>
  String(JSON.parse(end.result.outputs.results!)[0].reason).replace(/ecs-svc\/\d+/g, 'ecs-svc/…');

/** A run that was cut off, at first before the task set was primary. */
export async function cutOff(after = 10_000): Promise<string> {
  const cut = scenario.begin();
  scenario.at(after, () => cut.host.cancel());
  return (await cut.done).result.outputs['deployment-id']!;
}
