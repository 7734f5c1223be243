import { nameInArn } from '../account/arn.ts';
import { pendingRemedy } from '../ecs/stopped-task/stopped-reason.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { Call } from '../operation/operation.ts';
import { formatDuration } from '../time/duration.ts';
import { findInProgress } from './in-progress.ts';
import type { runTaskInputs, runTaskOutputs } from './inputs.ts';
import { type TaskLogs, taskLogs } from './logs.ts';
import { isEssential } from './overrides.ts';
import { placementFailure } from './placement.ts';
import type { PlannedRun } from './plan.ts';
import { factOf, type Judged, summaryTable, taskFailed } from './report.ts';
import { runTaskRequest, type Started, startTask } from './start.ts';
import { isOver, type Watched } from './state.ts';
import { stopTasks } from './stop.ts';
import type { RunTarget } from './target.ts';
import { decidedBy, endedBefore, hasNotStarted, leftAlone, verdictOf } from './verdict.ts';
import { type WatchEnd, watchTasks } from './watch.ts';

type ThisCall = Call<typeof runTaskInputs, typeof runTaskOutputs>;

/** Starts what is planned, and follows it to its verdict unless no one waits. @throws TASK_FAILED, PLACEMENT_FAILED … */
export async function runPlanned(
  call: ThisCall,
  { containers }: RunTarget,
  { wanted, decisive, mayBeInProgress, operation }: PlannedRun,
  revision: string,
): Promise<void> {
  const { inputs: given, world } = call;
  const { host, clock } = world;
  const request = runTaskRequest({ ...wanted, taskDefinition: revision });
  const begun = clock.elapsed();
  const found = mayBeInProgress ? await findInProgress(request, world) : [];
  const isAdopted = found.length > 0;
  const started = isAdopted ? { tasks: found, failures: [] } : await startTask(request, operation, world);
  await announce(call, started, isAdopted, revision);
  await checkPlacement(call, started, revision);
  if (!given.waitForTaskStopped) {
    host.log.notice('not waiting: the task keeps running, and this step does not know how it will end');
    return;
  }

  const watched = started.tasks.map((task): Watched => ({ arn: task.taskArn, task }));
  const followed = containers.filter((one) => isEssential(one) || one.name === decisive);
  const logs = given.streamLogs ? taskLogs(followed, world, watched.length) : undefined;
  const end = await follow(call, watched, logs, begun, decidedBy(containers, decisive));
  await judge(call, end, { containers, decisive, logs, revision, isAdopted });
}

/** The tasks are named before anything else can happen to this process. */
async function announce(
  call: ThisCall,
  { tasks }: Started,
  isAdopted: boolean,
  revision: string,
): Promise<void> {
  const [first] = tasks;
  if (!first) return;
  await call.output('task-arn', first.taskArn);
  await call.output('task-arns', JSON.stringify(tasks.map(({ taskArn }) => taskArn)));
  const { cluster } = call.inputs;
  for (const { taskArn, lastStatus } of tasks) {
    const task = `task ${taskArn} of ${nameInArn(revision)}`;
    const isFound = lastStatus !== undefined && !['PROVISIONING', 'PENDING'].includes(lastStatus);
    call.world.host.log.info(
      isAdopted
        ? `${task}, which an earlier attempt of this run has started, is ${lastStatus} in cluster ${cluster}; watching it`
        : isFound
          ? `${task} is already ${lastStatus} in cluster ${cluster}; watching it`
          : `started ${task} in cluster ${cluster}`,
    );
  }
}

const startsAgain = 'stop these before a new attempt, or set `on-partial-start: stop`';

async function checkPlacement(call: ThisCall, { tasks, failures }: Started, revision: string): Promise<void> {
  const { inputs: given, world } = call;
  if (tasks.length === given.count && failures.length === 0) return;
  const told = failures.map(placementFailure);
  const arns = tasks.map(({ taskArn }) => taskArn);
  const left =
    arns.length > 0 && given.onPartialStart === 'stop'
      ? await stopTasks(arns, given.cluster, 'Landfall: not all tasks could be started', world)
      : [
          ...arns.map((arn) => `task ${arn} was started and keeps running`),
          ...(arns.length > 0 ? [startsAgain] : []),
        ];
  throw new LandfallError('PLACEMENT_FAILED', {
    summary: `ECS started ${arns.length} of ${given.count} tasks of ${nameInArn(revision)}: ${told.map(({ sentence }) => sentence).join('; ') || 'it gave no reason'}`,
    remedy: told.find(({ remedy }) => remedy)?.remedy,
    details: left,
    facts: { failures, started: arns },
  });
}

