import { arnParts } from '../../account/arn.ts';
import type { TrackedDeployment } from '../rollout/rollout.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { DeploymentEnd } from './deployment-end.ts';

/** How to resume following a deployment that this run has left in progress. */
export const resumeHints = ({ kind }: Verdict, told: DeploymentEnd): readonly string[] =>
  kind === 'PAUSED' && told.watch?.resumedBy === 'hook' ? continuing(told.ours) : watchHints(told);

/** The step itself, and from where there are other credentials or more time, a command that changes nothing. */
export function watchHints({
  ours,
  watch,
  isStopped,
}: Pick<DeploymentEnd, 'ours' | 'watch' | 'isStopped'>): string[] {
  const { deploymentId } = ours;
  if (watch?.resumedBy === 'step')
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
const continuing = (ours: TrackedDeployment) => [
  `to continue it and see how it ends: landfall continue-deployment ${placeOf(ours)}`,
  `to roll it back: landfall continue-deployment ${placeOf(ours)} --action rollback`,
  `once someone has continued it, run this step again: it picks up deployment ${ours.deploymentId}`,
];

function placeOf({ cluster, service, serviceArn }: TrackedDeployment): string {
  const region = arnParts(serviceArn)?.region;
  return `${region ? `--region ${region} ` : ''}--cluster ${cluster} --service ${service}`;
}
