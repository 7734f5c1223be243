import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { isLandfallError, type LandfallError } from '../../../errors/landfall-error.ts';
import type { CallOptions, Ecs } from '../../../world/aws.ts';

/**
 * The tag that a service carries while a task set is handed the traffic that replaces others than the one its
 * external id names, because the reads before it was made were behind. Without it a run that continues after
 * a kill would take what was replaced for one that someone keeps deliberately. It refers to one live task set
 * only.
 */
const replacedTag = 'landfall:replaced';

type OnLost = (error: LandfallError, consequence: string) => void;

/**
 * Before the traffic moves.
 * @param onLost is told why it could not be noted, and what is lost by that
 * @returns whether the tag is there, or may be
 */
export async function noteReplaced(
  ecs: Ecs,
  resourceArn: string,
  live: TaskSet,
  replaced: readonly TaskSet[],
  onLost: OnLost,
  options: CallOptions,
): Promise<boolean> {
  const value = `live=${live.id} replaced=${replaced.map(({ id }) => id).join(' ')}`;
  try {
    await ecs.tagResource({ resourceArn, tags: [{ key: replacedTag, value }] }, options);
    return true;
  } catch (error) {
    if (!isLandfallError(error) || options.signal?.aborted) throw error;
    onLost(
      error,
      'if this run is killed, the run that resumes it will leave the replaced task sets in place',
    );
    return error.applied === 'unknown';
  }
}

/** Once all of them are gone. */
export async function forgetReplaced(
  ecs: Ecs,
  resourceArn: string,
  onLost: OnLost,
  options: CallOptions,
): Promise<void> {
  try {
    await ecs.untagResource({ resourceArn, tagKeys: [replacedTag] }, options);
  } catch (error) {
    if (!isLandfallError(error) || options.signal?.aborted) throw error;
    onLost(error, `the tag ${replacedTag}stays; it does not describe later deployments`);
  }
}

/** The ids of what is to go once this task set is the primary one, as far as a run has noted it. */
export function notedAsReplaced(
  { tags }: Service,
  live: string | undefined,
): ReadonlySet<string> | undefined {
  const value = tags?.find(({ key }) => key === replacedTag)?.value ?? '';
  const [, of, ids] = /^live=(\S+) replaced=(.+)$/.exec(value) ?? [];
  return of !== undefined && of === live ? new Set(ids?.split(' ')) : undefined;
}