async function follow(
  call: ThisCall,
  watched: readonly Watched[],
  logs: TaskLogs | undefined,
  begun: number,
  isDecided: (watched: Watched) => boolean,
): Promise<WatchEnd> {
  const { inputs: given, world } = call;
  const { host, clock } = world;
  const arns = watched.map(({ arn }) => arn);
  try {
    const end = await watchTasks(watched, {
      ecs: await world.aws.ecs(),
      clock,
      signal: host.cancellation,
      cluster: given.cluster,
      deadline: begun + given.waitTimeout,
      isDecided,
      onLook: async (now) => {
        for (const { arn, task } of now)
          host.log.progress(arn, `task ${nameInArn(arn)}: ${task?.lastStatus ?? 'not shown yet'}`, {
            what: hasNotStarted(task) ? 'the task to start' : 'the task to end',
            since: begun,
            deadline: begun + given.waitTimeout,
          });
        await logs?.look(now);
      },
      onTrouble: (error) =>
        host.log.warning(`the task cannot be read at the moment, retrying: ${error.summary}`),
    });
    if (end.how !== 'cancelled') await logs?.finish(end.watched);
    return host.cancellation.aborted && end.how !== 'over' ? { ...end, how: 'cancelled' } : end;
  } catch (error) {
    if (!isLandfallError(error)) throw error;
    throw new LandfallError(error.code, {
      summary: `${error.summary}; the task continues in ECS and its result is not known`,
      remedy: error.remedy,
      details: [...error.details, ...arns.map((arn) => `task ${arn}`)],
      facts: { ...error.facts, tasks: arns },
      cause: error,
    });
  }
}

interface Terms {
  readonly containers: RunTarget['containers'];
  /** The container whose exit code decides; undefined where every essential one has to end with 0. */
  readonly decisive: string | undefined;
  readonly logs: TaskLogs | undefined;
  readonly revision: string;
  readonly isAdopted: boolean;
}

async function judge(
  call: ThisCall,
  end: WatchEnd,
  { containers, decisive, logs, revision, isAdopted }: Terms,
): Promise<void> {
  const { inputs: given, world } = call;
  const arns = end.watched.map(({ arn }) => arn);
  const open = end.watched.filter((one) => !isOver(one));
  const undecided = open.filter((one) => !decidedBy(containers, decisive)(one));
  const treat = async (choice: 'leave' | 'stop', why: string) => [
    ...(choice === 'stop'
      ? await stopTasks(
          open.map(({ arn }) => arn),
          given.cluster,
          why,
          world,
        )
      : open.map(leftAlone)),
    ...endedBefore(end.watched, containers, decisive),
  ];
  if (end.how === 'cancelled') {
    const left = await treat(given.onCancel, 'Landfall: the run was cancelled');
    throw new LandfallError('CANCELLED', {
      summary: `the run was cancelled; ${left.join('; ')}`,
      remedy:
        given.onCancel === 'stop'
          ? 'Check the task in ECS to see how far it got.'
          : 'Stop the task in ECS if it must not run to completion; `on-cancel: stop` does that for you.',
      facts: { tasks: arns },
    });
  }
  if (end.how === 'timed-out') {
    const left = await treat(given.onTimeout, 'Landfall: the time limit was reached');
    throw new LandfallError('TIMED_OUT', {
      summary: `${nameInArn(revision)} had not ended after ${formatDuration(given.waitTimeout)}; ${left.join('; ')}`,
      remedy: undecided.every(({ task }) => hasNotStarted(task))
        ? pendingRemedy
        : 'Raise `wait-timeout`, or check its log to find out why the task does not end.',
      facts: { tasks: arns },
    });
  }
  if (end.how === 'lost') {
    throw new LandfallError('TASK_UNKNOWN', {
      summary: `ECS no longer has ${undecided.map(({ arn }) => `task ${nameInArn(arn)}`).join(', ')}, so how it ended is not known`,
      details: endedBefore(end.watched, containers, decisive),
      facts: { tasks: arns },
    });
  }
  const judged = end.watched.map(
    (watched): Judged => ({ watched, isAdopted, verdict: verdictOf(watched.task, containers, decisive) }),
  );
  await show(call, judged, revision);
  for (const { arn } of open)
    world.host.log.notice(
      `container "${decisive}", which decides, has ended; task ${arn} is still running: stop it in ECS if it is not needed`,
    );
  const failed = judged.filter(({ verdict }) => !verdict.ok);
  if (failed.length > 0) throw await taskFailed(failed, containers, logs, world);
}

async function show(call: ThisCall, judged: readonly Judged[], revision: string): Promise<void> {
  const { log } = call.world.host;
  const decisive = judged.find(({ verdict }) => !verdict.ok) ?? judged[0]!;
  const { exitCode } = decisive.verdict;
  const reason = decisive.watched.task.stoppedReason;
  if (exitCode !== undefined) await call.output('exit-code', String(exitCode));
  if (reason) await call.output('stopped-reason', reason);
  const all = (list: 'notices' | 'warnings') => new Set(judged.flatMap(({ verdict }) => verdict[list]));
  for (const notice of all('notices')) log.notice(notice);
  for (const warning of all('warnings')) log.warning(warning);
  for (const { watched, verdict } of judged) {
    if (verdict.ok) log.info(`task ${nameInArn(watched.arn)} succeeded: ${verdict.sentence}`);
  }
  call.record.note({ tasks: judged.map(factOf) });
  call.record.summary(...summaryTable(`Task ${nameInArn(revision)}`, judged));
}
