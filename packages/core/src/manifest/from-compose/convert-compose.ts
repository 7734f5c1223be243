import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { type Project, readProject } from '../../build-push/build-file/compose/project.ts';
import { readService, serviceNames } from '../../build-push/build-file/compose/service.ts';
import { isObject } from '../../documents/canonical.ts';
import type { Files } from '../../world/files.ts';
import type { Draft } from '../manifest-draft.ts';
import type { Problem } from '../problem.ts';
import { typed } from '../variables.ts';
import { type ComposeContainer, containerOf } from './container.ts';
import { ComposeFields } from './fields.ts';
import { fargateSize } from './values.ts';
import { defaultsIn, variableMark, variablesIn, withVariables } from './variables.ts';

/** What Landfall knows in every run. */
const builtIn = ['environment', 'image'];

interface Options {
  /** Of the manifest. */
  readonly name: string;
  readonly environment: string;
  /** The folder of the task definitions, from that of the manifest. */
  readonly folder: string;
}

type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

/** A service of the file. */
interface ComposeService {
  readonly key: string;
  readonly fields: ComposeFields;
  readonly deploy: ComposeFields;
  readonly image: string;
  readonly after: ReadonlyMap<string, Condition>;
  /** The service whose network it shares: a container of its task. */
  readonly host?: string;
  /** It runs once. */
  readonly isJob: boolean;
}

/**
 * A Compose file as a manifest for Fargate, one task definition for each service. `depends_on` becomes waves, a service
 * that has to complete becomes a task before the wave, and a service in the network of another one becomes a container
 * of its task. Variables stay variables: no value of the process or of `.env` is written. What has no counterpart is
 * reported.
 * @throws FILE_UNREADABLE, PATH_MISSING, PATH_REFUSED
 */
export async function convertCompose(
  file: string,
  { name, environment, folder }: Options,
  files: Files,
): Promise<Draft> {
  const problems: Problem[] = [];
  const report = (problem: Problem) => void problems.push(problem);
  const project = await readProject([file], variableMark, { files });
  const services = await servicesOf(project, file, report, files);
  const groups = services
    .filter(({ host }) => host === undefined)
    .map((main) => ({ main, members: [main, ...services.filter(({ host }) => host === main.key)] }));
  const made = groups.map(({ main, members }) => ({
    main,
    members,
    levelOf: 0,
    ...taskDefinitionOf(name, main, members),
  }));
  const levels = levelsOf(made, file, report);
  if (services.length > 1)
    report({
      path: 'services',
      file,
      level: 'warning',
      problem:
        'reach each other by name in Compose: add service.serviceConnectConfiguration, or serviceRegistries, where they do',
    });
  for (const { key, host, fields } of services)
    if (host !== undefined && !groups.some(({ main }) => main.key === host))
      fields.note(
        'network_mode',
        `names ${host}, which is not a service with a task of its own: ${key} is omitted`,
      );

  const pathOf = (key: string) => `${folder}${key}.json`;
  const partOf = (key: string) => ({ taskDefinition: pathOf(key) });
  const isService = ({ main }: (typeof made)[number]) => !main.isJob;
  const tasks = made.filter((one) => one.main.isJob);
  const manifest = {
    landfall: 1,
    name,
    defaults: {
      service: {
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: variableMark('subnets'),
            securityGroups: variableMark('securityGroups'),
          },
        },
      },
    },
    services: Object.fromEntries(
      made.filter(isService).map(({ main, settings, members }) => {
        const before = jobsBefore(members, made);
        const wave = levels.get(main.key) ?? 0;
        return [
          main.key,
          {
            ...partOf(main.key),
            ...(wave > 0 && { wave: wave * 10 }),
            ...(before.length > 0 && { before: { run: before } }),
            ...settings,
          },
        ];
      }),
    ),
    ...(tasks.length > 0 && {
      tasks: Object.fromEntries(tasks.map(({ main }) => [main.key, partOf(main.key)])),
    }),
  };
  const documents = made.map(({ main, taskDefinition }) => ({
    path: pathOf(main.key),
    document: taskDefinition,
  }));
  const defaults = defaultsIn(project.layers.map(({ document }) => document));
  const used = variablesIn([manifest, documents]);
  const vars = Object.fromEntries(typed(new Map([...defaults].filter(([one]) => used.includes(one)))));
  const { landfall, ...rest } = Object(withVariables(manifest));
  return {
    manifest: {
      landfall,
      ...rest,
      ...(Object.keys(vars).length > 0 && { vars }),
      environments: { [environment]: {} },
    },
    documents: documents.map(({ path, document }) => ({ path, document: withVariables(document) })),
    missing: used.filter((one) => !defaults.has(one) && !builtIn.includes(one)),
    problems,
  };
}

