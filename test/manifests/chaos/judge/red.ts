/** docs/truth.md, `deploy-manifest`: "A service, task or schedule that was not started is red." */
import type { Task } from '@aws-sdk/client-ecs';
import type { Breach } from '../../../rollouts/chaos/judge/evidence.ts';
import { grace, primaryRevision } from '../../../rollouts/chaos/judge/world/history.ts';
import type { Problem } from '../../../rollouts/chaos/judge/world/live.ts';
import type { ManifestEvidence, ManifestRun, WantedService } from './evidence.ts';
import { taskFailure, taskStartedBy } from './tasks.ts';
import {
  deploysOf,
  isGreen,
  isTouched,
  listOf,
  type Result,
  resultsOf,
  seenUntil,
  taskResultsOf,
} from './world.ts';

/** "Red is as exact as green", of what is about more than one service. */
export function redBreaches(evidence: ManifestEvidence, run: ManifestRun): readonly Breach[] {
  const { error } = run.said ?? {};
  if (!error || evidence.behind > grace) return [];
  const problems: readonly Problem[] = [
    ...evidence.wanted.services.map((one) => serviceProblem(evidence, one, run)),
    ...taskResultsOf(run).map(({ task, status }) => taskProblem(evidence, run, task, status)),
    skippedProblem(run),
    error.code === 'CANCELLED' ? undefined : needless(evidence, run),
    refusalProblem(evidence, run, error.code),
  ];
  return problems.flatMap((problem) =>
    problem === undefined
      ? []
      : [
          {
            kind: 'false-red',
            what: `deploy-manifest ended with ${error.code}, but ${problem}: ${error.summary}`,
          },
        ],
  );
}

function serviceProblem(evidence: ManifestEvidence, wanted: WantedService, run: ManifestRun): Problem {
  const { name } = wanted;
  const own = resultsOf(run).find(({ service }) => service === name);
  const sent = deploysOf(evidence, wanted, run);
  if (!own)
    return sent.length > 0 && run.said?.outputs.results !== undefined ? `${name} has no result` : undefined;
  if (own.status === 'not-started' && sent.length > 0) return `${name} was started`;
  return evidence.wanted.onFailure === 'rollback' ? rollbackProblem(evidence, wanted, run, own) : undefined;
}

/** "After `on-failure: rollback` the deployed services run what they ran", also those of an attempt that was cut off. */
function rollbackProblem(
  evidence: ManifestEvidence,
  wanted: WantedService,
  run: ManifestRun,
  own: Result,
): Problem {
  const { name, image } = wanted;
  const { runs, images } = evidence;
  const before = runs.slice(0, runs.indexOf(run));
  const attempt = [...before.slice(before.findLastIndex(({ said }) => said !== undefined) + 1), run]
    .filter((one) => one.origin === run.origin && one.attempt === run.attempt)
    .flatMap((one) => deploysOf(evidence, wanted, one));
  const made = attempt.filter((one) => one.made.length > 0);
  if (isTouched(evidence, name, run) || run.cancelledAt !== undefined || made.length === 0) return undefined;
  if (made.some(({ operation }) => operation === 'CreateService')) return undefined;
  // Another fault may keep the rollback from being made.
  if (/a rollback was requested but failed/.test(own.reason)) return undefined;
  const isPruning = resultsOf(run).every(isGreen);
  if ((own.status === 'deployed' || own.status === 'unchanged') && !isPruning)
    return `${name} was left ${own.status}`;
  if (own.status !== 'rolled-back') return undefined;
  const was = made[0]?.before && images[primaryRevision(made[0].before) ?? ''];
  const now = images[primaryRevision(run.after.get(name)!) ?? ''];
  return was === image || now === was ? undefined : `${name} ran ${was}, and now runs ${now}`;
}

