/** docs/truth.md, `continue-deployment`: "`continue`: the rule of the deploy, from there." */
import type { Evidence, Run } from '../evidence.ts';
import { between, controllerOf, grace, idOf, isOver, visibleAtEnd } from '../world/history.ts';
import { isPaused, type Problem } from '../world/live.ts';
import { claimedBy } from '../world/made.ts';
import { reached } from './deploy.ts';
import { somewhere } from './reads.ts';

export function continueProblem(evidence: Evidence, run: Run): Problem {
  const write = run.calls.find((call) => call.wrote)?.at ?? run.endedAt;
  const waiting = between(evidence.history, run.startedAt - grace, write)
    .filter((state) => isPaused(state, undefined))
    .at(-1);
  const last = waiting?.serviceDeployments.findLast((one) => !isOver(one));
  const id =
    last && controllerOf(waiting!) === 'ECS'
      ? idOf(last)
      : (waiting?.codeDeploy.findLast(({ info }) => info.status === 'Ready')?.info.deploymentId ??
        claimedBy(run));
  // Answered by an earlier attempt, it is followed, whatever is waiting now.
  const followed = run.calls.some((call) => call.wrote) ? id : (claimedBy(run) ?? id);
  if (followed === undefined) return 'nothing waited for anybody';
  return somewhere(visibleAtEnd(evidence, run), (state) => reached(evidence, run, state, followed));
}
