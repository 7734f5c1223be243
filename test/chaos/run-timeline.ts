import type { Breach } from '../rollouts/chaos/judge/evidence.ts';
import { show } from '../rollouts/chaos/show.ts';
import { simulate } from '../rollouts/chaos/simulation/simulate.ts';
import { type Choice, drawTimeline } from '../rollouts/chaos/timeline/draw-timeline.ts';

export interface Outcome {
  readonly breaches: readonly Breach[];
  readonly verdicts: readonly string[];
  /** What was done to what: `deploy-service ROLLING`. */
  readonly what: string;
  /** How it went, call by call. Absent where the harness itself failed. */
  readonly story?: () => string;
}

/** Draws the timeline of a seed, simulates it and judges it. A bug in the harness itself is a breach, too. */
export async function runTimeline(seed: number, choice: Choice = {}): Promise<Outcome> {
  const timeline = drawTimeline(seed, choice);
  const what = `${timeline.operation} ${timeline.strategy}`;
  try {
    const { breaches, verdicts, evidence } = await simulate(timeline);
    return { breaches, verdicts, what, story: () => show(timeline, evidence) };
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { breaches: [{ kind: 'crash', what: told }], verdicts: [], what };
  }
}

/** How a timeline is simulated again. */
export const replayOf = (seed: number, { strategy, operation }: Choice = {}): string =>
  [
    `npm run chaos -- --timelines 1 --seed ${seed}`,
    ...(strategy ? [`--controller ${strategy}`] : []),
    ...(operation ? [`--operation ${operation}`] : []),
  ].join(' ');
