/**
 * docs/truth.md, `wait-for-service`: "With an id: the rule of the deploy. With a task definition: the newest
 * service deployment of it decides."
 */
import type { Evidence, Run, Snapshot } from '../evidence.ts';
import { controllerOf, grace, idOf, newestOf, primaryOf, primarySetOf } from '../world/history.ts';
import { isBegun, isUnderWay, type Problem } from '../world/live.ts';
import { claimedBy, definitionOf, imageOf } from '../world/made.ts';
import { servedStates } from '../world/served.ts';
import { reached } from './deploy.ts';
import { servedProblem } from './reads.ts';

export function waitProblem(evidence: Evidence, run: Run): Problem {
  const problem = servedProblem(evidence, run, (state) => {
    const id = awaited(evidence, run, state);
    if (id === undefined) return `there is no deployment of ${run.asked.image}`;
    const claimed = claimedBy(run);
    if (claimed !== undefined && claimed !== id && run.asked.image === undefined)
      return `it speaks of ${claimed}, and the one to wait for is ${id}`;
    return reached(evidence, run, state, id);
  });
  if (problem || run.asked.deploymentId !== undefined || run.asked.image !== undefined) return problem;
  // "If it was over when the step began, it must still be the newest 30 seconds later."
  const isOverAtFirst = !servedStates(run).some(isUnderWay);
  const took = (run.calls.at(-1)?.at ?? run.endedAt) - (run.calls[0]?.at ?? run.startedAt);
  return isOverAtFirst && took < grace
    ? `it was over at the first read, and was looked at for ${took} ms only`
    : undefined;
}

/** The deployment that the step is to wait for, as of one instant. */
export function awaited(evidence: Evidence, run: Run, state: Snapshot): string | undefined {
  const { deploymentId, image, revision } = run.asked;
  if (deploymentId !== undefined) return deploymentId;
  if (controllerOf(state) === 'CODE_DEPLOY') {
    // What CodeDeploy makes to undo one is nothing to wait for.
    const asked = state.codeDeploy
      .filter(({ info }) => !info.rollbackInfo?.rollbackTriggeringDeploymentId)
      .flatMap(({ info }) => info.deploymentId ?? [])
      .filter((id) => image === undefined || imageOf(evidence, id) === image);
    return asked.at(-1) ?? (image === undefined ? primarySetOf(state)?.id : undefined);
  }
  if (controllerOf(state) === 'EXTERNAL')
    return state.service?.taskSets?.find(isBegun)?.id ?? primarySetOf(state)?.id;
  if (image === undefined) {
    const newest = newestOf(state);
    return newest ? idOf(newest) : primaryOf(state)?.id;
  }
  // "With a task definition: the newest service deployment of it decides."
  const isAsked = (definition = '') =>
    revision === undefined ? evidence.images[definition] === image : definition === revision;
  const ofVersion = state.serviceDeployments.filter((one) => isAsked(definitionOf(evidence, idOf(one))));
  const newest = newestOf({ ...state, serviceDeployments: ofVersion });
  const primary = primaryOf(state);
  if (newest) return idOf(newest);
  return isAsked(primary?.taskDefinition) ? primary?.id : undefined;
}
