/** docs/truth.md, `deploy-manifest`: "Every task before a wave is green by the rule of `run-task`, and its wave began only then." */
import type { Breach, Evidence, Run } from '../../../rollouts/chaos/judge/evidence.ts';
import { isInFlight, startedBy, taskProblem } from '../../../rollouts/chaos/judge/green/run-task.ts';
import { twiceBreaches } from '../../../rollouts/chaos/judge/twice.ts';
import type { Problem } from '../../../rollouts/chaos/judge/world/live.ts';
import type { ManifestEvidence, ManifestRun } from './evidence.ts';

/** The part of the evidence that speaks of one task, as if each run were one of `run-task`. */
function partOfTask({ wanted, runs, tasks, images, behind }: ManifestEvidence, key: string): Evidence {
  const family = wanted.families[key];
  const isOf = (arn: unknown) => new RegExp(`:task-definition/${family}:`).test(String(arn));
  return {
    runs: runs.map(
      (run): Run => ({
        ...run,
        asked: { operation: 'run-task', until: 'completed', onCancel: run.asked.onCancel, count: 1 },
        calls: run.calls.filter(({ operation, input, made }) =>
          operation === 'RunTask'
            ? isOf(input.taskDefinition)
            : !made.some((id) => id.startsWith('ecs-svc/')),
        ),
      }),
    ),
    history: [],
    images,
    tasks: tasks.filter(({ taskDefinitionArn }) => isOf(taskDefinitionArn)),
    behind,
  };
}

/** Why a task was not a success in a run. @param until by when it had to have ended */
export function taskFailure(
  evidence: ManifestEvidence,
  key: string,
  run: ManifestRun,
  until = run.endedAt,
): Problem {
  const part = partOfTask(evidence, key);
  const own = part.runs[evidence.runs.indexOf(run)]!;
  const problem = taskProblem(part, own);
  if (problem) return `task ${key}: ${problem}`;
  return startedBy(part, own).some((task) => isInFlight(task, until)) ? `task ${key} still ran` : undefined;
}

/** The keys of the tasks that a call starts. */
export const taskStartedBy = (
  { families }: ManifestEvidence['wanted'],
  taskDefinition: unknown,
): string | undefined =>
  Object.entries(families).find(([, family]) =>
    new RegExp(`:task-definition/${family}:`).test(String(taskDefinition)),
  )?.[0];

/** One task for each time that it was requested, and one revision of its definition. */
export const taskTwiceBreaches = (evidence: ManifestEvidence): readonly Breach[] =>
  Object.entries(evidence.wanted.families).flatMap(([key, family]) => {
    const part = partOfTask(evidence, key);
    const image = `example/${family}:2`;
    const registering = part.runs.map((run) => ({
      ...run,
      asked: { ...run.asked, operation: 'deploy' as const, image },
      calls: run.calls.filter(({ operation }) => operation === 'RegisterTaskDefinition'),
    }));
    return [...twiceBreaches(part), ...twiceBreaches({ ...part, runs: registering })].map(
      ({ kind, what }) => ({
        kind,
        what: `task ${key}: ${what}`,
      }),
    );
  });
