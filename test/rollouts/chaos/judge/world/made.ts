import type { Call, Evidence, Run } from '../evidence.ts';
import { grace } from './history.ts';

export const isDeployment = (id: string) => /^(?:ecs-svc\/|d-)/.test(id);

export const makes = ({ made }: Call): boolean => made.some(isDeployment);

export const begins =
  /^(?:CreateService|UpdateService|UpdateExpressGatewayService|CreateDeployment|CreateTaskSet)$/;

export const deploymentsMade = (run: Run) => run.calls.flatMap((call) => call.made.filter(isDeployment));

/** The deployment that a green run speaks of. */
export const claimedBy = ({ said }: Run): string | undefined =>
  said?.outputs['codedeploy-deployment-id'] ?? said?.outputs['deployment-id'];

/** What the runs of this step have made, up to and with this one, the oldest first. */
export function ours({ runs }: Evidence, run: Run): readonly string[] {
  return runs
    .slice(0, runs.indexOf(run) + 1)
    .filter((one) => one.origin === run.origin && one.asked.operation === run.asked.operation)
    .flatMap((one) => one.calls.flatMap((call) => call.made.filter(isDeployment)));
}

/**
 * "A deployment whose id is new since the write": one of its own; or, where the attempt before was killed when it was
 * about to write, what appears while that is looked up. Nothing tells it from another's of the same version.
 */
export function isNewSinceForced(evidence: Evidence, run: Run, id: string): boolean {
  if (ours(evidence, run).includes(id)) return true;
  const killed = evidence.runs
    .slice(0, evidence.runs.indexOf(run))
    .findLast((one) => one.origin === run.origin && one.asked.operation === run.asked.operation);
  const firstShown = evidence.history.find(({ service }) =>
    service?.deployments?.some((one) => one.id === id),
  );
  return (
    killed !== undefined &&
    killed.said === undefined &&
    !killed.calls.some(makes) &&
    firstShown !== undefined &&
    firstShown.at >= killed.endedAt &&
    firstShown.at <= run.startedAt + grace &&
    imageOf(evidence, id) === run.asked.image
  );
}

/**
 * "An id that was not there before the write", found "after a lost one": where no answer has ever shown what the run
 * made, another's of the same version that replaced it within the grace looks the same.
 */
export function mayBeTakenForOwn(evidence: Evidence, run: Run, own: string, id: string): boolean {
  const isShown = run.calls.some(({ answer }) => JSON.stringify(answer ?? '').includes(own));
  const shownFirst = (one: string) =>
    evidence.history.find(({ service }) => service?.deployments?.some((shown) => shown.id === one))?.at;
  const [mine, theirs] = [shownFirst(own), shownFirst(id)];
  return (
    !isShown &&
    !ours(evidence, run).includes(id) &&
    mine !== undefined &&
    theirs !== undefined &&
    theirs >= mine &&
    theirs - mine <= grace &&
    imageOf(evidence, id) === run.asked.image
  );
}

/** The image of a deployment, whether it is still shown or not. */
export function imageOf({ history, images }: Evidence, id: string): string | undefined {
  for (const state of history.toReversed()) {
    const info = state.codeDeploy.find((one) => one.info.deploymentId === id)?.info;
    const content = info?.revision?.appSpecContent?.content ?? '';
    const [arn] = /arn:[^"\s]+:task-definition\/[^"\s]+/.exec(content) ?? [];
    if (arn !== undefined) return images[arn];
    const entries = [...(state.service?.deployments ?? []), ...(state.service?.taskSets ?? [])];
    const entry = entries.find((one) => one.id === id);
    if (entry) return images[entry.taskDefinition ?? ''];
  }
  return undefined;
}

/** What a deployment of ECS's own controller runs, which the service shows only for as long as it has it. */
export function definitionOf({ history }: Evidence, id: string): string | undefined {
  const shown = history.findLast(({ service }) => service?.deployments?.some((one) => one.id === id));
  return shown?.service?.deployments?.find((one) => one.id === id)?.taskDefinition;
}
