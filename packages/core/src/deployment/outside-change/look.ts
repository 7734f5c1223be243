import { arnParts } from '../../account/arn.ts';
import type { Probe } from '../../reading/probe.ts';
import type { OutsideChange } from '../../record/outside-change.ts';
import { bounded } from '../../registry/read/bounded.ts';
import type { Ecs } from '../../world/aws.ts';
import type { World } from '../../world/world.ts';
import type { Target } from '../service/read-service-targets.ts';
import { because, changeOf, type Standing } from './changes.ts';
import { readImageStanding, readPinnedDigests } from './image-standing.ts';
import { type Reference, referencesOf } from './references.ts';
import { type RunningTasks, readRunningTasks } from './running-tasks.ts';
import { readFileStanding, readParameterStandings, readSecretStanding } from './time-standing.ts';

/** How many secrets, or registries, are asked at the same time. */
const atOnce = 5;

/**
 * For a service that already has the wanted task definition: what a new deployment would start differently
 * because something has changed outside the task definition since the running tasks took it. ECS
 * starts tasks with what a tag names, and with the values that secrets, parameters and files have, at that
 * moment, and never changes them in a task that runs:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
 *
 * Best effort: what cannot be compared is reported as such. No value is read.
 */
export async function lookOutside(target: Target, ecs: Ecs, world: World): Promise<readonly OutsideChange[]> {
  const references = referencesOf(target.taskDefinition?.taskDefinition ?? {});
  const standings = await readStandings(references, target, ecs, world);
  return references.flatMap((one) => {
    const standing = standings.get(one);
    return (standing && changeOf(target.name, one, standing)) ?? [];
  });
}

type Standings = ReadonlyMap<Reference, Standing>;
type Timed = Exclude<Reference, { kind: 'image' }>;

async function readStandings(
  references: readonly Reference[],
  target: Target,
  ecs: Ecs,
  world: World,
): Promise<Standings> {
  const signal = world.host.cancellation;
  let running: Promise<Probe<RunningTasks>> | undefined;
  const readRunning = () => {
    running ??= readRunningTasks(target, ecs, signal);
    return running;
  };
  const images = references.filter((one) => one.kind === 'image');
  const timed = references.filter((one) => one.kind !== 'image');
  const [ofImages, ofTimed] = await Promise.all([
    images.length === 0
      ? []
      : readPinnedDigests(target, ecs, signal).then((pinned) =>
          bounded(
            { most: atOnce, signal },
            images,
            async (one) => [one, await readImageStanding(one, pinned, readRunning, world)] as const,
          ),
        ),
    timed.length === 0 ? new Map() : readTimed(timed, readRunning, target, world),
  ]);
  return new Map<Reference, Standing>([...ofImages, ...ofTimed]);
}

async function readTimed(
  references: readonly Timed[],
  readRunning: () => Promise<Probe<RunningTasks>>,
  { service }: Target,
  world: World,
): Promise<Standings> {
  const all = (standing: Standing): Standings => new Map(references.map((one) => [one, standing]));
  const running = await readRunning();
  if (running.kind !== 'found') return all({ kind: 'unknown', why: because(running, 'ECS shows no tasks') });
  const { since } = running.value;
  // Nothing runs that could have anything else.
  if (since === undefined) return all({ kind: 'same' });
  const signal = world.host.cancellation;
  const [secrets, files, parameters] = await Promise.all([
    bounded(
      { most: atOnce, signal },
      references.filter((one) => one.kind === 'secret'),
      async (one) => [one, await readSecretStanding(one, since, world)] as const,
    ),
    bounded(
      { most: atOnce, signal },
      references.filter((one) => one.kind === 'file'),
      async (one) => [one, await readFileStanding(one, since, world)] as const,
    ),
    readParameterStandings(
      references.filter((one) => one.kind === 'parameter'),
      arnParts(service.serviceArn ?? '')?.account,
      since,
      world,
    ),
  ]);
  return new Map<Reference, Standing>([...secrets, ...files, ...parameters]);
}
