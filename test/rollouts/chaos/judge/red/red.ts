/** docs/truth.md, Red is as exact as green: "No sentence contradicts its own facts." */
import type { Breach, Evidence, Run } from '../evidence.ts';
import { grace } from '../world/history.ts';
import type { Problem } from '../world/live.ts';
import { isSo } from './already-so.ts';
import { misnamed } from './verdict.ts';

/** "Red is as exact as green": what is wrong with a red end. */
export function redBreaches(evidence: Evidence, run: Run): readonly Breach[] {
  const { error } = run.said ?? {};
  if (!error || evidence.behind > grace) return [];
  const problem =
    isSo(evidence, run, error.code) ?? misnamed(evidence, run, error.code) ?? contradicts(error.summary);
  return problem === undefined
    ? []
    : [
        {
          kind: 'false-red',
          what: `${run.asked.operation} ended with ${error.code}, but ${problem}: ${error.summary}`,
        },
      ];
}

/** "No sentence contradicts its own facts." A deployment may be gone although its revision is live. */
function contradicts(summary: string): Problem {
  const [, of, named, live] = /(\bof )?(\S+:\d+) is not live.*\(live: (\S+:\d+)\)/.exec(summary) ?? [];
  return of === undefined && named !== undefined && named === live ? 'it contradicts itself' : undefined;
}
