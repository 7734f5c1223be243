import { drawManifestTimeline } from '../manifests/chaos/draw-timeline.ts';
import { showManifest } from '../manifests/chaos/show.ts';
import { simulateManifest } from '../manifests/chaos/simulate.ts';
import type { Breach } from '../rollouts/chaos/judge/evidence.ts';
import { show } from '../rollouts/chaos/show.ts';
import { simulate } from '../rollouts/chaos/simulation/simulate.ts';
import { drawTimeline, type Choice as RolloutChoice } from '../rollouts/chaos/timeline/draw-timeline.ts';

export interface Outcome {
  readonly breaches: readonly Breach[];
  readonly verdicts: readonly string[];
  /** What was done to what: `deploy-service ROLLING`. */
  readonly what: string;
  /** How it went, call by call. Absent where the harness itself failed. */
  readonly story?: () => string;
}

/** What may be left to chance: of rollouts, or of a manifest, which is only simulated where it is chosen. */
export type Choice =
  | RolloutChoice
  | {
      readonly operation: 'deploy-manifest';
      readonly strategy?: undefined;
      readonly lost?: string;
    };

/** Draws the timeline of a seed, simulates it and judges it. A bug in the harness itself is a breach, too. */
export async function runTimeline(seed: number, choice: Choice = {}): Promise<Outcome> {
  if (choice.operation === 'deploy-manifest') {
    const timeline = drawManifestTimeline(seed, choice.lost);
    return endOf('deploy-manifest', async () => {
      const { evidence, ...simulated } = await simulateManifest(timeline);
      return { ...simulated, story: () => showManifest(timeline, evidence) };
    });
  }
  const timeline = drawTimeline(seed, choice);
  return endOf(`${timeline.operation} ${timeline.strategy}`, async () => {
    const { evidence, ...simulated } = await simulate(timeline);
    return { ...simulated, story: () => show(timeline, evidence) };
  });
}

async function endOf(what: string, simulated: () => Promise<Omit<Outcome, 'what'>>): Promise<Outcome> {
  try {
    return { ...(await simulated()), what };
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
