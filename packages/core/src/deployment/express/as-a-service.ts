/** What the operations on services in general have to mind where the service is one of Express Mode. */

import { LandfallError } from '../../errors/landfall-error.ts';
import { invalidInputs } from '../../inputs/parse-inputs.ts';
import type { Permission } from '../../operation/operation.ts';
import { isDenied } from '../../reading/trouble.ts';
import type { WantedTaskDefinition } from '../../task-definition/load/wanted-task-definition.ts';
import type { Run } from '../follow/run.ts';
import { isExpress, type Target } from '../service/read-service-targets.ts';
import { readExpress } from './live.ts';

/**
 * UpdateService takes a task definition for an Express service, but its load balancer leads to the container `Main`.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-advanced-customization.html
 * @throws INPUT_INVALID, before anything is registered
 */
export function refuseWithoutMain(
  services: readonly { readonly target: Target; readonly source: WantedTaskDefinition }[],
): void {
  for (const {
    target: { name, service },
    source,
  } of services) {
    if (!isExpress(service) || source.kind !== 'file') continue;
    const containers = (source.request.containerDefinitions ?? []).map((container) => container.name);
    if (containers.includes('Main')) continue;
    throw new LandfallError('INPUT_INVALID', {
      summary: `${name} is an Express service, whose container is named Main; ${source.path} has ${containers.join(', ')}`,
      remedy:
        'Deploy an image with deploy-express-service, or derive the task definition from what the service runs (render-task-definition with `service`).',
      facts: { service: name, containers },
    });
  }
}

export const scaleExpressPermission: Permission = {
  action: 'ecs:DescribeExpressGatewayService',
  resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}',
  when: 'when the service is an Express Mode service',
  optional: true,
};

/**
 * Every Express service has an autoscaler, which takes a count outside of its bounds back at once.
 * @throws INPUT_INVALID
 */
export async function refuseOutOfBounds({ ecs, world }: Run, target: Target, wanted: number): Promise<void> {
  if (!isExpress(target.service)) return;
  const { log, cancellation: signal } = world.host;
  try {
    const { configuration } = await readExpress(target.service, { ecs, clock: world.clock, signal }, false);
    const { minTaskCount = 0, maxTaskCount = Number.POSITIVE_INFINITY } = configuration.scalingTarget ?? {};
    if (wanted < minTaskCount || wanted > maxTaskCount) {
      const problem = `must be from ${minTaskCount} to ${maxTaskCount}, got ${wanted}: the autoscaler of the Express service ${target.name} enforces that range; set min-task-count and max-task-count with deploy-express-service`;
      throw invalidInputs([{ input: 'desired-count', problem }]);
    }
  } catch (error) {
    if (!isDenied(error)) throw error;
    log.notice(`the bounds of the autoscaler cannot be read: ${error.summary}`);
  }
  log.notice(`${target.name} is an Express service: its autoscaler may change the count again`);
}
