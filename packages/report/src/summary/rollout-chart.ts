import type { RolloutEvent, RunEvent } from '@landfall/core/record/run-event';
import { formatElapsed } from '@landfall/core/time/duration';
import type { PageBlock } from './page-block.ts';

/** Who ran, and who had the traffic, at one moment of a rollout. */
export interface Sample {
  /** Milliseconds since the rollout began. */
  readonly at: number;
  /** Running tasks. */
  readonly ours: number;
  readonly others: number;
  /** Percent of the production traffic on ours; absent where ECS does not say it, or not yet. */
  readonly traffic?: number | undefined;
}

/** The samples of one rollout: how it began, and every change of its counts. */
export function samplesOf(events: readonly (RunEvent & RolloutEvent)[]): readonly Sample[] {
  let start = 0;
  return events.flatMap((event): Sample[] => {
    if (event.kind === 'following') {
      start = Date.parse(event.startedAt);
      return [{ at: 0, ours: event.running, others: event.others }];
    }
    if (event.kind !== 'counts') return [];
    const { running: ours, others, traffic } = event;
    return [{ at: Date.parse(event.at) - start, ours, others, traffic }];
  });
}

const columns = 24;
/** Milliseconds. */
const shortestDrawn = 1000;

/** New version against old over time: a chart where Mermaid is drawn, two rows of bars elsewhere. */
export function rolloutPicture(
  title: string,
  unit: 'tasks' | '% of traffic',
  given: readonly Sample[],
): PageBlock | undefined {
  const last = given.at(-1)?.at ?? 0;
  if (given.length < 2) return undefined;
  if (last < shortestDrawn)
    return { kind: 'paragraph', text: 'The rollout was over when it was first read, so there is no chart.' };
  const samples = unit === 'tasks' ? given : trafficOf(given);
  const steps = Array.from({ length: columns }, (_, index) =>
    sampleAt(samples, (last * index) / (columns - 1)),
  );
  const top = Math.max(1, ...steps.flatMap((step) => [step.ours, step.others]));
  const end = formatElapsed(last);
  return {
    kind: 'picture',
    mermaid: [
      'xychart-beta',
      // It has no legend.
      `  title "${title.replaceAll('"', "'")} (line: new, bars: old)"`,
      `  x-axis "seconds" 0 --> ${Math.max(1, Math.round(last / 1000))}`,
      `  y-axis "${unit}" 0 --> ${top}`,
      `  bar [${steps.map((step) => step.others).join(', ')}]`,
      `  line [${steps.map((step) => step.ours).join(', ')}]`,
    ].join('\n'),
    text: [
      title,
      `  new ${bars(
        steps.map((step) => step.ours),
        top,
      )} ${steps.at(-1)!.ours} ${unit}`,
      `  old ${bars(
        steps.map((step) => step.others),
        top,
      )} ${steps.at(-1)!.others} ${unit}`,
      `  at  0:00${' '.repeat(Math.max(1, columns - 4 - end.length))}${end}`,
    ].join('\n'),
  };
}

/** Until ECS says otherwise, the old version has all of the traffic; without an old version, none has. */
function trafficOf(samples: readonly Sample[]): Sample[] {
  const all = samples.some(({ others }) => others > 0) ? 100 : 0;
  let ours = 0;
  return samples.map(({ at, traffic }) => {
    ours = traffic ?? ours;
    return { at, ours, others: Math.max(0, all - ours) };
  });
}

const sampleAt = (samples: readonly Sample[], at: number) =>
  samples.findLast((sample) => sample.at <= at) ?? samples[0]!;

const ramp = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const bars = (values: readonly number[], top: number) =>
  values.map((value) => ramp[Math.round((value / top) * (ramp.length - 1))]).join('');
