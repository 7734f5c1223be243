import { createHash } from 'node:crypto';
import { startsDeployment } from '../deployment/controllers/plan-report.ts';
import { stoppedCount } from '../deployment/service/stopped-tag.ts';
import { canonicalJson, isObject } from '../documents/canonical.ts';
import { primaryOf } from '../ecs/deployments.ts';
import { shortTaskDefinition } from '../ecs/short-names.ts';
import { primaryTaskSet } from '../ecs/task-sets.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import type { ValuesOf } from '../inputs/input.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import { plannedSchedules } from '../schedules/plan-schedules.ts';
import type { Host } from '../world/host.ts';
import type { World } from '../world/world.ts';
import type { environmentInputs } from './inputs.ts';
import type { OpenEnvironment, WantedEnvironment } from './open-environment.ts';
import { type PlannedOfWave, planWaves } from './plan.ts';

/** What was planned, and what that was made from. What may be secret is there as a hash only. */
interface SavedPlan {
  readonly landfall: 'plan/1';
  readonly environment: string;
  readonly region: string;
  readonly salt: string;
  /** Hashes of the files that were read, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  /** Hashes of the values of the inputs that are variables, by `vars.<name>` and the like. */
  readonly variables: Readonly<Record<string, string>>;
  /** By `<cluster>/<service>`. */
  readonly services: Readonly<Record<string, SavedService>>;
  /** Hashes of what runs before the waves, by the keys of the manifest. */
  readonly tasks: Readonly<Record<string, string>>;
  /** Hashes of what would change in each schedule, by their names. */
  readonly schedules: Readonly<Record<string, string>>;
  readonly pruned: readonly string[];
}

interface SavedService {
  readonly wave: number;
  readonly kind: string;
  readonly startsDeployment: boolean;
  readonly changes: readonly string[];
  readonly outside: readonly string[];
  /** A hash of what the manifest says of it, the values of environment variables included. */
  readonly wanted: string;
  /** What is PRIMARY, and whether it is kept at zero; absent for a service that does not exist. */
  readonly live?: {
    readonly deployment: string;
    readonly taskDefinition: string;
    readonly isAtZero: boolean;
  };
  /** It is what the manifest wants already, or a killed run was about to make it so. */
  readonly isResumed: boolean;
}

type Variables = Pick<ValuesOf<typeof environmentInputs>, 'vars' | 'envVars' | 'image' | 'images'>;

/** A plan as a file. @param salt keeps the hashes of two plans from being compared */
export function savePlan(
  wanted: WantedEnvironment,
  open: OpenEnvironment,
  planned: readonly PlannedOfWave[],
  given: Variables,
  { aws, host }: Pick<World, 'aws' | 'host'>,
  salt: string,
): SavedPlan {
  const hash = (value: unknown) =>
    createHash('sha256')
      .update(`${salt} ${canonicalJson(value)}`)
      .digest('base64url');
  const hashes = (values: Iterable<readonly [string, unknown]>) =>
    Object.fromEntries([...values].map(([name, value]) => [name, hash(value)]));
  const services = open.waves.flatMap((wave) => wave.services);
  return {
    landfall: 'plan/1',
    environment: wanted.environment.name,
    region: aws.region,
    salt,
    files: hashes(wanted.files),
    variables: hashes(variablesOf(given, host)),
    services: Object.fromEntries(
      services.flatMap(({ wanted: one, target: { name, cluster, service, isAbsent } }, at) => {
        const plan = planned[at];
        if (!plan) return [];
        const { wave, kind, changes, outside } = plan;
        const primary = primaryOf(service) ?? primaryTaskSet(service);
        const isStopped = stoppedCount(service) !== undefined;
        const live = {
          deployment: primary?.id ?? '',
          taskDefinition: shortTaskDefinition(primary?.taskDefinition),
          isAtZero: service.desiredCount === 0 && !isStopped,
        };
        const saved: SavedService = {
          wave,
          kind,
          startsDeployment: startsDeployment(plan),
          changes,
          outside: outside.filter(({ status }) => status === 'changed').map((one) => canonicalJson(one)),
          wanted: hash(one),
          ...(!isAbsent && { live }),
          isResumed: kind === 'unchanged' || kind === 'adopt' || isStopped,
        };
        return [[`${cluster}/${name}`, saved]];
      }),
    ),
    tasks: hashes(
      open.waves.flatMap(({ tasks }) => tasks.map(({ key, wanted: task }) => [key, task] as const)),
    ),
    schedules: hashes(
      (open.schedules ? plannedSchedules(open.schedules) : [])
        .filter(({ kind }) => kind !== 'unchanged')
        .map((one) => [one.schedule, one] as const),
    ),
    pruned: open.unwanted.map(({ place }) => place.name),
  };
}

const variablesOf = ({ vars = [], envVars = [], image, images = [] }: Variables, host: Host) => [
  ...vars.map(({ name, value }) => [`vars.${name}`, value] as const),
  ...envVars.map((name) => [`env-vars.${name}`, host.environment(name)] as const),
  ...images.map(({ name, value }) => [`images.${name}`, value] as const),
  ...(image === undefined ? [] : [['image', image] as const]),
];

