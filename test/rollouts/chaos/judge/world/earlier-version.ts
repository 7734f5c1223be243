import type { Evidence, Run, Snapshot } from '../evidence.ts';
import {
  between,
  controllerOf,
  grace,
  isOver,
  newestOf,
  primaryOf,
  primaryRevision,
  primarySetOf,
} from './history.ts';
import { isDone, isUnderWay, liveRevision, type Problem, taskSetProblem } from './live.ts';

/** A version: what its task definition names, and what that was when it ran. */
interface Version {
  readonly image: string;
  readonly digest: string | undefined;
}

/** The versions that were live one after the other, up to an instant. */
function lives({ history, images }: Evidence, until: number): readonly Version[] {
  const found: Version[] = [];
  for (const state of history) {
    if (state.at > until) break;
    const revision = liveRevision(state);
    const image = revision && images[revision];
    if (image && image !== found.at(-1)?.image) found.push({ image, digest: state.digest });
  }
  return found;
}

interface Incoming {
  readonly image: string | undefined;
  /** What it replaces, where that has lost the traffic to it already. */
  readonly replaces?: string | undefined;
}

/** The version that is on its way in. */
function incoming(state: Snapshot, images: Evidence['images']): Incoming | undefined {
  const imageOf = (entry: { readonly taskDefinition?: string | undefined } | undefined) =>
    images[entry?.taskDefinition ?? ''];
  const standing = state.service?.taskSets?.filter((one) => one.status !== 'DRAINING') ?? [];
  switch (controllerOf(state)) {
    case 'CODE_DEPLOY': {
      const active = state.codeDeploy.findLast(({ info }) => !isDone(info))?.info;
      if (!active) return undefined;
      const own = standing.find((one) => one.externalId === active.deploymentId);
      const replaced = standing.find((one) => one !== own);
      return { image: imageOf(own), ...(own?.status === 'PRIMARY' && { replaces: imageOf(replaced) }) };
    }
    case 'EXTERNAL': {
      const [newest, older] = standing.toSorted((a, b) => +b.createdAt! - +a.createdAt!);
      if (!older || (newest?.status === 'PRIMARY' && taskSetProblem(state, newest) === undefined))
        return undefined;
      // What is PRIMARY stays where something newer is deleted.
      const stays = newest?.status === 'PRIMARY' ? older : primarySetOf(state);
      return { image: imageOf(newest), ...(stays && { replaces: imageOf(stays) }) };
    }
    default: {
      if (!isUnderWay(state)) return undefined;
      const newest = newestOf(state);
      const target = newest && !isOver(newest) ? newest.targetServiceRevision?.arn : undefined;
      const own = state.service?.deployments?.find((one) => target?.endsWith(`/${one.id?.split('/')[1]}`));
      return { image: imageOf(own ?? primaryOf(state)) };
    }
  }
}

/** What is PRIMARY although it failed, or was stopped, before it was ever live. */
function neverLive(
  state: Snapshot,
  images: Evidence['images'],
  before: readonly Version[],
): Incoming | undefined {
  const image = images[primaryRevision(state) ?? ''];
  return image === undefined || before.some((one) => one.image === image) ? undefined : { image };
}

/** What a rollback that begins at this instant is to bring back, and what is to go. */
export interface Way {
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** What it ran, if that is known: its tag may have been re-pushed. */
  readonly digest: string | undefined;
  /** The ids of what the run that began it found, or has made itself (CodeDeploy's are the external ids): what others have started since is theirs. */
  readonly own?: ReadonlySet<string> | undefined;
}

export function wayBack(evidence: Evidence, run: Run, state: Snapshot): Way {
  const before = lives(evidence, state.at);
  const present = before.at(-1)?.image;
  const digestOf = (image: string | undefined) => before.findLast((one) => one.image === image)?.digest;
  const under = incoming(state, evidence.images) ?? neverLive(state, evidence.images, before);
  // A deployment in progress is stopped: back to what was live last.
  if (under !== undefined) {
    const to = run.asked.image ?? under.replaces ?? present;
    return { from: under.image, to, digest: digestOf(to) };
  }
  // "The version that was live just before the present one first became live."
  const first = before.findIndex((one) => one.image === present);
  const to = run.asked.image ?? before[first - 1]?.image;
  return { from: present, to, digest: digestOf(to) };
}

/** What is live replaced a version that first became live after it: regardless of who did that, it is a rollback. */
export function hasGoneBack(evidence: Evidence, state: Snapshot): boolean {
  const images = lives(evidence, state.at).map(({ image }) => image);
  const [replaced, present] = images.slice(-2);
  return present !== undefined && images.indexOf(present) < images.indexOf(replaced!);
}

/** Every way back that the run may have seen: what others did just before its write it may not have seen yet. */
export function waysBack(evidence: Evidence, run: Run): readonly Way[] {
  const write = run.calls.find((call) => call.wrote && call.before);
  const until = Math.min(write?.at ?? run.startedAt + grace, run.endedAt);
  const states = between(evidence.history, run.startedAt - grace, until)
    // What is so in the millisecond of the write the write itself may have made so.
    .filter((state) => state.at !== write?.at);
  const own = run.before && ownTaskSets(run, run.before);
  return [...states, ...(write?.before ? [write.before] : [])].map((state) => ({
    ...wayBack(evidence, run, state),
    own,
  }));
}

const ownTaskSets = ({ calls }: Run, { service }: Snapshot): ReadonlySet<string> =>
  new Set([...(service?.taskSets ?? []).map((one) => one.id!), ...calls.flatMap(({ made }) => made)]);

/** Why a rollback has not come to its end: the earlier version is live, and the version to go runs nothing. */
export function notBack(
  state: Snapshot,
  { from, to, digest, own }: Way,
  images: Evidence['images'],
): Problem {
  if (to === undefined) return 'there is no earlier version';
  const revision = liveRevision(state);
  const image = images[revision ?? ''];
  // By its digest it may be named in another way than it was.
  const isPinned = digest !== undefined && image?.endsWith(`@${digest}`);
  if (image !== to && !isPinned) return `${image ?? 'nothing'} is live, not ${to}`;
  if (digest !== undefined && state.digest !== digest) return `${to} runs ${state.digest}, and was ${digest}`;
  if (from === to) return undefined;
  // What someone else starts once the rollback has begun is not ours to remove.
  const entries =
    controllerOf(state) === 'ECS'
      ? state.service?.deployments
      : state.service?.taskSets?.filter((one) => !own || own.has(one.id!) || own.has(one.externalId ?? ''));
  const left = entries?.find(
    (one) =>
      images[one.taskDefinition ?? ''] === from && (one.runningCount ?? 0) > 0 && one.status !== 'DRAINING',
  );
  return left && `${left.runningCount} tasks of ${from} still run`;
}
