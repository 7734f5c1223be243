import type {
  CreateServiceRequest,
  RegisterTaskDefinitionRequest,
  RunTaskRequest,
  TaskOverride,
} from '@aws-sdk/client-ecs';
import { groupOf, type ScheduleSettings } from '../schedules/schedule.ts';
import { environmentShape, scheduleShape, serviceShape, taskShape } from './manifest-shape.ts';
import { emptyMap, mapAt, nodeAt, without } from './node.ts';
import { type Origin, originsOf } from './origins.ts';
import { type Part, partsOf } from './parts.ts';
import { distinct, type Problem, problemAt } from './problem.ts';
import type { Manifest } from './read-manifest.ts';
import { networkProblem, scheduleProblems, scheduleSettings } from './schedules/check-schedules.ts';
import { Reading, type ValueOf } from './shape/shape.ts';
import { type DefinitionFields, taskDefinitionOf } from './task-definition.ts';
import type { TemplateEngine } from './template-engine.ts';

export interface ResolveOptions {
  /** The input `vars`. */
  readonly vars: ReadonlyMap<string, string>;
  /** The variables of the process that the input `env-vars` names. */
  readonly env: ReadonlyMap<string, string>;
  readonly image?: string | undefined;
  readonly commit?: string | undefined;
  /** The text of a file, by its path from the workspace. */
  read(path: string): Promise<string>;
  /** Loads it. */
  engine(): Promise<TemplateEngine>;
}

interface Resolved {
  /** Its key in the manifest. */
  readonly key: string;
  readonly cluster: string;
  readonly taskDefinition: RegisterTaskDefinitionRequest;
}

export interface ResolvedService extends Resolved {
  readonly serviceName: string;
  readonly groups: readonly string[];
  readonly wave: number;
  /** Tasks by their keys, to run one after the other before the wave. */
  readonly before: readonly string[];
  readonly stopBeforeDeploy: boolean;
  /** `wanted` by every deployment, `initial` at creation only; `kept`: never touched. */
  readonly desiredCount:
    | { readonly kind: 'wanted' | 'initial'; readonly count: number }
    | { readonly kind: 'kept' };
  /** The settings for CreateService; what is absent is not to be changed. */
  readonly service: Partial<CreateServiceRequest>;
}

export interface ResolvedTask extends Resolved {
  readonly overrides?: TaskOverride | undefined;
  readonly task: Partial<RunTaskRequest>;
}

export interface ResolvedSchedule extends Resolved, ScheduleSettings {}

interface Wave {
  readonly wave: number;
  readonly services: readonly ResolvedService[];
}

export interface ResolvedEnvironment {
  readonly name: string;
  /** Whom its services belong to: `shop/dev`. Undefined where the files give it no name. */
  readonly owner?: string;
  readonly regions: readonly string[];
  readonly account?: string | undefined;
  readonly role?: string | undefined;
  readonly protect: boolean;
  /** In the order in which they are deployed. */
  readonly waves: readonly Wave[];
  readonly tasks: readonly ResolvedTask[];
  readonly schedules: readonly ResolvedSchedule[];
  /** Their group. Undefined where there is no owner. */
  readonly scheduleGroup?: string;
  readonly problems: readonly Problem[];
  readonly origins: Readonly<Record<string, Origin>>;
}

