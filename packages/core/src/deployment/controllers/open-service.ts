import { limited } from '../../ecs/rate-limiter.ts';
import { beginRun, type Run } from '../follow/run.ts';
import type { ControllerValues } from '../inputs/codedeploy-inputs.ts';
import { readTargets, type Target } from '../service/read-service-targets.ts';
import type { Controlled } from './controller.ts';
import { controllerOf, withControllers } from './controllers.ts';

interface OneService {
  readonly service: string;
  readonly cluster: string;
  readonly allowedAccountIds: readonly string[] | undefined;
  /** Then the tags of the service are read, too. */
  readonly withTags?: boolean;
}

/**
 * The service as it is, and a run with its poller to work on it, by an operation that is the same for all controllers.
 * @throws NOT_FOUND, SERVICE_NOT_ACTIVE, CONTROLLER_UNSUPPORTED …
 */
export async function openTarget(
  given: OneService,
  call: Pick<Run, 'world' | 'record'>,
): Promise<{ run: Run; target: Target }> {
  const { world } = call;
  const ecs = limited(await world.aws.ecs(), world.clock);
  const [target] = await readTargets({ ...given, services: [given.service] }, ecs, world);
  controllerOf(target!);
  return { run: beginRun(call, ecs), target: target! };
}

/** The same, with who deploys it, and what that has to know, read and checked before any effect. */
export async function openService(
  given: OneService & ControllerValues,
  call: Pick<Run, 'world' | 'record'>,
): Promise<{ run: Run } & Controlled> {
  const { run, target } = await openTarget(given, call);
  const [controlled] = await withControllers([{ target }], given, call.world);
  return { run, ...controlled! };
}
