import { shortTaskDefinition } from '../../ecs/short-names.ts';
import type { TrackedDeployment } from '../rollout/rollout.ts';

/**
 * A service event as it is read beside our own lines: without the service's name, which every one of them begins
 * with, with tasks by the part of their id that we show, and with what a deployment that we know of deploys.
 */
export function eventLine(
  message: string,
  { deploymentId, taskDefinition, previous }: TrackedDeployment,
): string {
  const known = new Map([[deploymentId, taskDefinition]]);
  if (previous) known.set(previous.deploymentId, previous.taskDefinition);
  return message
    .replace(/^\(service [^)]*\)\s*/, '')
    .replace(/\(task ([0-9a-f]{8})[0-9a-f]{24}\)/g, '(task $1)')
    .replace(/ecs-svc\/\d+/g, (id) => {
      const deploys = known.get(id);
      return deploys === undefined ? id : `${id} of ${shortTaskDefinition(deploys)}`;
    });
}
