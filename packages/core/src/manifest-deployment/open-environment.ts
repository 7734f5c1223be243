import { ownerOf, ownerTag } from '../deployment/service/owner-tag.ts';
import type { ValuesOf } from '../inputs/input.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import { annotateProblems, loadEnvironments } from '../manifest/load-environments.ts';
import type { ManifestValues } from '../manifest/manifest-inputs.ts';
import { manifestInvalid } from '../manifest/problem.ts';
import type { ResolvedEnvironment } from '../manifest/resolve-environment.ts';
import {
  type OpenSchedules,
  openSchedules,
  type ScheduleOwner,
  type WantedSchedule,
} from '../schedules/open-schedules.ts';
import type { Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import type { environmentInputs } from './inputs.ts';
import type { FoundService } from './owned-services.ts';
import { findUnwanted, protectedFrom } from './prune.ts';
import { checkPlace, selectParts, type WantedWave } from './selection.ts';
import { type DeployValues, type ManifestService, readManifestServices } from './services.ts';
import { type ManifestTask, planManifestTask } from './tasks.ts';

/** A wave, with everything read and checked. */
export interface OpenWave {
  /** Its services as they are now: others may have deployed while earlier waves were. */
  readAgain(): Promise<readonly ManifestService[]>;
  readonly wave: number;
  readonly tasks: readonly ManifestTask[];
  readonly services: readonly ManifestService[];
}

/** An environment, with everything read and checked that is to be deployed and deleted. */
export interface OpenEnvironment {
  readonly waves: readonly OpenWave[];
  /** What is to be pruned in the end. */
  readonly unwanted: readonly FoundService[];
  /** Undefined where the environment can have none. */
  readonly schedules: OpenSchedules | undefined;
}

interface Given extends ValuesOf<typeof environmentInputs>, DeployValues {
  readonly onCancel: 'leave' | 'stop';
}

/** What is wanted, from the manifest alone. */
export interface WantedEnvironment {
  readonly environment: ResolvedEnvironment;
  readonly file: string;
  /** The texts of the files that it was read from, by their paths. */
  readonly files: ReadonlyMap<string, string>;
  /** What of it is selected. */
  readonly waves: readonly WantedWave[];
  readonly schedules: readonly WantedSchedule[];
}

/** Reads the manifest; ECS is not called. @throws MANIFEST_INVALID, INPUT_INVALID, ACCOUNT_MISMATCH … */
export async function readWanted(given: Given, world: World): Promise<WantedEnvironment> {
  const files = new Map<string, string>();
  const readText: World['files']['readText'] = async (path, options) => {
    const text = await world.files.readText(path, options);
    files.set(path, text);
    return text;
  };
  const reading = { ...world, files: { ...world.files, readText } };
  const { environments, file } = await readEnvironments(given, [given.environment], reading);
  const [environment] = environments;
  if (!environment) throw new Error('an environment is loaded, or refused');
  const { waves, schedules } = selectParts(environment, file, given);
  refuseWithoutWaiting(
    given,
    waves.length,
    waves.some(({ tasks }) => tasks.length > 0),
  );
  await checkPlace(environment, given, world);
  return { environment, file, files, waves, schedules };
}

/** What is to be done, with what is in ECS. Nothing is written. @throws whatever is wrong */
export async function openEnvironment(
  { environment, file, waves: selected, schedules: wantedSchedules }: WantedEnvironment,
  given: Given,
  ecs: Ecs,
  world: World,
): Promise<OpenEnvironment> {
  const source = { file, owner: environment.owner };
  const services = await readManifestServices(selected, source, given, ecs, world);
  reportUnowned(services, environment.owner, world);
  const waves: OpenWave[] = [];
  for (const { wave, tasks, services: wanted } of selected) {
    const own = wanted.flatMap((one) => services.find((found) => found.wanted === one) ?? []);
    const planned: ManifestTask[] = [];
    for (const task of tasks) {
      const service = own.find((one) => one.wanted.before.includes(task.key));
      if (service) planned.push(await planManifestTask(task, service, given, world));
    }
    for (const notice of own.flatMap(({ notices }) => notices)) world.host.log.notice(notice);
    const readAgain = () =>
      readManifestServices([{ wave, tasks: [], services: wanted }], source, given, ecs, world);
    waves.push({ wave, tasks: planned, services: own, readAgain });
  }
  world.host.log.info(`${given.environment}: ${waves.flatMap(stepsOf).join(' → ')}`);
  const unwanted = given.prune ? await findUnwanted(environment, ecs, world) : [];
  const owner = scheduleOwnerOf(environment);
  const described = environment.schedules.map(({ key }) => key);
  const schedules =
    owner && (await openSchedules(wantedSchedules, owner, { prune: given.prune, described }, ecs, world));
  if (environment.protect && schedules && schedules.unwanted.length > 0)
    throw protectedFrom(environment.name, schedules.unwanted);
  return { waves, unwanted, schedules };
}

/** Whom the schedules of an environment belong to: their group has its tag, as its services have. */
export const scheduleOwnerOf = ({
  owner,
  scheduleGroup,
}: Pick<ResolvedEnvironment, 'owner' | 'scheduleGroup'>): ScheduleOwner | undefined =>
  owner === undefined || scheduleGroup === undefined
    ? undefined
    : { group: scheduleGroup, tag: { Key: ownerTag, Value: owner } };

function reportUnowned(
  services: readonly ManifestService[],
  owner: string | undefined,
  { host }: World,
): void {
  const names = services.flatMap(({ target: { name, service }, definition: { tags } }) =>
    ownerOf({ tags: [...(tags ?? []), ...(service.tags ?? [])] }) === undefined ? [name] : [],
  );
  if (owner === undefined || names.length === 0) return;
  host.log.info(`deployed, but not owned by ${owner}: ${names.join(', ')}; set \`adopt\` to own them`);
}

const stepsOf = ({ tasks, services }: OpenWave): readonly string[] => [
  ...tasks.map(({ key }) => `task ${key}`),
  services.map(({ target }) => target.name).join(', '),
];

/** Environments without problems; those are at their lines. @throws MANIFEST_INVALID */
export async function readEnvironments(
  given: ManifestValues,
  names: readonly string[],
  world: World,
): Promise<{ readonly environments: readonly ResolvedEnvironment[]; readonly file: string }> {
  const { host } = world;
  const { image } = given;
  const known = { image, commit: (await host.commit()).sha };
  const { file, environments, problems } = await loadEnvironments(given, names, known, world);
  annotateProblems(problems, host);
  const errors = problems.filter(({ level }) => level === 'error');
  if (errors.length > 0) throw manifestInvalid(file, errors);
  return { environments, file };
}

/** A wave comes after another one when that is live, which a run that waits for nothing never knows. */
function refuseWithoutWaiting(
  { waitUntil, waitForServiceStability = true }: DeployValues,
  waves: number,
  hasTasks: boolean,
): void {
  const isLeft = waitUntil === 'started' || waitUntil === 'paused' || !waitForServiceStability;
  if (!isLeft || (waves === 1 && !hasTasks)) return;
  throw invalidInputs([
    {
      input: waitForServiceStability ? 'wait-until' : 'wait-for-service-stability',
      problem: `lets a service count before it is live, but ${waves > 1 ? `${waves} waves are to be deployed in order` : 'a task is to run before the wave'}`,
    },
  ]);
}
