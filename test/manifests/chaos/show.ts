import { storyOf } from '../../rollouts/chaos/show.ts';
import type { ManifestEvidence } from './judge/evidence.ts';
import type { ManifestTimeline } from './timeline.ts';

/** A timeline as it was drawn and as it went. */
export function showManifest(timeline: ManifestTimeline, { runs, histories }: ManifestEvidence): string {
  const { seed, attempts, services, ...drawn } = timeline;
  return storyOf(drawn, [...services, ...attempts], runs, histories);
}
