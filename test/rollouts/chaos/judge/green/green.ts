/**
 * docs/truth.md, Green, operation by operation: "Exit code 0 is allowed only in these cases. Everything else
 * is red, and says what is live, what is not known, and what to do next."
 */
import type { Breach, Evidence, Run } from '../evidence.ts';
import type { Problem } from '../world/live.ts';
import { continueProblem } from './continue.ts';
import { deployProblem } from './deploy.ts';
import { noopProblem } from './noop.ts';
import { rollbackProblem } from './rollback.ts';
import { taskBeforeProblem, taskProblem } from './run-task.ts';
import { scaleProblem } from './scale.ts';
import { pausedProblem, startedProblem } from './started.ts';
import { waitProblem } from './wait.ts';

/** Exit 0 is allowed only in the cases of the page: what speaks against this one. */
export function greenBreaches(evidence: Evidence, run: Run): readonly Breach[] {
  const { said } = run;
  if (said?.exitCode !== 0) return [];
  const problem = problemOf(evidence, run);
  const verdict = said.outputs.verdict ?? 'no verdict';
  return problem === undefined
    ? []
    : [{ kind: 'false-green', what: `${run.asked.operation} is green with ${verdict}: ${problem}` }];
}

function problemOf(evidence: Evidence, run: Run): Problem {
  const { verdict } = run.said!.outputs;
  if (run.asked.operation === 'run-task') return taskProblem(evidence, run);
  const before = run.asked.taskBefore ? taskBeforeProblem(evidence, run) : undefined;
  if (before) return before;
  if (verdict === 'STARTED') return startedProblem(evidence, run);
  if (verdict === 'PAUSED') return pausedProblem(evidence, run);
  switch (run.asked.operation) {
    case 'deploy':
      return verdict === 'NOOP' ? noopProblem(evidence, run) : deployProblem(evidence, run);
    case 'wait':
      return waitProblem(evidence, run);
    case 'scale':
      return scaleProblem(evidence, run);
    case 'rollback':
      return rollbackProblem(evidence, run);
    case 'continue':
      return run.asked.action === 'rollback'
        ? rollbackProblem(evidence, run)
        : continueProblem(evidence, run);
  }
}