function taskProblem(
  evidence: ManifestEvidence,
  run: ManifestRun,
  key: string,
  status: 'succeeded' | 'failed' | 'not-started',
): Problem {
  const failure = taskFailure(evidence, key, run);
  switch (status) {
    case 'succeeded':
      return failure && `is said to have succeeded: ${failure}`;
    case 'failed':
      return failure === undefined && run.said?.error?.code === 'TASK_FAILED'
        ? `task ${key} succeeded`
        : undefined;
    case 'not-started':
      return run.calls.some(
        ({ operation, made, input }) =>
          operation === 'RunTask' &&
          made.length > 0 &&
          taskStartedBy(evidence.wanted, input.taskDefinition) === key,
      )
        ? `task ${key} was started`
        : undefined;
  }
}

function skippedProblem(run: ManifestRun): Problem {
  if (run.said?.outputs.skipped === undefined) return undefined;
  const skipped = listOf<string>(run.said.outputs.skipped);
  const expected = [
    ...taskResultsOf(run).flatMap(({ task, status }) => (status === 'not-started' ? [`task ${task}`] : [])),
    ...resultsOf(run).flatMap(({ service, status }) => (status === 'not-started' ? [service] : [])),
  ];
  return skipped.toSorted().join() === expected.toSorted().join()
    ? undefined
    : `skipped are ${skipped.join(', ')}, not ${expected.join(', ')}`;
}

/** Everything that was requested is so. */
function needless({ wanted, histories }: ManifestEvidence, run: ManifestRun): Problem {
  const results = resultsOf(run);
  const isAll = wanted.services.every(({ name }) =>
    results.some((one) => one.service === name && isGreen(one)),
  );
  const isDone = isAll && taskResultsOf(run).every(({ status }) => status === 'succeeded');
  const isPruned = [...histories].every(
    ([name, history]) =>
      !wanted.prune ||
      wanted.services.some((one) => one.name === name) ||
      history.at(-1)?.service?.status === 'INACTIVE' ||
      !history
        .at(-1)
        ?.service?.tags?.some(({ key, value }) => key === 'landfall:manifest' && value === wanted.owner),
  );
  return isDone && isPruned ? 'everything that was requested is so' : undefined;
}

/** What is refused before any effect is refused for a reason. */
function refusalProblem(evidence: ManifestEvidence, run: ManifestRun, code: string): Problem {
  const states = [...evidence.histories.keys()].flatMap((name) => seenUntil(evidence, name, run));
  const owners = states.flatMap(({ service }) =>
    (service?.tags ?? []).flatMap(({ key, value }) => (key === 'landfall:manifest' ? [value] : [])),
  );
  switch (code) {
    case 'ENVIRONMENT_BUSY':
      return run.isLockedOut ? undefined : 'no other run holds the lock';
    case 'CONFLICT':
      if (evidence.tasks.some((task) => isBeingStopped(task, run))) return undefined;
      return owners.every((one) => one === evidence.wanted.owner)
        ? 'nothing belongs to another manifest'
        : undefined;
    case 'SERVICE_IN_USE':
      return seenLeft(evidence, run) ? undefined : 'nothing that is left is in use';
    case 'MANIFEST_INVALID':
      return evidence.wanted.services.some(
        ({ name, count }) =>
          count.kind === 'kept' &&
          seenUntil(evidence, name, run).some(({ service }) => service?.status !== 'ACTIVE'),
      )
        ? undefined
        : 'every service is there, or has a count';
    default:
      return undefined;
  }
}

/** "Anything else is red": one that is being stopped is not followed. */
const isBeingStopped = ({ stoppingAt, stoppedAt }: Task, { startedAt, endedAt }: ManifestRun): boolean =>
  stoppingAt !== undefined &&
  stoppingAt.getTime() <= endedAt &&
  (stoppedAt?.getTime() ?? Number.POSITIVE_INFINITY) > startedAt - grace;

const seenLeft = (evidence: ManifestEvidence, run: ManifestRun): boolean =>
  [...evidence.histories.keys()]
    .filter((name) => !evidence.wanted.services.some((one) => one.name === name))
    .some((name) =>
      seenUntil(evidence, name, run).some(
        ({ service }) =>
          (service?.desiredCount ?? 0) + (service?.runningCount ?? 0) + (service?.pendingCount ?? 0) > 0,
      ),
    );