/** One environment of a manifest as plain data. With an error among the problems, services may be missing. */
export async function resolveEnvironment(
  manifest: Manifest,
  environment: string,
  options: ResolveOptions,
): Promise<ResolvedEnvironment> {
  const { root } = manifest;
  const own = mapAt(root, 'environments', environment) ?? emptyMap('environments');
  const problems: Problem[] = [];
  const report = (problem: Problem) => void problems.push(problem);
  const { vars, env, image, commit, read, engine } = options;
  const place = { root, environment, outside: { builtIn: { image, commit }, vars, env }, report };
  const allTasks = partsOf('tasks', taskShape, place);
  const taskParts = allTasks.filter(isEnabled);
  const serviceParts = partsOf('services', serviceShape, place).filter(isEnabled);
  const disabled = allTasks.filter((one) => !isEnabled(one)).map(({ key }) => key);
  const scheduleParts = partsOf('schedules', scheduleShape, place).filter(isEnabled);
  problems.push(...problemsTogether(serviceParts, disabled, environment));
  problems.push(...scheduleProblems(scheduleParts, manifest.name, environment));

  const folder = manifest.file.replace(/[^/]*$/, '');
  const sources = {
    templates: mapAt(root, 'templates'),
    locate: (path: string) => (path.startsWith('/') ? path : `${folder}${path}`),
    read,
    engine,
    env,
    report,
  };
  const withDefinition = async <F extends DefinitionFields, R extends object>(
    parts: readonly Part<F>[],
    settings: (part: Part<F>) => R,
  ) => {
    const found: (Resolved & R)[] = [];
    // One after the other: hundreds of documents at once are a lot of memory.
    for (const part of parts) {
      const taskDefinition = await taskDefinitionOf(part, sources);
      const { cluster = 'default' } = part.fields;
      if (taskDefinition) found.push({ key: part.key, cluster, taskDefinition, ...settings(part) });
    }
    return found;
  };
  const tasks = await withDefinition(taskParts, ({ fields: { overrides, task = {} } }) => ({
    overrides,
    task,
  }));
  const services = await withDefinition(serviceParts, (part) => serviceSettings(part, environment));
  const schedules = await withDefinition(scheduleParts, scheduleSettings);
  for (const part of scheduleParts)
    for (const one of schedules.filter(({ key }) => key === part.key))
      problems.push(...networkProblem(part, one));
  // Its services, tasks, schedules and variables have been read, merged.
  const settings = environmentShape.read(
    without(own, 'services', 'tasks', 'schedules', 'vars'),
    new Reading(true),
  );
  return {
    name: environment,
    owner: `${manifest.name}/${environment}`,
    regions: settings?.region ?? [],
    account: settings?.account,
    role: settings?.role,
    protect: settings?.protect ?? false,
    waves: wavesOf(services),
    tasks,
    schedules,
    scheduleGroup: groupOf(manifest.name, environment),
    problems: distinct(problems),
    origins: Object.assign({}, ...[...scheduleParts, ...taskParts, ...serviceParts].map(originsOf)),
  };
}

const isEnabled = ({ fields }: Part<{ readonly disabled?: boolean }>) => fields.disabled !== true;

export type ServicePart = Part<ValueOf<typeof serviceShape>>;

const nameOf = ({ key, fields }: ServicePart, environment: string) =>
  fields.serviceName ?? `${environment}-${key}`;

export function serviceSettings(part: ServicePart, environment: string) {
  const { desiredCount, group = [], wave = 0, before, stopBeforeDeploy = false, service = {} } = part.fields;
  return {
    serviceName: nameOf(part, environment),
    groups: group,
    wave,
    before: before?.run ?? [],
    stopBeforeDeploy,
    desiredCount: countOf(desiredCount),
    service,
  };
}

function countOf(given: ServicePart['fields']['desiredCount']): ResolvedService['desiredCount'] {
  if (given === undefined) return { kind: 'kept' };
  return typeof given === 'number'
    ? { kind: 'wanted', count: given }
    : { kind: 'initial', count: given.initial };
}

/** What is wrong with services that are right one by one. */
export function problemsTogether(
  services: readonly ServicePart[],
  disabledTasks: readonly string[],
  environment: string,
): readonly Problem[] {
  const taken = new Map<string, string>();
  return services.flatMap((part) => {
    const { key, fields, node } = part;
    const problems: Problem[] = [];
    const refuse = (field: string, problem: string) =>
      problems.push(problemAt(nodeAt(node, field) ?? node, problem));
    const name = nameOf(part, environment);
    const { cluster = 'default' } = fields;
    const other = taken.get(`${cluster}/${name}`);
    if (other !== undefined)
      refuse('serviceName', `is ${name} in the cluster ${cluster}, and so is services.${other}`);
    taken.set(`${cluster}/${name}`, key);
    if (fields.service?.schedulingStrategy === 'DAEMON' && fields.desiredCount !== undefined)
      refuse('desiredCount', 'cannot be set for a DAEMON service, which runs one task on each instance');
    if (fields.service?.tags?.some(({ key }) => key?.startsWith('landfall:')))
      refuse('service', 'has a tag that starts with landfall:, which only Landfall sets');
    for (const task of fields.before?.run ?? [])
      if (disabledTasks.includes(task))
        refuse('before', `runs the task ${task}, which is disabled in ${environment}`);
    return problems;
  });
}

export const wavesOf = (services: readonly ResolvedService[]): readonly Wave[] =>
  [...Map.groupBy(services, ({ wave }) => wave)]
    .map(([wave, together]) => ({ wave, services: together }))
    .sort((one, other) => one.wave - other.wave);
