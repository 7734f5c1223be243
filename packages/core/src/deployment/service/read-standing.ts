import { primaryOf } from '../../ecs/deployments.ts';
import type { EcsAccess } from '../../ecs/ecs-access.ts';
import { type Newest, readNewest } from '../../ecs/newest-deployment.ts';
import { isAlive, taskCounts } from '../rules/alive.ts';
import { isComplete } from '../rules/complete.ts';
import { betweenReads, judgeStanding, type Standing } from '../rules/standing.ts';
import { tryReadAgain } from './read-again.ts';
import type { StandingTarget, Target } from './read-service-targets.ts';

type Read = StandingTarget & { readonly standing: NonNullable<StandingTarget['standing']> };

/** A service that is to run what it runs already, read once: with its newest service deployment, and how it stands. */
export async function readStanding(
  run: EcsAccess,
  target: StandingTarget,
  wanted: string | undefined,
): Promise<Read> {
  const { clock, host } = run.world;
  const newest = await readNewest(run.ecs, target, host.cancellation);
  const reads = [...(target.standing?.reads ?? []), standingOf(target, newest, wanted, clock.elapsed())];
  return { ...target, standing: { newest, reads } };
}

/** Reads on until two reads agree that there is nothing to do, or one says what there is. */
export async function readUntilCertain(
  run: EcsAccess,
  given: StandingTarget,
  wanted: string | undefined,
): Promise<Read> {
  const { clock, host } = run.world;
  const { standing } = given;
  let target = standing ? { ...given, standing } : await readStanding(run, given, wanted);
  while (judgeStanding(target.standing.reads) === 'read-again' && !host.cancellation.aborted) {
    await clock.sleep(betweenReads, host.cancellation);
    const again = await tryReadAgain(run, target);
    if (again) target = await readStanding(run, again, wanted);
  }
  return target;
}

export function standingOf(
  { service }: Pick<Target, 'service'>,
  newest: Newest | 'none' | 'unreadable' | undefined,
  wanted: string | undefined,
  at: number,
): Standing {
  const primary = primaryOf(service);
  const known = typeof newest === 'object' ? newest : undefined;
  const isOwn = known !== undefined && known.id === primary?.id;
  const isUntold = !isOwn && primary?.rolloutState === undefined;
  return {
    at,
    primaryId: primary?.id ?? '',
    primaryCreatedAt: primary?.createdAt?.getTime() ?? 0,
    isAsked: wanted !== undefined && primary?.taskDefinition === wanted,
    isComplete: isUntold
      ? undefined
      : isComplete({
          serviceDeployment: isOwn ? known.status : undefined,
          rolloutState: primary?.rolloutState,
        }),
    isAlive: isAlive(taskCounts(service, primary?.runningCount)),
    newest: known && {
      id: known.id,
      createdAt: known.createdAt,
      status: known.status,
      isAsked: known.taskDefinition === wanted,
      isBehind: known.isBehind,
    },
  };
}