async function servicesOf(
  project: Project,
  file: string,
  report: (problem: Problem) => void,
  files: Files,
): Promise<readonly ComposeService[]> {
  const all = await Promise.all(
    [...serviceNames(project)].map(async ([key, owner]) => ({
      key,
      given: (await readService(key, owner, { files }, 'all')).fields,
    })),
  );
  const built = all.filter(({ given }) => given.image === undefined).map(({ key }) => key);
  const found = all.flatMap(({ key, given }): readonly ComposeService[] => {
    const { extends: _, ...own } = given;
    const fields = new ComposeFields(own, `services.${key}`, file, report);
    const profiles = fields.list('profiles');
    if (profiles.length > 0) {
      fields.note(
        '',
        `is omitted: it belongs to the profile ${profiles.join(', ')}, which is off by default`,
      );
      return [];
    }
    const deploy = fields.inside('deploy');
    // The image of the only one that is built is the input `image`.
    const variable = built.length === 1 ? 'image' : `image_${key.replace(/\W/g, '_')}`;
    const image = fields.text('image') ?? variableMark(variable);
    const mode = fields.text('network_mode');
    const host = /^service:(.+)$/.exec(mode ?? '')?.[1];
    if (mode !== undefined && host === undefined && mode !== 'bridge' && mode !== 'default')
      fields.note('network_mode', `is ${mode}: a task on Fargate has its own network`);
    const isJob = String(deploy.take('mode') ?? '').endsWith('-job');
    return [
      {
        key,
        fields,
        deploy,
        image,
        after: dependenciesOf(fields),
        ...(host !== undefined && { host }),
        isJob,
      },
    ];
  });
  const completed = new Set(
    found
      .flatMap(({ key, host, after }) =>
        [...after].filter(
          ([one, condition]) =>
            condition === 'service_completed_successfully' &&
            one !== host &&
            found.find((other) => other.key === one)?.host !== (host ?? key),
        ),
      )
      .map(([one]) => one),
  );
  return found.map((one) => ({ ...one, isJob: one.isJob || completed.has(one.key) }));
}

function dependenciesOf(fields: ComposeFields): ReadonlyMap<string, Condition> {
  const given = fields.take('depends_on');
  const links = fields.list('links').map((one) => String(one).split(':')[0] ?? '');
  const entries: (readonly [string, Condition])[] = links.map((one) => [one, 'service_started']);
  if (Array.isArray(given)) for (const one of given) entries.push([String(one), 'service_started']);
  else if (isObject(given))
    for (const [one, options] of Object.entries(given))
      entries.push([one, (isObject(options) ? options.condition : undefined) as Condition]);
  return new Map(entries);
}

const conditions: Readonly<Record<Condition, 'START' | 'HEALTHY' | 'SUCCESS'>> = {
  service_started: 'START',
  service_healthy: 'HEALTHY',
  service_completed_successfully: 'SUCCESS',
};

