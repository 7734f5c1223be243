import type { EcsAccess } from '../../ecs/ecs-access.ts';
import { settleTime } from '../../ecs/eventual-consistency.ts';
import { primaryTaskSet } from '../../ecs/task-sets.ts';
import type { Plan } from '../plan/plan-types.ts';
import type { Target } from '../service/read-service-targets.ts';

/**
 * What is to be done to a service that deploys by task sets. That there is nothing to do takes two reads that agree;
 * where they do not, one of them is behind, and reading goes on until two do, or whatever was written before shows.
 * Two that show an older task set than one before them may both be behind.
 */
export async function planSurely<T extends Target>(
  run: EcsAccess,
  given: T,
  plan: (target: T) => Plan,
  readAgain: (run: EcsAccess, target: T) => Promise<T>,
): Promise<{ readonly target: T; readonly plan: Plan }> {
  const { clock } = run.world;
  const until = clock.elapsed() + settleTime;
  let target = given;
  let planned = plan(target);
  if (planned.kind !== 'unchanged') return { target, plan: planned };
  let newest = createdAt(target);
  for (;;) {
    const before = { kind: planned.kind, primary: primaryTaskSet(target.service)?.id };
    target = await readAgain(run, target);
    planned = plan(target);
    newest = Math.max(newest, createdAt(target));
    const agrees =
      planned.kind === before.kind &&
      primaryTaskSet(target.service)?.id === before.primary &&
      createdAt(target) >= newest;
    if (agrees || planned.kind === 'adopt' || clock.elapsed() >= until) return { target, plan: planned };
  }
}

const createdAt = ({ service }: Target): number => primaryTaskSet(service)?.createdAt?.getTime() ?? 0;
