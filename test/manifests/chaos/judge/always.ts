/** docs/truth.md, `deploy-manifest`: "one that wants tasks, or runs any, is never pruned, and red." */
import type { Breach, Call } from '../../../rollouts/chaos/judge/evidence.ts';
import type { ManifestEvidence, ManifestRun, WantedService } from './evidence.ts';
import { isTouched, wasLive } from './world.ts';

/** What a run never does, however it ends. */
export const alwaysBreaches = (evidence: ManifestEvidence, run: ManifestRun): readonly Breach[] => [
  ...evidence.wanted.services.flatMap((one) => [
    ...countBreaches(evidence, one, run),
    ...createdTwice(evidence, one, run),
  ]),
  ...run.calls.flatMap((call) => ownerBreaches(evidence, call)),
  ...run.calls.flatMap((call) => pruneBreaches(evidence, run, call)),
  ...lockBreaches(evidence, run),
];

/** The count is the one that was there, or the one that the manifest wants; what is at zero stays there. */
function countBreaches(
  evidence: ManifestEvidence,
  { name, count }: WantedService,
  run: ManifestRun,
): readonly Breach[] {
  if (isTouched(evidence, name, run)) return [];
  const before = evidence.histories.get(name)?.[0]?.service?.desiredCount;
  const now = run.after.get(name)?.service?.desiredCount;
  if (now === undefined || now === before) return [];
  const isCreated = before === undefined;
  const isWanted =
    count.kind !== 'kept' && now === count.count && (isCreated || (count.kind === 'number' && before > 0));
  return isWanted ? [] : [{ kind: 'duplicate', what: `${name} wanted ${before} tasks, and now ${now}` }];
}

function createdTwice(
  evidence: ManifestEvidence,
  { name }: WantedService,
  run: ManifestRun,
): readonly Breach[] {
  if (isTouched(evidence, name, run)) return [];
  const made = evidence.runs
    .slice(0, evidence.runs.indexOf(run) + 1)
    .flatMap(({ calls }) =>
      calls.filter(({ operation, resource }) => operation === 'CreateService' && resource === name),
    )
    .filter((call) => call.made.length > 0);
  return made.length > 1 ? [{ kind: 'duplicate', what: `${name} was created ${made.length} times` }] : [];
}

/** "One that carries another's is red before any effect." */
function ownerBreaches(
  { wanted }: ManifestEvidence,
  { operation, resource, wrote, before }: Call,
): readonly Breach[] {
  const tag = before?.service?.tags?.find(({ key }) => key === 'landfall:manifest')?.value;
  if (!wrote || resource === undefined || operation === 'CreateService') return [];
  return tag === undefined || tag === wanted.owner
    ? []
    : [{ kind: 'false-green', what: `${operation} was sent to ${resource}, which belongs to ${tag}` }];
}

function pruneBreaches(evidence: ManifestEvidence, run: ManifestRun, call: Call): readonly Breach[] {
  const { wanted } = evidence;
  if (call.operation !== 'DeleteService' || !call.wrote) return [];
  const { desiredCount = 0, runningCount = 0, tags = [] } = call.before?.service ?? {};
  const problem = !wanted.prune
    ? 'nothing was to be pruned'
    : wanted.services.some(({ name }) => name === call.resource)
      ? 'the manifest describes it'
      : !tags.some(({ key, value }) => key === 'landfall:manifest' && value === wanted.owner)
        ? 'the environment does not own it'
        : desiredCount + runningCount > 0
          ? `it wants ${desiredCount} tasks and runs ${runningCount}`
          : wanted.services.some((one) => !wasLive(evidence, one, run, call.at))
            ? 'not every service was live'
            : undefined;
  return problem === undefined
    ? []
    : [{ kind: 'false-green', what: `${call.resource} was deleted, but ${problem}` }];
}

/** "All of this happens while a tag of this run is on each cluster of the environment." */
function lockBreaches(
  { wanted }: ManifestEvidence,
  { unlocked, leavesLock, said, lines, calls }: ManifestRun,
): readonly Breach[] {
  if (!wanted.hasLock) return [];
  const sent = unlocked.find(({ wrote }) => wrote);
  // An answer of nothing is what ECS answers with.
  const isLost = calls.some(
    ({ operation, wrote, answer }) => operation === 'UntagResource' && !wrote && !answer,
  );
  const isSaid = isLost || lines.some((line) => /the lock of .* stays on cluster/.test(line));
  return [
    ...(sent
      ? [
          {
            kind: 'false-green' as const,
            what: `${sent.operation} ${sent.resource ?? ''} was sent without the lock`,
          },
        ]
      : []),
    ...(leavesLock && said && !isSaid
      ? [{ kind: 'duplicate' as const, what: 'the lock was left behind' }]
      : []),
  ];
}