function taskDefinitionOf(name: string, main: ComposeService, members: readonly ComposeService[]) {
  const settings = main.isJob ? {} : serviceSettings(main.fields, main.deploy);
  if (main.isJob) main.deploy.take('replicas');
  const platform = main.fields.text('platform');
  const containers = members.map((one): ComposeContainer => {
    const made = containerOf(one.key.replaceAll('.', '-'), one.image, one.fields, one.deploy);
    const inTask = [...one.after].filter(([other]) => members.some(({ key }) => key === other));
    const dependsOn = inTask.map(([other, condition]) => ({
      containerName: other.replaceAll('.', '-'),
      condition: conditions[condition] ?? 'START',
    }));
    const completes = members.some((other) => other.after.get(one.key) === 'service_completed_successfully');
    const definition: ContainerDefinition = {
      ...made.definition,
      ...(completes && { essential: false }),
      ...(dependsOn.length > 0 && { dependsOn }),
    };
    return { ...made, definition };
  });
  const sum = (of: (one: ComposeContainer) => number) =>
    containers.reduce((total, one) => total + of(one), 0);
  const size = fargateSize(
    sum(({ cpu }) => cpu),
    sum(({ memory }) => memory),
  );
  if (!size) main.fields.note('deploy.resources', 'are more than the largest size of Fargate');
  const volumes = [...new Set(containers.flatMap((one) => one.volumes))];
  return {
    settings,
    taskDefinition: {
      family: `${variableMark('environment')}-${name}-${main.key.replaceAll('.', '-')}`,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      ...(size ?? { cpu: '16384', memory: '122880' }),
      ...(platform !== undefined && {
        runtimePlatform: {
          operatingSystemFamily: 'LINUX',
          cpuArchitecture: platform.includes('arm64') ? 'ARM64' : 'X86_64',
        },
      }),
      executionRoleArn: variableMark('executionRoleArn'),
      containerDefinitions: containers.map(({ definition }) => definition),
      ...(volumes.length > 0 && { volumes: volumes.map((one) => ({ name: one })) }),
    },
  };
}

function serviceSettings(fields: ComposeFields, deploy: ComposeFields) {
  const scale = deploy.take('replicas') ?? fields.take('scale');
  const update = deploy.inside('update_config');
  const order = update.text('order');
  const onFailure = update.text('failure_action');
  update.rest({ parallelism: 'deploymentConfiguration has percentages', delay: 'see bakeTimeInMinutes' });
  const restart = deploy.inside('restart_policy');
  restart.take('condition');
  restart.rest();
  const deploymentConfiguration = {
    ...(onFailure === 'rollback' && { deploymentCircuitBreaker: { enable: true, rollback: true } }),
    ...(order === 'stop-first' && { minimumHealthyPercent: 0, maximumPercent: 100 }),
  };
  const count = Number(scale);
  return {
    desiredCount: scale === undefined || !Number.isInteger(count) ? { initial: 1 } : count,
    ...(Object.keys(deploymentConfiguration).length > 0 && { service: { deploymentConfiguration } }),
  };
}

interface Group {
  readonly main: ComposeService;
  readonly members: readonly ComposeService[];
}

/** Of what a task depends on, by the tasks. */
function groupsAfter({ main, members }: Group, groups: readonly Group[]): readonly Group[] {
  const keys = members.flatMap(({ after }) => [...after.keys()]);
  return groups.filter((one) => one.main !== main && one.members.some(({ key }) => keys.includes(key)));
}

/** How many services have to be live before each: a service is in a later wave than what it depends on. */
function levelsOf(
  groups: readonly Group[],
  file: string,
  report: (problem: Problem) => void,
): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  const open = new Set<string>();
  const levelOf = (group: Group): number => {
    const { key } = group.main;
    const known = levels.get(key);
    if (known !== undefined) return known;
    if (open.has(key)) {
      report({ path: `services.${key}.depends_on`, file, level: 'error', problem: 'leads back to itself' });
      return 0;
    }
    open.add(key);
    // A job runs before the wave of what waits for it.
    const below = groupsAfter(group, groups).map((one) => levelOf(one) + (one.main.isJob ? 0 : 1));
    const level = Math.max(0, ...below);
    levels.set(key, level);
    return level;
  };
  for (const group of groups) levelOf(group);
  return levels;
}

/** The jobs that its service waits for, each after those that it waits for itself. */
function jobsBefore(members: readonly ComposeService[], groups: readonly Group[]): readonly string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const add = (of: readonly ComposeService[]): void => {
    for (const key of of.flatMap(({ after }) => [...after.keys()])) {
      const job = groups.find(({ main }) => main.key === key && main.isJob);
      if (!job || seen.has(key)) continue;
      seen.add(key);
      add(job.members);
      found.push(key);
    }
  };
  add(members);
  return found;
}
