import { createHash } from 'node:crypto';
import type { Service } from '@aws-sdk/client-ecs';
import type { RunFacts } from '../world/host.ts';
import { primaryTaskSet } from './code-deploy/task-sets.ts';
import { primaryOf } from './rollout.ts';

/**
 * The tag that a service carries while a run forces a deployment of it. UpdateService has no idempotency token, and
 * a deployment of a task definition that was live already looks like any other: a run that is killed and run again
 * knows its own by this mark alone.
 */
export const forcingTag = 'landfall:forcing';

/**
 * The tag that is written before the mark is looked for, with a value of its own each time. A read that shows it shows
 * what was written to the service before it, too, so nothing has to be waited for.
 */
export const fenceTag = 'landfall:fence';

/** Who forces, and which deployment (or task set) was the PRIMARY one before. */
export interface ForcingMark {
  readonly run: string;
  readonly before: string;
}

/** Who a run is, the same at every attempt of it. Undefined where the host does not tell: nobody would find the mark. */
export const forcerOf = ({ origin, job, step }: RunFacts): string | undefined =>
  origin === undefined
    ? undefined
    : createHash('sha256')
        .update(JSON.stringify([origin, job ?? '', step ?? '']))
        .digest('base64url');

/** What would be another one after a deployment. */
export const primaryId = (service: Service): string | undefined =>
  primaryOf(service)?.id ?? primaryTaskSet(service)?.id;

/** Only characters that every AWS service takes in a tag: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
export const writeMark = ({ run, before }: ForcingMark): string => `run=${run} before=${before}`;

export const readMark = (value: string): ForcingMark | undefined => {
  const found = /^run=([\w-]{43}) before=([\w/-]{1,100})$/.exec(value);
  return found ? { run: found[1]!, before: found[2]! } : undefined;
};

export const markOf = ({ tags }: Service): ForcingMark | undefined =>
  readMark(tags?.find(({ key }) => key === forcingTag)?.value ?? '');

/** What the mark on a service says to the run `forcer`. */
export type Finding =
  /** There is none, or what it spoke of is over: force. */
  | 'nothing'
  /** Nobody writes such a value. */
  | 'unreadable'
  | 'of another run'
  /** This run was about to force when it was killed, and has not, unless the service is read behind. */
  | 'undecided'
  /** The PRIMARY deployment is the one that this run has forced. */
  | 'forced';

/** Whether this run was about to force a deployment when it was killed, or has done so. */
export function carriesMark(service: Service, wanted: string | undefined, run: RunFacts): boolean {
  const forcer = forcerOf(run);
  const finding = forcer && findMark(service, wanted, forcer);
  return finding === 'undecided' || finding === 'forced';
}

/** `wanted`: the task definition of a forced deployment; undefined where ECS makes a new one for each. */
export function findMark(service: Service, wanted: string | undefined, forcer: string): Finding {
  if (!service.tags?.some(({ key }) => key === forcingTag)) return 'nothing';
  const mark = markOf(service);
  if (!mark) return 'unreadable';
  if (mark.run !== forcer) return 'of another run';
  if (primaryId(service) === mark.before) return 'undecided';
  const primary = primaryOf(service) ?? primaryTaskSet(service);
  const isOver = primaryOf(service)?.rolloutState === 'FAILED';
  // With another task definition it is somebody else's, made since.
  const isWanted = wanted === undefined || primary?.taskDefinition === wanted;
  return isWanted && !isOver ? 'forced' : 'nothing';
}
