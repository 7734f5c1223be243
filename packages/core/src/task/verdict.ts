import type { Container, ContainerDefinition, Task } from '@aws-sdk/client-ecs';
import { isEssential } from './overrides.ts';
import { classifyStop } from './stopped-reason.ts';

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
}

type Definition = Pick<ContainerDefinition, 'name' | 'essential'>;

/** The only ways a task ends by itself. Whatever else stopped it, exit code 0 does not mean that its work is done. */
const endedByItself = new Set([undefined, '', 'EssentialContainerExited']);
/** SIGTERM: what ECS sends the others when one essential container has ended. */
const terminated = 143;

/**
 * A stopped task → whether it did its work. Each essential container must have ended with 0; a container of
 * which the task definition does not speak (an agent that AWS adds) and a non-essential one never decide.
 * With `named`, that container decides, and the others' ends by ECS's signals (137 without a reason, 143) do not.
 */
export function verdictOf(task: Task, definitions: readonly Definition[], named?: string): TaskVerdict {
  const containers = task.containers ?? [];
  const find = (name: string | undefined): Container =>
    containers.find((one) => one.name === name) ?? { name };
  const essential = definitions.filter(isEssential).map(({ name }) => find(name));
  const decider = named === undefined ? undefined : find(named);
  const judged =
    decider && !essential.some(({ name }) => name === named) ? [decider, ...essential] : essential;
  const doneBy = decider ?? judged.find((one) => one.exitCode === 0);
  const failed = judged.filter((one) => one.exitCode !== 0 && !endedByEcs(one, doneBy, named));
  const notices = containers
    .filter(
      (one) =>
        one.exitCode !== 0 && !failed.includes(one) && definitions.some(({ name }) => name === one.name),
    )
    .map((one) => noticeOf(one, judged.includes(one)));
  if (failed.length > 0) return failure(task, worst(failed, named), notices);
  if (!endedByItself.has(task.stopCode)) {
    const { sentence, remedy } = classifyStop({ ...task, containers: [] });
    return { ok: false, sentence: `${sentence} (it was stopped before it ended by itself)`, remedy, notices };
  }
  const container = doneBy ?? judged[0];
  return {
    ok: true,
    ...(container?.name !== undefined && { container: container.name }),
    exitCode: 0,
    sentence: container ? `container "${container.name}" ended with exit code 0` : 'the task ended',
    notices,
  };
}

/** Another essential container has done its work, and ECS then stopped this one. */
function endedByEcs(one: Container, doneBy: Container | undefined, named: string | undefined): boolean {
  if (doneBy === undefined || doneBy === one || doneBy.exitCode !== 0 || one.reason) return false;
  return one.exitCode === terminated || (named !== undefined && one.exitCode === 137);
}

/** The named one if it failed, else one that says more than that it never started. */
const worst = (failed: readonly Container[], named: string | undefined): Container =>
  failed.find(({ name }) => name === named) ??
  failed.find((one) => one.reason || one.exitCode !== undefined) ??
  failed[0]!;

function failure(task: Task, container: Container, notices: readonly string[]): TaskVerdict {
  const { exitCode, name } = container;
  const cause = classifyStop({ ...task, containers: [container] });
  const never = exitCode === undefined && cause.container === undefined;
  const who = name !== undefined && never ? ` (container "${name}" has no exit code)` : '';
  return {
    ok: false,
    ...(name !== undefined && { container: name }),
    ...(exitCode !== undefined && { exitCode }),
    sentence: `${cause.sentence}${who}`,
    remedy: cause.remedy,
    notices,
  };
}

function noticeOf({ name, exitCode, reason }: Container, essential: boolean): string {
  const ended = exitCode === undefined ? 'has no exit code' : `ended with exit code ${exitCode}`;
  const because = reason ? `: ${reason}` : '';
  return essential
    ? `container "${name}" ${ended} when ECS stopped it${because}`
    : `container "${name}", which is not essential, ${ended}${because}`;
}
