import type { Call, Snapshot } from '../../../rollouts/chaos/judge/evidence.ts';
import { between, grace } from '../../../rollouts/chaos/judge/world/history.ts';
import { liveRevision } from '../../../rollouts/chaos/judge/world/live.ts';
import type { ManifestEvidence, ManifestRun, WantedService } from './evidence.ts';

/** Whether someone else has changed the service before the run ended. */
export const isTouched = ({ touched }: ManifestEvidence, name: string, run: ManifestRun): boolean =>
  (touched.get(name) ?? Number.POSITIVE_INFINITY) <= run.endedAt;

/** What a run could see of a service until then. */
export const seenUntil = (
  { histories, behind }: ManifestEvidence,
  name: string,
  run: ManifestRun,
  until = run.endedAt,
): readonly Snapshot[] => between(histories.get(name)!, run.startedAt - Math.max(grace, behind), until);

/** What changes within a second counts as one change. */
const pace = 1000;

/** Whether it was so at one instant that the wanted version of a service was live. */
export const wasLive = (
  evidence: ManifestEvidence,
  { name, image }: WantedService,
  run: ManifestRun,
  until: number,
): boolean =>
  seenUntil(evidence, name, run, until + pace).some(
    (state) => evidence.images[liveRevision(state) ?? ''] === image,
  );

/** The writes by which a run has deployed the wanted version to a service, or has created it. */
export const deploysOf = (
  { images }: ManifestEvidence,
  { name, image }: WantedService,
  { calls }: ManifestRun,
): readonly Call[] =>
  calls.filter(
    ({ operation, resource, wrote, input }) =>
      wrote &&
      resource === name &&
      /^(?:UpdateService|CreateService)$/.test(operation) &&
      images[String(input.taskDefinition)] === image,
  );

/** What the output `results` says of one service. */
export interface Result {
  readonly service: string;
  readonly status: string;
  readonly verdict?: string;
  readonly reason: string;
  readonly deploymentId?: string;
}
export const resultsOf = ({ said }: ManifestRun): readonly Result[] => listOf(said?.outputs.results);

/** What the output `waves` says of the tasks. */
export interface TaskResult {
  readonly task: string;
  readonly status: 'succeeded' | 'failed' | 'not-started';
}
export const taskResultsOf = ({ said }: ManifestRun): readonly TaskResult[] =>
  listOf<{ tasks: readonly TaskResult[] }>(said?.outputs.waves).flatMap(({ tasks }) => tasks);

export const listOf = <T>(json: string | undefined): readonly T[] => JSON.parse(json ?? '[]');

export const isGreen = ({ verdict }: Result): boolean => verdict === 'SUCCEEDED' || verdict === 'NOOP';
