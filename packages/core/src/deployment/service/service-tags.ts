import { createHash } from 'node:crypto';
import type { Tag } from '@aws-sdk/client-ecs';
import type { EcsAccess } from '../../ecs/ecs-access.ts';
import { isLandfallError, type LandfallError } from '../../errors/landfall-error.ts';
import { isDenied } from '../../reading/trouble.ts';
import type { RunFacts } from '../../world/host.ts';
import type { Target } from './read-service-targets.ts';

interface Notices extends EcsAccess {
  /** What one service has said for all. */
  readonly said: Set<string>;
}

/**
 * Best effort: without the permission one notice says what is lost.
 * @param lost completes the error: what a later attempt will not know
 * @returns whether the tag is there, or may be
 */
export async function tagService(
  run: Notices,
  { service }: Target,
  tag: Tag,
  lost: string,
): Promise<boolean> {
  const request = { resourceArn: service.serviceArn, tags: [tag] };
  try {
    await run.ecs.tagResource(request, { signal: run.world.host.cancellation });
    return true;
  } catch (error) {
    if (run.world.host.cancellation.aborted) throw error;
    sayOnce(run, 'tag', error, lost);
    return isLandfallError(error) && error.applied === 'unknown';
  }
}

/** Best effort, too. */
export async function untagService(
  run: Notices,
  { service }: Target,
  tagKeys: string[],
  lost: string,
): Promise<void> {
  const request = { resourceArn: service.serviceArn, tagKeys };
  try {
    await run.ecs.untagResource(request, { signal: run.world.host.cancellation });
  } catch (error) {
    sayOnce(run, 'untag', error, lost);
  }
}

/** A permission that is missing is missing for every service of the run. */
function sayOnce(run: Notices, what: string, error: unknown, lost: string): void {
  if (!isLandfallError(error)) throw error;
  if (isDenied(error) && run.said.has(what)) return;
  run.said.add(what);
  run.world.host.log.notice(`${(error as LandfallError).summary}: ${lost}`);
}

/**
 * Who a run is, the same at every attempt of it. Undefined where the host does not report it: no run would find
 * the mark.
 */
export const runIdentity = ({ origin, job, step }: RunFacts): string | undefined =>
  origin === undefined
    ? undefined
    : createHash('sha256')
        .update(JSON.stringify([origin, job ?? '', step ?? '']))
        .digest('base64url');
