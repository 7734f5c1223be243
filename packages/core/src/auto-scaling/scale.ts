import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import type { EcsAccess } from '../ecs/ecs-access.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import type { Permission } from '../operation/operation.ts';
import {
  boundsOf,
  describeScaling,
  isSuspended,
  noticeDenied,
  readScalableTargets,
  scalable,
} from './scalable-target.ts';
import { type Read, resume, suspend, suspensionOf, suspensionPermissions } from './suspension.ts';

/** To scale a service whose count Application Auto Scaling may set, too. */
export const scalingPermissions: readonly Permission[] = [describeScaling, ...suspensionPermissions];

/** What is done around the change of a count, so that it stays what it is set to. */
interface ScalingChange {
  /** Before the count is set. */
  before(): Promise<void>;
  /** Once it is set, or the run ends otherwise. */
  after(): Promise<void>;
}
const nothing: ScalingChange = { before: async () => {}, after: async () => {} };

/**
 * To zero, or with `keep`: scaling is suspended first. To any other count: it is resumed afterwards, if Landfall has
 * suspended it.
 * @throws INPUT_INVALID for a count that Application Auto Scaling would not leave
 */
export async function scalingChange(
  access: EcsAccess,
  one: Read,
  { wanted, keep }: { readonly wanted: number; readonly keep: boolean },
): Promise<ScalingChange> {
  const target = await readTarget(access, one);
  const suspension = suspensionOf(one.service);
  const { log } = access.world.host;
  if (target && (wanted === 0 || keep))
    return {
      ...nothing,
      before: async () => {
        await suspend(access, one, one.service, target, wanted === 0 ? undefined : wanted);
        const until = wanted === 0 ? 'scale-service starts tasks again' : 'scale-service sets another count';
        log.notice(`${one.name}: Auto Scaling (${boundsOf(target)} tasks) stays suspended until ${until}`);
      },
    };
  if (target && (suspension || !isSuspended(target))) {
    const { MinCapacity = 0, MaxCapacity = Number.POSITIVE_INFINITY } = target;
    if (wanted < MinCapacity || wanted > MaxCapacity) {
      const problem = `must be from ${MinCapacity} to ${MaxCapacity}, got ${wanted}: Application Auto Scaling of ${one.name} enforces that range; set keep to suspend it at this count`;
      throw invalidInputs([{ input: 'desired-count', problem }]);
    }
    if (!suspension) log.notice(`${one.name}: Auto Scaling may change the count, from ${boundsOf(target)}`);
  }
  if (!suspension) return nothing;
  return { ...nothing, after: () => resume(access, one, one.service.serviceArn, suspension) };
}

async function readTarget({ world }: EcsAccess, one: Read): Promise<ScalableTarget | undefined> {
  try {
    const options = { signal: world.host.cancellation };
    const found = await readScalableTargets([one], await world.aws.autoScaling(), options);
    return found.get(scalable(one).ResourceId);
  } catch (error) {
    noticeDenied(error, world.host, `Auto Scaling, if there is any, may change the count of ${one.name}`);
    return undefined;
  }
}
