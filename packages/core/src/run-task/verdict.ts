import type { Container, ContainerDefinition, Task } from '@aws-sdk/client-ecs';
import { classifyStop } from '../ecs/stopped-task/stopped-reason.ts';
import { isEssential } from './overrides.ts';
import { isOver, type Watched } from './state.ts';

export interface TaskVerdict {
  readonly ok: boolean;
  /** The container that decided, where one did. */
  readonly container?: string;
  /** Its exit code; absent when it never started. */
  readonly exitCode?: number;
  readonly sentence: string;
  readonly remedy?: string;
  /** What went wrong without deciding: a sidecar that failed. */
  readonly notices: readonly string[];
  /** What makes an exit code of 0 less than certain. */
  readonly warnings: readonly string[];
}

type Definition = Pick<ContainerDefinition, 'name' | 'essential' | 'restartPolicy'>;

/**
 * Whether the decisive container has ended by itself while its task runs on, as one that is not essential does. One
 * with a restart policy may be started again; once ECS stops the task, its stop code decides as well.
 */
export function hasEndedAlone(task: Task, definitions: readonly Definition[], decisive?: string): boolean {
  const containers = task.containers ?? [];
  const definition = definitions.find(({ name }) => name === decisive);
  const one = containers.find(({ name }) => name === decisive);
  if (decisive === undefined || !definition || definition.restartPolicy?.enabled) return false;
  const essential = new Set(definitions.filter(isEssential).map(({ name }) => name));
  return (
    task.lastStatus === 'RUNNING' &&
    task.desiredStatus === 'RUNNING' &&
    one?.lastStatus === 'STOPPED' &&
    one.exitCode !== undefined &&
    containers.every(({ name, lastStatus }) => !essential.has(name) || lastStatus === 'RUNNING')
  );
}

/**
 * A stopped task, or one of which the decisive container has ended alone → whether it did its work: it ended by itself, and the decisive container ended with 0, whatever
 * the others did. Without one, each essential container must have ended with 0; a container of which the task
 * definition does not speak (an agent that AWS adds) and a non-essential one never decide.
 *
 * ECS tells neither the order in which containers ended nor which one ended the task, and has no time of a
 * container's end (Container, API reference): what that leaves open is a warning.
 */
export function verdictOf(task: Task, definitions: readonly Definition[], decisive?: string): TaskVerdict {
  const containers = task.containers ?? [];
  const find = ({ name }: Definition): Container => containers.find((one) => one.name === name) ?? { name };
  const essential = definitions.filter(isEssential);
  const deciding = decisive === undefined ? essential : definitions.filter(({ name }) => name === decisive);
  const failed = worst(deciding.map(find).filter(({ exitCode }) => exitCode !== 0));
  const runsOn = hasEndedAlone(task, definitions, decisive);
  const notices = definitions
    .filter(({ name }) => name !== failed?.name && containers.some((one) => one.name === name))
    .filter((one) => !runsOn || find(one).lastStatus === 'STOPPED')
    .flatMap((one) => noticeOf(find(one), isEssential(one)));
  if (failed) return { ...failure(task, failed, essential.map(find), decisive), notices, warnings: [] };
  if (task.stopCode !== 'EssentialContainerExited' && !runsOn) {
    const { sentence, remedy } = classifyStop({ ...task, containers: [] });
    const open = task.stopCode
      ? 'it was stopped before it ended by itself'
      : 'ECS reports no stop code, so it is not known whether it ended by itself';
    return { ok: false, sentence: `${sentence} (${open})`, remedy, notices, warnings: [] };
  }
  const [container] = deciding;
  if (!container) {
    const sentence = 'the task definition has no essential container that could decide';
    return { ok: false, sentence, notices, warnings: [] };
  }
  return {
    ok: true,
    ...(container.name !== undefined && { container: container.name }),
    exitCode: 0,
    sentence: `${deciding.map(({ name }) => `container "${name}"`).join(' and ')} ended with exit code 0`,
    notices,
    warnings: [...orderOf(deciding.map(find), essential.map(find)), ...deciding.flatMap(restartsOf)],
  };
}