/**
 * Refuses to deploy anything but what was planned.
 * @param path of the plan @throws PLAN_STALE, INPUT_INVALID, PATH_MISSING …
 */
export async function refuseStalePlan(
  path: string,
  wanted: WantedEnvironment,
  open: OpenEnvironment,
  given: Variables,
  world: World,
): Promise<void> {
  const before = readPlan(await world.files.readText(path));
  const now = savePlan(wanted, open, await planWaves(open, silenced(world)), given, world, before.salt);
  const moved = differences(before, now);
  if (moved.length === 0) return;
  const isOne = moved.length === 1;
  throw new LandfallError('PLAN_STALE', {
    summary: isOne
      ? `the plan ${path} no longer holds: ${moved.join()}`
      : `the plan ${path} no longer holds: ${moved.length} things have changed since`,
    details: isOne ? [] : moved,
    facts: { plan: path, moved },
  });
}

function readPlan(text: string): SavedPlan {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch {
    plan = undefined;
  }
  if (isPlan(plan)) return plan;
  throw invalidInputs([
    { input: 'plan', problem: 'must be a file that plan-manifest of this version has written' },
  ]);
}

const isPlan = (plan: unknown): plan is SavedPlan =>
  isObject(plan) &&
  plan.landfall === 'plan/1' &&
  typeof plan.salt === 'string' &&
  Array.isArray(plan.pruned) &&
  [plan.files, plan.variables, plan.services, plan.tasks, plan.schedules].every(isObject);

/** What has changed since, one per line. */
function differences(before: SavedPlan, now: SavedPlan): readonly string[] {
  const names = <T>(kind: (plan: SavedPlan) => Readonly<Record<string, T>>) =>
    [...new Set([...Object.keys(kind(before)), ...Object.keys(kind(now))])].map((name) => ({
      name,
      was: kind(before)[name],
      is: kind(now)[name],
    }));
  const changed = (what: string, kind: (plan: SavedPlan) => Readonly<Record<string, string>>) =>
    names(kind).flatMap(({ name, was, is }) =>
      was === is
        ? []
        : `${what}${name} ${was === undefined ? 'is not in the plan' : is === undefined ? 'is no longer used' : 'has changed'}`,
    );
  const place = (['environment', 'region'] as const).flatMap((field) =>
    before[field] === now[field] ? [] : [`the ${field} of the plan is ${before[field]}, not ${now[field]}`],
  );
  if (place.length > 0) return place;
  return [
    ...changed('', (plan) => plan.files),
    ...changed('the variable ', (plan) => plan.variables),
    ...names((plan) => plan.services).flatMap(({ name, was, is }) => serviceDifferences(name, was, is)),
    ...changed('the task ', (plan) => plan.tasks),
    ...Object.entries(now.schedules)
      .filter(([name, change]) => before.schedules[name] !== change)
      .map(([name]) => `what would be done to the schedule ${name} has changed`),
    ...now.pruned
      .filter((name) => !before.pruned.includes(name))
      .map((name) => `${name} would be pruned, too`),
  ];
}

/** The first that explains the others. What is done already is not done again, by whichever run it was done. */
function serviceDifferences(
  name: string,
  was: SavedService | undefined,
  is: SavedService | undefined,
): readonly string[] {
  if (!was) return [`the service ${name} is not in the plan`];
  if (!is) return [`the service ${name} is no longer to be deployed`];
  if (was.wanted !== is.wanted) return [`what the manifest says of ${name} has changed`];
  if (is.isResumed) return [];
  if (!was.live !== !is.live) return [`${name} ${is.live ? 'exists now' : 'no longer exists'}`];
  if (was.live?.deployment !== is.live?.deployment)
    return [
      `deployment ${is.live?.deployment} of ${is.live?.taskDefinition} is PRIMARY in ${name}, which was ${was.live?.deployment} of ${was.live?.taskDefinition}`,
    ];
  if (was.live?.isAtZero !== is.live?.isAtZero)
    return [`${name} was scaled ${is.live?.isAtZero ? 'to zero' : 'up from zero'}`];
  const isPlanned =
    was.kind === is.kind &&
    was.wave === is.wave &&
    (was.startsDeployment || !is.startsDeployment) &&
    isPart(is.changes, was.changes) &&
    isPart(is.outside, was.outside);
  return isPlanned ? [] : [`what would be done to ${name} has changed`];
}

const isPart = (some: readonly string[], all: readonly string[]) => some.every((one) => all.includes(one));

/** The plan that it is compared with was shown already. */
function silenced(world: World): World {
  const nothing = () => {};
  const { group } = world.host.log;
  const log = {
    info: nothing,
    notice: nothing,
    warning: nothing,
    error: nothing,
    debug: nothing,
    output: nothing,
    progress: nothing,
    group,
  };
  return { ...world, host: { ...world.host, log } };
}
