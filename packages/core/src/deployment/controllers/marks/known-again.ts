import { primaryOf } from '../../../ecs/deployments.ts';
import { clockTolerance } from '../../../ecs/eventual-consistency.ts';
import { isOfDeployment, primaryTaskSet } from '../../../ecs/task-sets.ts';
import type { Run } from '../../follow/run.ts';
import type { Target } from '../../service/read-service-targets.ts';
import type { Made, Recognition } from '../controller.ts';

/**
 * What a mark on a service holds of a write that has no token, so that a later attempt of the run knows again what the
 * write has made: the id, as soon as an answer tells it. Until then, what tells a deployment of this write from one
 * that another run makes later.
 */
export type Noted = {
  /** The deployment, or task set, that was PRIMARY. */
  readonly before: string;
} & (
  | { readonly made: string }
  | {
      /** When the newest was created, by AWS's clock, in milliseconds: what the write makes is not older. */
      readonly since: number;
      /** When the write was about to be sent, by this machine's clock, in seconds. */
      readonly at: number;
    }
);

/** Milliseconds that the write takes at most: two calls with all their retries, and looking for the first in between. */
export const longestWrite = 5 * 60_000;

export const writeNoted = (noted: Noted): string =>
  'made' in noted
    ? `before=${noted.before} made=${noted.made}`
    : `before=${noted.before} since=${noted.since} at=${noted.at}`;

export function readNoted(text: string): Noted | undefined {
  const found = /^before=([\w/-]{1,100}) (?:made=([\w/-]{1,100})|since=(\d{1,15}) at=(\d{1,12}))$/.exec(text);
  if (!found) return undefined;
  const [, before = '', made, since, at] = found;
  return made === undefined ? { before, since: Number(since), at: Number(at) } : { before, made };
}

/** Before the write. Undefined where nothing is PRIMARY that something could replace. */
export function noteBeforeWrite(target: Target, recognition: Recognition, now: number): Noted | undefined {
  const { service } = target;
  const primary = primaryOf(service) ?? primaryTaskSet(service);
  if (primary?.id === undefined) return undefined;
  // A deployment of CodeDeploy that failed leaves the task set of before as old as it was.
  const times = [primary.createdAt, recognition.newestAt?.(target)];
  const since = Math.max(...times.map((time) => time?.getTime() ?? 0));
  return { before: primary.id, since, at: Math.floor(now / 1000) };
}

/** Notes what the write has made. After a cancel nothing is sent: the deployment is followed, and that says so. */
export async function noteMade(
  { world }: Run,
  noted: Noted,
  made: string,
  tag: (noted: Noted) => Promise<unknown>,
): Promise<void> {
  const { cancellation } = world.host;
  const isKnown = made === noted.before || ('made' in noted && noted.made === made);
  if (isKnown || cancellation.aborted) return;
  await tag({ before: noted.before, made }).catch((error) => {
    if (!cancellation.aborted) throw error;
  });
}

/** Whether PRIMARY is this deployment, or the task set of it. */
export function isPrimary({ service }: Target, id: string | undefined): boolean {
  const taskSet = primaryTaskSet(service);
  return id !== undefined && (primaryOf(service)?.id === id || (!!taskSet && isOfDeployment(taskSet, id)));
}

/** The id of what the write has made, where that shows. */
export async function madeBy(
  run: Run,
  target: Target,
  { listMade }: Recognition,
  noted: Noted,
): Promise<string | undefined> {
  return 'made' in noted
    ? noted.made
    : firstMade(noted, await listMade(run, target, noted.before, noted.since));
}

/**
 * Without an answer it is the first deployment after the previous one, and only while the write may have
 * been in progress: what was made later is not its own.
 */
export function firstMade(
  { before, since, at }: Exclude<Noted, { made: string }>,
  all: readonly Made[],
): string | undefined {
  const [first] = all
    .filter(({ id, createdAt }) => id !== before && createdAt >= since)
    .toSorted((a, b) => a.createdAt - b.createdAt);
  const isInTime = first && first.createdAt <= at * 1000 + longestWrite + clockTolerance;
  return isInTime ? first.id : undefined;
}

/** What is PRIMARY, as something made. */
export function primaryAsMade({ service }: Target): readonly Made[] {
  const primary = primaryOf(service) ?? primaryTaskSet(service);
  return asMade(primary?.id, primary?.createdAt);
}

export const asMade = (id: string | undefined, createdAt: Date | undefined): readonly Made[] =>
  id !== undefined && createdAt ? [{ id, createdAt: createdAt.getTime() }] : [];
