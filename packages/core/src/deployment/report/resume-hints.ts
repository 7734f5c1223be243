import { arnParts } from '../../account/arn.ts';
import type { Ours } from '../rollout/rollout.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Told } from './deployment-end.ts';

/** How to go on with a deployment that this run has left in flight. */
export const goingOn = ({ kind }: Verdict, told: Told): readonly string[] =>
  kind === 'PAUSED' && controllerOf(told) === 'ECS' ? continuing(told.ours) : resuming(told);

const controllerOf = ({ watch }: Pick<Told, 'watch'>) =>
  watch?.rollout.service?.deploymentController?.type ?? 'ECS';

/** The step itself, and from where there are other credentials or more time, a command that changes nothing. */
export function resuming({ ours, watch, isStopped }: Pick<Told, 'ours' | 'watch' | 'isStopped'>): string[] {
  const { deploymentId } = ours;
  if (controllerOf({ watch }) === 'EXTERNAL')
    return isStopped ? [] : [`run this step again: nothing else will resume task set ${deploymentId}`];
  const command = `landfall wait-for-service ${placeOf(ours)} --deployment-id ${deploymentId}`;
  return isStopped
    ? [`to see how it ends: ${command}`]
    : [
        `to keep watching, run this step again: it picks up deployment ${deploymentId}`,
        `or from anywhere: ${command}`,
      ];
}

/** Run again, the step would only find the same pause. */
const continuing = (ours: Ours) => [
  `to continue it and see how it ends: landfall continue-deployment ${placeOf(ours)}`,
  `to roll it back: landfall continue-deployment ${placeOf(ours)} --action rollback`,
  `once someone has continued it, run this step again: it picks up deployment ${ours.deploymentId}`,
];

function placeOf({ cluster, service, serviceArn }: Ours): string {
  const region = arnParts(serviceArn)?.region;
  return `${region ? `--region ${region} ` : ''}--cluster ${cluster} --service ${service}`;
}
