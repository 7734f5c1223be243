/** docs/truth.md, `deploy-service`: "Our deployment is PRIMARY, complete and alive." */

import type { Service } from '@aws-sdk/client-ecs';
import type { Evidence, Run, Snapshot } from '../evidence.ts';
import {
  asOf,
  between,
  grace,
  isOver,
  primaryOf,
  primarySetOf,
  serviceDeploymentOf,
  visibleAtEnd,
} from '../world/history.ts';
import { isComplete, isDone, notLive, notThere, type Problem } from '../world/live.ts';
import { claimedBy, deploymentsMade, imageOf, isNewSinceForced, mayBeTakenForOwn } from '../world/made.ts';
import { servedStates } from '../world/served.ts';
import { servedProblem, somewhere, wroteNothing } from './reads.ts';
import { countProblem } from './scale.ts';

export function deployProblem(evidence: Evidence, run: Run): Problem {
  const id = claimedBy(run);
  const visible = visibleAtEnd(evidence, run);
  const own = deploymentsMade(run).findLast((made) => !wasUndone(evidence, run, made));
  if (id === undefined) return 'it names no deployment';
  const isUndecidable =
    (evidence.behind > grace && wasAnsweredWith(run, id)) ||
    (own !== undefined && mayBeTakenForOwn(evidence, run, own, id));
  if (own !== undefined && own !== id && !isUndecidable) return `it made ${own} and speaks of ${id}`;
  if (run.asked.force && !isNewSinceForced(evidence, run, id) && !isUndecidable)
    return `${id} was there before a new deployment was forced`;
  const count = run.asked.count;
  const rule = (state: Snapshot): Problem => {
    const image = imageOf(evidence, id);
    if (run.asked.image !== undefined && image !== run.asked.image)
      return `${id} runs ${image}, not ${run.asked.image}`;
    const problem = reached(evidence, run, state, id);
    if (problem || count === undefined || own !== undefined) return problem;
    // With none to follow, the rule of scale-service holds for a count: after an update that starts no deployment now,
    // where nothing was written at the time of some read ("was seen set").
    if (!wasDeployedBefore(evidence, run, id)) return undefined;
    const isSeen = wroteNothing(run) && servedStates(run).some((one) => !countProblem(one, count));
    return isSeen ? undefined : countProblem(state, count);
  };
  return wroteNothing(run) ? servedProblem(evidence, run, rule) : somewhere(visible, rule);
}

/** One of several services was to go back, and ECS has rolled that back itself, to what the run had made before. */
function wasUndone(evidence: Evidence, run: Run, made: string): boolean {
  const end = asOf(evidence.history, run.endedAt);
  return (
    run.service !== undefined &&
    imageOf(evidence, made) !== run.asked.image &&
    serviceDeploymentOf(end, made)?.status === 'ROLLBACK_SUCCESSFUL' &&
    primaryOf(end)?.id === claimedBy(run)
  );
}

/** As far as `wait-until` says, or live. */
export const reached = (evidence: Evidence, run: Run, state: Snapshot, id: string): Problem =>
  /^(?:traffic-shifted$|stage:|codedeploy:)/.test(run.asked.until)
    ? notThere(state, id, run.asked.until, evidence.history)
    : notLive(state, id, evidence.history) && notLive(asReadable(run, state), id, evidence.history);

/** "Where service deployments cannot be read" the service alone tells. */
function asReadable({ calls }: Run, state: Snapshot): Snapshot {
  const asked = calls.filter(({ operation }) => /^(?:List|Describe)ServiceDeployments$/.test(operation));
  const isDenied = asked.length > 0 && asked.every(({ code }) => code === 'AccessDeniedException');
  return isDenied ? { ...state, serviceDeployments: [] } : state;
}

/** The answer to its own write showed this deployment: where reads are later than 30 seconds, nothing tells it apart. */
const wasAnsweredWith = ({ calls }: Run, id: string): boolean =>
  calls.some(({ operation, answer }) => {
    const service = (answer as { service?: Service } | undefined)?.service;
    return operation === 'UpdateService' && service?.deployments?.some((one) => one.id === id) === true;
  });

/**
 * No deployment was in progress that the run may have followed: the one it reports had ended before.
 */
const wasDeployedBefore = ({ history }: Evidence, run: Run, id: string): boolean =>
  between(history, run.startedAt - grace, run.startedAt).every((state) => {
    const record = serviceDeploymentOf(state, id);
    const info = state.codeDeploy.find((one) => one.info.deploymentId === id)?.info;
    if (info) return isDone(info);
    if (record) return isOver(record);
    const primary = primaryOf(state);
    return primary ? primary.id === id && isComplete(state, primary) : primarySetOf(state)?.id === id;
  });
