/** docs/truth.md, `deploy-manifest`: "Every selected service is green by its own rule above, or kept at zero tasks with the new revision set." */
import type { Breach } from '../../../rollouts/chaos/judge/evidence.ts';
import type { Problem } from '../../../rollouts/chaos/judge/world/live.ts';
import type { ManifestEvidence, ManifestRun, WantedService } from './evidence.ts';
import { taskFailure } from './tasks.ts';
import { isGreen, isTouched, resultsOf, seenUntil } from './world.ts';

/** What the rules of the services alone do not say. */
export function greenBreaches(evidence: ManifestEvidence, run: ManifestRun): readonly Breach[] {
  if (run.said?.exitCode !== 0) return [];
  const { services, families } = evidence.wanted;
  const results = resultsOf(run);
  const problems: readonly Problem[] = [
    ...services.map(({ name }) =>
      results.filter((one) => one.service === name && isGreen(one)).length === 1
        ? undefined
        : `${name} has no green result`,
    ),
    ...services.flatMap((one) => [countProblem(evidence, one, run), ownerProblem(evidence, one, run)]),
    ...Object.keys(families).map((key) => taskFailure(evidence, key, run)),
    ...leftOf(evidence).map((name) => pruneProblem(evidence, name, run)),
  ];
  return problems.flatMap((problem) =>
    problem === undefined ? [] : [{ kind: 'false-green', what: `deploy-manifest is green: ${problem}` }],
  );
}

/** The count that the manifest wants, unless the service was at zero: then it stays there. */
function countProblem(evidence: ManifestEvidence, { name, count }: WantedService, run: ManifestRun): Problem {
  if (count.kind !== 'number' || isTouched(evidence, name, run)) return undefined;
  const now = run.after.get(name)?.service?.desiredCount;
  const [before] = seenUntil(evidence, name, run);
  return now === count.count || (now === 0 && before?.service?.desiredCount === 0)
    ? undefined
    : `${name} wants ${now} tasks, not ${count.count}`;
}

/** "A service that it created or adopted carries the tag of the manifest and environment." */
function ownerProblem(evidence: ManifestEvidence, { name }: WantedService, run: ManifestRun): Problem {
  const { owner, adopt } = evidence.wanted;
  const isCreated = run.calls.some(
    ({ operation, resource, made }) => operation === 'CreateService' && resource === name && made.length > 0,
  );
  if (!(adopt || isCreated) || isTouched(evidence, name, run)) return undefined;
  const tag = ownerOf(evidence, name, run);
  return tag === owner ? undefined : `${name} belongs to ${tag ?? 'no manifest'}`;
}

const ownerOf = (evidence: ManifestEvidence, name: string, run: ManifestRun): string | undefined =>
  seenUntil(evidence, name, run)
    .at(-1)
    ?.service?.tags?.find(({ key }) => key === 'landfall:manifest')?.value;

/** The services that the manifest does not describe. */
const leftOf = ({ wanted, histories }: ManifestEvidence): readonly string[] =>
  [...histories.keys()].filter((name) => !wanted.services.some((one) => one.name === name));

/** "Every service that was to be pruned is INACTIVE." */
function pruneProblem(evidence: ManifestEvidence, name: string, run: ManifestRun): Problem {
  if (!evidence.wanted.prune || ownerOf(evidence, name, run) !== evidence.wanted.owner) return undefined;
  const states = seenUntil(evidence, name, run);
  return states.some(({ service }) => service?.status === 'INACTIVE') ? undefined : `${name} is not pruned`;
}
