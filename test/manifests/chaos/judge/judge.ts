import { conductBreaches } from '../../../rollouts/chaos/judge/conduct.ts';
import type { Breach } from '../../../rollouts/chaos/judge/evidence.ts';
import { judge } from '../../../rollouts/chaos/judge/judge.ts';
import { partOf } from '../../../rollouts/chaos/judge/several.ts';
import { alwaysBreaches } from './always.ts';
import type { ManifestEvidence, ManifestRun, WantedService } from './evidence.ts';
import { greenBreaches } from './green.ts';
import { orderBreaches } from './order.ts';
import { redBreaches } from './red.ts';
import { taskTwiceBreaches } from './tasks.ts';
import { isTouched, resultsOf } from './world.ts';

/** Holds a timeline of `deploy-manifest` against docs/truth.md. */
export const judgeManifest = (evidence: ManifestEvidence): readonly Breach[] => [
  ...evidence.wanted.services.flatMap((service) => serviceBreaches(evidence, service)),
  ...evidence.runs.flatMap((run) => [
    ...greenBreaches(evidence, run),
    ...orderBreaches(evidence, run),
    ...redBreaches(evidence, run),
    ...alwaysBreaches(evidence, run),
    ...conductBreaches(withoutLock(run)),
  ]),
  ...taskTwiceBreaches(evidence),
];

/** "Every selected service is green by its own rule above", and its red is as exact. */
function serviceBreaches(evidence: ManifestEvidence, wanted: WantedService): readonly Breach[] {
  const { name, image, count } = wanted;
  const history = evidence.histories.get(name)!;
  const { images, behind } = evidence;
  // Where someone else changes the service, what the run itself has set or reports decides.
  const isCounted = (run: ManifestRun) =>
    isTouched(evidence, name, run)
      ? run.calls.some(({ resource, input }) => resource === name && input.desiredCount !== undefined) ||
        resultsOf(run).some(({ service, verdict }) => service === name && verdict === 'SUPERSEDED')
      : (history.find(({ at }) => at >= run.startedAt)?.service?.desiredCount ?? 0) > 0;
  const runs = evidence.runs.map((run) => ({
    ...run,
    // All are registered before the first service is deployed, to which someone else may deploy in between.
    calls: isTouched(evidence, name, run)
      ? run.calls.filter(({ operation }) => operation !== 'RegisterTaskDefinition')
      : run.calls,
    asked: { ...run.asked, ...(count.kind === 'number' && isCounted(run) && { count: count.count }) },
  }));
  return judge(partOf({ runs, history, images, tasks: [], behind }, name, image)).map(({ kind, what }) => ({
    kind,
    what: `${name}: ${what}`,
  }));
}

/** The lock is released also after a cancel. */
const withoutLock = (run: ManifestRun): ManifestRun => ({
  ...run,
  calls: run.calls.filter(({ operation }) => operation !== 'UntagResource'),
});