/** The exit codes of SIGTERM and SIGKILL: what ECS ends the other containers with once an essential one has ended. */
const isStoppedByEcs = ({ exitCode, reason }: Container) => !reason && (exitCode === 143 || exitCode === 137);

/** The one that says most: with a reason of its own, with a code of its own, with any code. */
const worst = (failed: readonly Container[]): Container | undefined =>
  failed.find(({ reason }) => reason) ??
  failed.find((one) => one.exitCode !== undefined && !isStoppedByEcs(one)) ??
  failed.find(({ exitCode }) => exitCode !== undefined) ??
  failed[0];

function failure(
  task: Task,
  container: Container,
  essential: readonly Container[],
  decisive: string | undefined,
): Omit<TaskVerdict, 'notices' | 'warnings'> {
  const { exitCode, name } = container;
  const cause = classifyStop({ ...task, containers: [container] });
  const never = exitCode === undefined && cause.container === undefined;
  const who = name !== undefined && never ? ` (container "${name}" has no exit code)` : '';
  const done = essential.find((one) => one.exitCode === 0);
  const isOpen = decisive === undefined && done !== undefined && isStoppedByEcs(container);
  return {
    ok: false,
    ...(name !== undefined && { container: name }),
    ...(exitCode !== undefined && { exitCode }),
    sentence: `${cause.sentence}${who}`,
    remedy: isOpen
      ? `If "${done.name}" does the work, set \`container\` to it: ECS stops the other containers when an essential one ends, and without \`container\` every essential one must exit with 0.`
      : cause.remedy,
  };
}

function noticeOf({ name, exitCode, reason }: Container, essential: boolean): readonly string[] {
  if (exitCode === 0) return [];
  const ended = exitCode === undefined ? 'has no exit code' : `ended with exit code ${exitCode}`;
  const who = `container "${name}"${essential ? '' : ', which is not essential,'}`;
  return [`${who} ${ended}${reason ? `: ${reason}` : ''}`];
}

/** Whether a container that ended with 0 may have done so because ECS stopped it. */
function orderOf(deciding: readonly Container[], essential: readonly Container[]): readonly string[] {
  const others = essential.filter(
    (one) => !deciding.includes(one) && one.exitCode !== undefined && !isStoppedByEcs(one),
  );
  const ended = [...deciding, ...others];
  if (ended.length < 2) return [];
  const list = ended.map(({ name, exitCode }) => `"${name}" (exit code ${exitCode})`).join(' and ');
  return [
    `containers ${list} have ended, and ECS does not report which was first: it then stops the others, and one that exits with 0 when it is stopped may not have finished its work. Set "essential": false for sidecars.`,
  ];
}

/** With a restart policy, the exit code is that of the last of several runs (Developer Guide, container restart policies). */
const restartsOf = ({ name, restartPolicy }: Definition): readonly string[] =>
  restartPolicy?.enabled
    ? [
        `container "${name}" has a restart policy: it ended with exit code 0 in its last run, and ECS does not report how the earlier ones ended`,
      ]
    : [];

const notStarted: ReadonlySet<string | undefined> = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);
export const hasNotStarted = ({ lastStatus }: Task) => notStarted.has(lastStatus);

/** A task that the run leaves as it is, in a sentence. */
export const leftAlone = ({ arn, task }: Watched) =>
  hasNotStarted(task)
    ? `task ${arn} is ${task.lastStatus}: it has not started yet, but still may`
    : `task ${arn} is still running`;

/** Whether nothing more can change how a task is judged. */
export const decidedBy =
  (containers: readonly ContainerDefinition[], decisive: string | undefined) =>
  (watched: Watched): boolean =>
    isOver(watched) || hasEndedAlone(watched.task, containers, decisive);

/** Of several tasks some may have ended before the run did: how, one sentence each. */
export const endedBefore = (
  watched: readonly Watched[],
  containers: readonly ContainerDefinition[],
  decisive: string | undefined,
): readonly string[] =>
  watched.filter(decidedBy(containers, decisive)).map((one) => {
    const who = isOver(one) ? `task ${one.arn}` : `container "${decisive}" of task ${one.arn}`;
    return `${who} has ended: ${verdictOf(one.task, containers, decisive).sentence}`;
  });
