import type { DescribeServicesResponse } from '@aws-sdk/client-ecs';
import type { Operation } from '@landfall/core/operation/operation';
import { createScenario, scenario } from '../rollouts/scenario/current.ts';
import type { ScenarioOptions, ScenarioResult } from '../rollouts/scenario/scenario.ts';
import { logLinesOf, taskDefinitionOf } from '../rollouts/scenario/scenario.ts';

/** Three waves: `api`, then `web` and `worker` after a migration, then `edge`. */
export const shop = `landfall: 1
name: shop
defaults: { cluster: main }
vars: { version: 2 }
services:
  api: { taskDefinition: api.json, group: back }
  web: { taskDefinition: web.json, wave: 10, group: front, before: { run: migrate } }
  worker: { taskDefinition: worker.json, wave: 10, group: back }
  edge: { taskDefinition: edge.json, wave: 20, group: front }
tasks:
  migrate:
    taskDefinition: migrate.json
    overrides: { containerOverrides: [{ name: app, command: [rake, "db:migrate"] }] }
environments:
  dev:
`;

export const serviceNames = ['api', 'web', 'worker', 'edge'];

/** The account of `dev`, with every service steady on version 1. */
export async function createShop({ taskRules = [], ...options }: ScenarioOptions = {}): Promise<void> {
  await createScenario({
    services: Object.fromEntries(serviceNames.map((name) => [`dev-${name}`, {}])),
    taskRules: [...taskRules, migration({ kind: 'exit', code: 0, after: 9000, log: ['migrated'] })],
    ...options,
  });
  await scenario.sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: '/ecs/dev-migrate' });
}

export const migration = (outcome: NonNullable<ScenarioOptions['taskRules']>[number]['outcome']) => ({
  match: { group: 'family:dev-migrate' },
  outcome,
});
export const failing = (name: string) => ({
  match: { image: `dev-${name}:2` },
  outcome: { kind: 'exit' as const, code: 3, after: 2000 },
});

export const shopFiles = (manifest = shop): Readonly<Record<string, string>> => ({
  'landfall.yml': manifest,
  ...Object.fromEntries(
    [...serviceNames, 'migrate'].map((name) => [
      `${name}.json`,
      JSON.stringify(taskDefinitionOf(`dev-${name}`, 7)).replaceAll(':7', ':${version}'),
    ]),
  ),
});

/** An operation on the environment `dev`. */
export const beginShop = (
  operation: Operation,
  inputs: Readonly<Record<string, string>> = {},
  options: Omit<NonNullable<Parameters<typeof scenario.begin>[1]>, 'operation'> = {},
) =>
  scenario.begin(
    { service: '', cluster: '', 'task-definition': '', environment: 'dev', ...inputs },
    { files: shopFiles(), ...options, operation },
  );

/** The revision that each service runs. */
export const live = () =>
  Object.fromEntries(
    serviceNames.map((name) => [
      name,
      scenario.sandbox.ecs.truth('main', `dev-${name}`)?.live?.taskDefinition.split('/').at(-1),
    ]),
  );

/** The writes so far that deploy, in their order. */
export const writes = () =>
  scenario.sandbox.journal().flatMap(({ operation, input }) => {
    const { service, taskDefinition = '' } = input as { service?: string; taskDefinition?: string };
    return operation === 'RunTask' || operation === 'UpdateService'
      ? [`${operation} ${service ?? taskDefinition.split('/').at(-1)}`]
      : [];
  });

/** The tags of a service, by their keys. */
export async function tagsOf(name: string): Promise<Readonly<Record<string, string>>> {
  const { services } = (await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
    cluster: 'main',
    services: [name],
    include: ['TAGS'],
  })) as DescribeServicesResponse;
  return Object.fromEntries((services?.[0]?.tags ?? []).map(({ key = '', value = '' }) => [key, value]));
}

export const logLines = ({ host }: ScenarioResult, about: RegExp) =>
  logLinesOf(host).filter((line) => about.test(line));
