import type { Operation } from '@landfall/core/operation/operation';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { balanced, CodeDeployed, rollsBack } from '../scenario/code-deployed.ts';
import { createScenario, scenario } from '../scenario/current.ts';

export const minute = 60_000;

export const codeDeploy = () => new CodeDeployed(scenario);

/** The service `web` behind a deployment group with the names that the console gives. */
export async function createService(
  group: object = rollsBack,
  taskRules: readonly TaskRule[] = [],
): Promise<void> {
  await createScenario({ services: { web: balanced }, taskRules });
  await codeDeploy().group(group);
}

export const ask = <T = unknown>(operation: string, input: object) => codeDeploy().ask<T>(operation, input);

export const truth = () => codeDeploy().truth();

export const byUser = (made: readonly { creator?: string | undefined }[]) =>
  made.filter((one) => one.creator === 'user');

export const begin = (operation: unknown, inputs: Record<string, string> = {}, more: object = {}) =>
  scenario.begin({ 'task-definition': '', ...inputs }, { operation: operation as Operation, ...more });

export const run = (operation: unknown, inputs: Record<string, string> = {}) => begin(operation, inputs).done;

export const start = (inputs: Record<string, string> = {}) =>
  scenario.deploy({ 'wait-until': 'started', ...inputs });

/** What was sent since, reads aside. */
export const writes = (from: number) =>
  scenario.sandbox
    .journal()
    .slice(from)
    .filter((one) => !/^(?:Describe|List|Get|Batch)/.test(one.operation))
    .map((one) => [one.operation, one.input]);

export const marked = () => scenario.sandbox.journal().length;

/** CodeDeploy accepts a stop, and the deployment continues anyway. */
export function acceptStopsInVain(): void {
  const { dispatch } = scenario.sandbox;
  Object.assign(scenario.sandbox, {
    dispatch: async (...call: Parameters<typeof dispatch>) =>
      call[1] === 'StopDeployment' ? { status: 'Pending' } : dispatch(...call),
  });
}
