/**
 * docs/truth.md, How the judge counts: "Where it wrote nothing, a green is false only if no read that it was
 * served justified it, or if a later read of the same run contradicts it."
 */
import type { Evidence, Run, Snapshot } from '../evidence.ts';
import { grace, visibleAtEnd } from '../world/history.ts';
import type { Problem } from '../world/live.ts';
import { servedStates } from '../world/served.ts';

/** The rule holds at one instant at least of those that the run could see at its end. */
export function somewhere(states: readonly Snapshot[], rule: (state: Snapshot) => Problem): Problem {
  let last: Problem = 'nothing was seen';
  for (const state of states.toReversed()) {
    const problem = rule(state);
    if (problem === undefined) return undefined;
    if (state === states.at(-1)) last = problem;
  }
  return last;
}

const changes =
  /^(?:CreateService|UpdateService|CreateDeployment|CreateTaskSet|DeleteTaskSet|UpdateServicePrimaryTaskSet|UpdateExpressGatewayService|RegisterTaskDefinition)$/;

/** What a task before the update runs may be registered, and someone may deploy the same while it does. */
export const wroteNothing = ({ asked, calls }: Run) =>
  !calls.some(
    ({ wrote, operation }) =>
      wrote && changes.test(operation) && !(asked.taskBefore && operation === 'RegisterTaskDefinition'),
  );

/**
 * "Where it wrote nothing, a green is false only if no read that it was served justified it, or if a later read of
 * the same run contradicts it." Where reads are later than the page allows for, so is a green after a write that
 * the read shows: nothing distinguishes it from what was so before.
 */
export function servedProblem(evidence: Evidence, run: Run, rule: (state: Snapshot) => Problem): Problem {
  const inTheWorld = somewhere(visibleAtEnd(evidence, run), rule);
  if (inTheWorld === undefined || evidence.behind <= grace) return inTheWorld;
  const last = servedStates(run).at(-1);
  return last ? rule(last) : 'nothing was read';
}

/** "Two reads at least 3 seconds apart show what was asked for." */
export function twoReadsProblem(run: Run, shows: (state: Snapshot) => boolean): Problem {
  const states = servedStates(run).filter(shows);
  const apart = states.length < 2 ? 0 : states.at(-1)!.at - states[0]!.at;
  return apart >= 3000 ? undefined : `reads of only ${apart} ms show it`;
}
