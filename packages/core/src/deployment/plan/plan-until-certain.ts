import type { EcsAccess } from '../../ecs/ecs-access.ts';
import { settleTime } from '../../ecs/eventual-consistency.ts';
import { primaryTaskSet } from '../../ecs/task-sets.ts';
import type { Target } from '../service/read-service-targets.ts';
import { planUpdate } from './plan.ts';
import type { Plan, Settings } from './plan-types.ts';

/**
 * What is to be done to a service that deploys by task sets. That there is nothing to do takes two reads that agree;
 * where they do not, one of them is behind, and reading goes on until two do, or whatever was written before shows.
 * Two that show an older task set than one before them may both be behind.
 */
export async function planSurely(
  run: EcsAccess,
  given: Target,
  taskDefinition: string,
  settings: Settings,
  readAgain: (run: EcsAccess, target: Target) => Promise<Target>,
): Promise<{ readonly target: Target; readonly plan: Plan }> {
  const { clock } = run.world;
  const until = clock.elapsed() + settleTime;
  let target = given;
  let plan = planUpdate(target, taskDefinition, settings);
  if (plan.kind !== 'unchanged') return { target, plan };
  let newest = createdAt(target);
  for (;;) {
    const before = { plan, primary: primaryTaskSet(target.service)?.id };
    target = await readAgain(run, target);
    plan = planUpdate(target, taskDefinition, settings);
    newest = Math.max(newest, createdAt(target));
    const agrees =
      plan.kind === before.plan.kind &&
      primaryTaskSet(target.service)?.id === before.primary &&
      createdAt(target) >= newest;
    if (agrees || plan.kind === 'adopt' || clock.elapsed() >= until) return { target, plan };
  }
}

const createdAt = ({ service }: Target): number => primaryTaskSet(service)?.createdAt?.getTime() ?? 0;
