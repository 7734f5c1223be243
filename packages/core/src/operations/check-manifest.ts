import { list } from '../inputs/kinds.ts';
import { near } from '../inputs/near.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import { annotateProblems, loadEnvironments } from '../manifest/load-environments.ts';
import { manifestInputs } from '../manifest/manifest-inputs.ts';
import { explain } from '../manifest/origins.ts';
import { manifestInvalid } from '../manifest/problem.ts';
import type { ResolvedEnvironment } from '../manifest/resolve-environment.ts';
import { defineOperation } from '../operation/operation.ts';
import type { Host } from '../world/host.ts';

const inputs = {
  ...manifestInputs,
  image: {
    ...manifestInputs.image,
    description: `${manifestInputs.image.description} By default, a placeholder.`,
  },
  environment: list({
    description: 'The environments to check. By default, all of them.',
    example: 'dev,production',
  }),
  explain: list({
    description:
      'Fields and variables of services to explain, as `service.field`: the value, and the line of each file that sets it.',
    example: 'web.cpu',
  }),
};

const outputs = {
  environments: { description: 'The environments that were checked, as a JSON list of names.' },
  services: {
    description:
      'The services of each environment, as a JSON object: `{"dev": [{"key", "serviceName", "cluster", "wave", "groups", "family", "desiredCount"}]}`.',
  },
};

export const checkManifest = defineOperation({
  name: 'check-manifest',
  title: 'Check a Landfall manifest',
  description:
    'Reads a manifest, fills in its variables and renders every task definition for each environment, without credentials or calls to AWS.',
  promises: [
    'Nothing is written and no AWS API is called.',
    'All problems of all environments are reported together, each with its file, line and column.',
    'Green means that every service of the environments checked has settings and a task definition that ECS can take, as far as this can be known without asking AWS.',
  ],
  inputs,
  outputs,
  permissions: [],
  errors: ['MANIFEST_INVALID', 'PATH_MISSING', 'PATH_REFUSED', 'FILE_TOO_LARGE'],
  branding: { icon: 'check-circle', color: 'blue' },

  async run({ inputs: given, world, record, output }) {
    const { host } = world;
    const known = {
      image: given.image ?? 'example.com/image:placeholder',
      commit: (await host.commit()).sha ?? '0'.repeat(40),
    };
    const loaded = await loadEnvironments(given, given.environment, known, world);
    const { file, environments, problems } = loaded;
    const names = environments.map(({ name }) => name);
    annotateProblems(problems, host);
    const unexplained = (given.explain ?? []).filter((field) => !logExplained(field, environments, host));
    const errors = problems.filter(({ level }) => level === 'error');
    if (errors.length > 0) throw manifestInvalid(file, errors);
    if (unexplained.length > 0)
      throw invalidInputs(
        unexplained.map((field) => ({
          input: 'explain',
          problem: `${field} ${unknownField(field, environments)}`,
        })),
      );

    for (const one of environments) logEnvironment(one, host);
    record.summary(
      {
        kind: 'heading',
        text: `${file}: ${counted(names.length, 'environment')}, ${problems.length === 0 ? 'no problems' : counted(problems.length, 'warning')}`,
      },
      {
        kind: 'table',
        head: ['Environment', 'Wave', 'Service', 'Cluster', 'Task definition', 'Tasks'],
        rows: environments.flatMap(rowsOf),
        logged: true,
      },
    );
    await output('environments', JSON.stringify(names));
    await output(
      'services',
      JSON.stringify(Object.fromEntries(environments.map((one) => [one.name, summaryOf(one)]))),
    );
  },
});

const servicesOf = ({ waves }: ResolvedEnvironment) => waves.flatMap(({ services }) => services);

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

function logEnvironment(environment: ResolvedEnvironment, { log }: Host): void {
  const { name, waves, tasks, schedules } = environment;
  const services = servicesOf(environment);
  log.info(
    `${name}: ${counted(services.length, 'service')} in ${counted(waves.length, 'wave')}${tasks.length > 0 ? `, ${counted(tasks.length, 'task')}` : ''}${schedules.length > 0 ? `, ${counted(schedules.length, 'schedule')}` : ''}`,
  );
  for (const { key, at, timezone, state } of schedules)
    log.info(
      `  schedule ${key}: ${at}${timezone === undefined ? '' : ` ${timezone}`}${state === 'disabled' ? ', disabled' : ''}`,
    );
  for (const { wave, services: together } of waves) {
    const before = [...new Set(together.flatMap((one) => one.before))];
    if (before.length > 0) log.info(`  before wave ${wave}: ${before.join(', ')}`);
    for (const one of together)
      log.info(`  wave ${wave}: ${one.serviceName} in ${one.cluster}, ${countText(one.desiredCount)}`);
  }
}

type Count = ReturnType<typeof servicesOf>[number]['desiredCount'];

function countText(count: Count): string {
  if (count.kind === 'kept') return 'count unchanged';
  return `${counted(count.count, 'task')}${count.kind === 'initial' ? ' when created' : ''}`;
}

const rowsOf = (environment: ResolvedEnvironment) =>
  servicesOf(environment).map((one) => [
    environment.name,
    String(one.wave),
    one.serviceName,
    one.cluster,
    one.taskDefinition.family ?? '',
    countText(one.desiredCount),
  ]);

const summaryOf = (environment: ResolvedEnvironment) =>
  servicesOf(environment).map(
    ({ key, serviceName, cluster, wave, groups, taskDefinition, desiredCount }) => ({
      key,
      serviceName,
      cluster,
      wave,
      groups,
      family: taskDefinition.family,
      desiredCount,
    }),
  );

/** Whether an environment has the field. */
function logExplained(field: string, environments: readonly ResolvedEnvironment[], { log }: Host): boolean {
  const found = environments.map(({ name, origins }) => ({ name, lines: explain(origins, field) }));
  for (const { name, lines } of found) for (const line of lines) log.info(`${name}: ${line}`);
  return found.some(({ lines }) => lines.length > 0);
}

function unknownField(field: string, environments: readonly ResolvedEnvironment[]): string {
  const known = environments.flatMap(({ origins }) =>
    Object.keys(origins).map((one) => one.replace('.vars.', '.')),
  );
  return `is not a field or variable of a service${near(field, known)}`;
}
