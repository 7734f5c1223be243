/** docs/truth.md, `wait-until: started` or `paused`: "Ours exists, by id." */
import type { Evidence, Run } from '../evidence.ts';
import { serviceDeploymentOf, visibleAtEnd } from '../world/history.ts';
import { isPaused, type Problem } from '../world/live.ts';
import { claimedBy, deploymentsMade, isNewSinceForced, mayBeTakenForOwn } from '../world/made.ts';
import { servedStates } from '../world/served.ts';
import { somewhere } from './reads.ts';

/** "Ours exists, by id": what it made, or what it adopted or found, unless that had failed. */
export function startedProblem(evidence: Evidence, run: Run): Problem {
  const id = claimedBy(run);
  const own = deploymentsMade(run).at(-1);
  const isUndecidable = own !== undefined && mayBeTakenForOwn(evidence, run, own, id ?? '');
  if (own !== undefined && id !== own && !isUndecidable) return `it made ${own} and speaks of ${id}`;
  if (run.asked.force && !isNewSinceForced(evidence, run, id ?? '') && !isUndecidable)
    return `${id} was there before a new deployment was forced`;
  const served = own === undefined ? servedStates(run) : [];
  return somewhere([...served, ...visibleAtEnd(evidence, run)], (state) => {
    if (id === undefined) return undefined;
    const record = serviceDeploymentOf(state, id);
    if (
      run.asked.operation === 'deploy' &&
      own === undefined &&
      /^(?:STOP|ROLLBACK)/.test(record?.status ?? '')
    )
      return `nothing was started, and ${id} is ${record?.status}`;
    const isThere =
      record ||
      state.service?.deployments?.some((one) => one.id === id) ||
      state.codeDeploy.some(({ info }) => info.deploymentId === id) ||
      state.service?.taskSets?.some((one) => one.id === id);
    return isThere ? undefined : `there is no ${id}`;
  });
}

export function pausedProblem(evidence: Evidence, run: Run): Problem {
  if (run.asked.until !== 'paused') return 'nobody asked for a pause';
  return visibleAtEnd(evidence, run).some((state) => isPaused(state, undefined))
    ? undefined
    : 'nothing waits for anybody';
}
