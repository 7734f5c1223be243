import { limited } from '../../ecs/rate-limiter.ts';
import type { Registration } from '../../task-definition/register.ts';
import type { World } from '../../world/world.ts';
import { beginRun, type Run } from '../follow/run.ts';
import { readTargets, type Target } from '../service/read-service-targets.ts';

interface OneService {
  readonly service: string;
  readonly cluster: string;
  readonly allowedAccountIds: readonly string[] | undefined;
  /** Controllers that the operation can drive beside ECS's own. */
  readonly controllers?: readonly string[] | undefined;
  /** Then the tags of the service are read, too. */
  readonly withTags?: boolean;
}

/** The service as it is, and a run with its poller to work on it. */
export async function openService(given: OneService, world: World): Promise<{ run: Run; target: Target }> {
  const ecs = limited(await world.aws.ecs(), world.clock);
  const [target] = await readTargets({ ...given, services: [given.service] }, ecs, world);
  return { run: beginRun(world, ecs), target: target! };
}

/** What the service runs, in the form of a registration: nothing was registered. */
export const asRunning = (target: Target): Registration => ({
  arn: target.taskDefinition?.taskDefinition.taskDefinitionArn ?? '',
  taskDefinition: target.taskDefinition?.taskDefinition ?? {},
  how: 'reused',
});
