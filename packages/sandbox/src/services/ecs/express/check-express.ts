import type { ExpressGatewayScalingTarget } from '@aws-sdk/client-ecs';
import { invalid } from '../model/faults.ts';

const MANAGED = [
  'primaryContainer',
  'executionRoleArn',
  'taskRoleArn',
  'cpu',
  'memory',
  'cpuArchitecture',
] as const;

/** A task definition of one's own says all that Express Mode would put into its own. */
export function refuseOwnAndManaged(input: object): void {
  const given = input as Readonly<Record<string, unknown>>;
  if (given.taskDefinitionArn === undefined) return;
  const other = MANAGED.find((name) => given[name] !== undefined);
  if (other !== undefined) throw invalid(`You can't specify ${other} together with taskDefinitionArn.`);
}

export function checkScaling(target: ExpressGatewayScalingTarget): ExpressGatewayScalingTarget {
  const { minTaskCount = 1, maxTaskCount = 1 } = target;
  if (minTaskCount < 0 || minTaskCount > maxTaskCount)
    throw invalid('minTaskCount must be less than or equal to maxTaskCount.');
  return target;
}
