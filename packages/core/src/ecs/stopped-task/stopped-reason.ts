import type { Container, Task } from '@aws-sdk/client-ecs';
import { type Evidence, type StopClass, type StopRule, stopRules } from './stop-rules.ts';

export interface StopCause {
  readonly class: StopClass;
  /** True when retrying with the same task definition and settings cannot end differently. */
  readonly permanent: boolean;
  /** What happened, with ECS's own reason after a colon. It quotes untrusted text. */
  readonly sentence: string;
  /** One imperative sentence. */
  readonly remedy: string;
  /** The container it is about, where it is about one. */
  readonly container?: string;
  readonly exitCode?: number;
}

export type StoppedTask = Pick<Task, 'stopCode' | 'stoppedReason' | 'containers' | 'attachments'>;

/**
 * Why a task stopped, from `stopCode`, `stoppedReason`, the containers' `reason` and `exitCode`, and where they
 * are at hand the last lines of its log: that an image is for another processor stands nowhere else.
 * Source of the texts: "Amazon ECS stopped tasks error messages" in the ECS developer guide. An unknown text is
 * class `unknown`, never a crash.
 */
export function classifyStop(task: StoppedTask, lastLines: readonly string[] = []): StopCause {
  const evidence = evidenceOf(task, lastLines);
  for (const piece of evidence) {
    const rule = stopRules.find((one) => one.matches(piece));
    if (rule) return causeOf(rule, piece);
  }
  const reason = evidence.map((piece) => piece.text).find((text) => text !== '') ?? task.stopCode ?? '';
  return {
    class: 'unknown',
    permanent: false,
    sentence: reason === '' ? 'the task stopped and ECS gave no reason' : `the task stopped: ${reason}`,
    remedy: 'Check the stopped task in the ECS console; ECS keeps it for about an hour.',
  };
}

/** Strongest first: containers with a reason of their own, the task's reason, then bare exit codes, worst first. */
function evidenceOf(task: StoppedTask, lastLines: readonly string[]): Evidence[] {
  const stopCode = task.stopCode ?? '';
  const of = (container: Container | undefined, text: string): Evidence => ({
    text,
    stopCode,
    container: container?.name,
    exitCode: container?.exitCode,
  });
  const containers = task.containers ?? [];
  const withReason = containers.filter((one) => one.reason).map((one) => of(one, one.reason!));
  const failed = containers.filter((one) => !one.reason && (one.exitCode ?? 0) !== 0);
  const volume = (task.attachments ?? [])
    .flatMap((one) => one.details ?? [])
    .filter((detail) => detail.name === 'statusReason' && detail.value)
    .map((detail) => of(undefined, detail.value!));
  // A stop that someone else caused takes precedence over the exit code it led to: 137 after a scale-in is not
  // a failure.
  const byOthers = otherParty.has(stopCode);
  const own = of(undefined, task.stoppedReason ?? '');
  const wrongProcessor = lastLines.find((line) => /exec format error/i.test(line));
  const exits = failed.map((one) => {
    const said = execFailed.has(one.exitCode ?? 0) ? wrongProcessor : undefined;
    return of(one, said ?? task.stoppedReason ?? '');
  });
  return byOthers ? [own, ...withReason] : [...withReason, ...exits, ...volume, own];
}

/** What runtimes and shells end with when a program cannot be executed. */
const execFailed = new Set([1, 126, 255]);

const otherParty = new Set([
  'UserInitiated',
  'ServiceSchedulerInitiated',
  'SpotInterruption',
  'TerminationNotice',
  'InfrastructureHealth',
]);

function causeOf(rule: StopRule, { text, container, exitCode }: Evidence): StopCause {
  const who = container === undefined ? 'the task' : `container "${container}"`;
  const code = exitCode === undefined ? '' : ` (exit code ${exitCode})`;
  return {
    class: rule.class,
    permanent: rule.permanent,
    sentence: `${rule.says.replace('{who}', who)}${code}${text === '' ? '' : `: ${text}`}`,
    remedy: rule.remedy,
    ...(container !== undefined && { container }),
    ...(exitCode !== undefined && { exitCode }),
  };
}

/** What most often keeps a task from starting, without ECS saying so. */
export const pendingRemedy =
  'Find out what holds up the pending tasks: an image still being pulled, or subnets without a route to the registry and AWS.';
