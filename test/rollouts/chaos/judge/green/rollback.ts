/**
 * docs/truth.md, `rollback-service`: "The earlier version is PRIMARY, complete and alive, *by the digests it
 * had* (a moved tag would run the new image under the old definition [7]), and the version to go runs
 * nothing."
 */
import type { Evidence, Run } from '../evidence.ts';
import { notBack, type Way, waysBack } from '../world/earlier-version.ts';
import { idOf, newestOf, primaryOf, primarySetOf, rolledBackTo, visibleAtEnd } from '../world/history.ts';
import { liveRevision, type Problem } from '../world/live.ts';
import { deploymentsMade, imageOf, ours } from '../world/made.ts';
import { somewhere } from './reads.ts';

export function rollbackProblem(evidence: Evidence, run: Run): Problem {
  const earlier = evidence.runs
    .slice(0, evidence.runs.indexOf(run))
    .find(
      (one) => one.asked.operation === 'rollback' && one.said?.exitCode === 0 && one.origin !== run.origin,
    );
  if (
    earlier &&
    run.asked.image === undefined &&
    run.asked.operation === 'rollback' &&
    deploymentsMade(run).length > 0 &&
    !isDeployedSince(run, earlier.endedAt)
  )
    return 'another run had rolled back already: a second one is refused';
  const ways = [
    ...requestedWays(evidence, run),
    ...(run.asked.operation === 'continue' ? waysTaken(evidence, run) : []),
  ];
  return somewhere(visibleAtEnd(evidence, run), (state) => {
    const problems = ways.map((way) => notBack(state, way, evidence.images));
    return problems.includes(undefined) ? undefined : problems[0];
  });
}

/**
 * The requested way back; for a rollback that an earlier attempt of this CI run started, that one's way.
 */
export function requestedWays(evidence: Evidence, run: Run): readonly Way[] {
  const again = evidence.runs
    .slice(0, evidence.runs.indexOf(run))
    .find(
      ({ asked, origin, calls }) =>
        origin === run.origin &&
        (asked.operation === 'rollback' || asked.action === 'rollback') &&
        calls.some((call) => call.wrote),
    );
  return [
    ...(again ? waysBack(evidence, again) : []),
    // Someone has deployed since.
    ...(again && !isForeignSince(evidence, run) ? [] : waysBack(evidence, run)),
  ];
}

/** What is live when the run writes was made after that. */
function isDeployedSince(run: Run, time: number): boolean {
  const before = run.calls.find((call) => call.before && call.made.length > 0)?.before;
  const primary = before && (primaryOf(before) ?? primarySetOf(before));
  return (primary?.createdAt?.getTime() ?? 0) > time;
}

/** What is live when the run writes was not made by this CI run. */
function isForeignSince(evidence: Evidence, run: Run): boolean {
  const write = run.calls.find((call) => call.before && call.made.length > 0);
  const primary = write?.before && (primaryOf(write.before) ?? primarySetOf(write.before));
  const externalId = primary && 'externalId' in primary ? primary.externalId : undefined;
  const own = ours(evidence, run);
  return primary !== undefined && !own.includes(primary.id!) && !own.includes(externalId ?? '');
}

/** The rollback that was requested has been made already. */
function waysTaken(evidence: Evidence, run: Run): readonly Way[] {
  return visibleAtEnd(evidence, run).flatMap((state): readonly Way[] => {
    const byCodeDeploy = state.codeDeploy.findLast(
      ({ info }) => !info.rollbackInfo?.rollbackTriggeringDeploymentId,
    )?.info;
    if (byCodeDeploy?.rollbackInfo?.rollbackDeploymentId) {
      const from = imageOf(evidence, byCodeDeploy.deploymentId!);
      return [{ from, to: evidence.images[liveRevision(state) ?? ''], digest: undefined }];
    }
    const newest = newestOf(state);
    const to = newest?.status === 'ROLLBACK_SUCCESSFUL' ? rolledBackTo(newest) : undefined;
    return to === undefined
      ? []
      : [{ from: imageOf(evidence, idOf(newest!)), to: imageOf(evidence, to), digest: undefined }];
  });
}
