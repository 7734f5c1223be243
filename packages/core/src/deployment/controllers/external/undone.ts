import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { isLandfallError, type LandfallError } from '../../../errors/landfall-error.ts';
import type { CallOptions, Ecs } from '../../../world/aws.ts';
import { revisionBefore } from './create-task-set-request.ts';

/**
 * The tag that a service carries since a task set was deleted in favor of the one that was live before it. Of a task
 * set that is deleted ECS keeps nothing: without it `rollback-service` could not know that what was to go is gone,
 * and would go one good version further. It speaks of one live task set; once another one is live it says nothing.
 */
const undoneTag = 'landfall:undone';

interface Undoing {
  readonly serviceArn: string | undefined;
  /** What stays live, or is live again. */
  readonly live: TaskSet | undefined;
  readonly undone: TaskSet;
}

/** Only where `rollback-service` would otherwise find a revision to go further back to. */
export async function noteUndoneIfNeeded(
  ecs: Ecs,
  undoing: Undoing,
  onLost: OnLost,
  options?: CallOptions,
): Promise<void> {
  if (undoing.live && revisionBefore(undoing.live) !== undefined)
    await noteUndone(ecs, undoing, onLost, options);
}

/** @param onLost is told why it could not be noted, and what is lost by that */
export async function noteUndone(
  ecs: Ecs,
  { serviceArn, live, undone }: Undoing,
  onLost: OnLost,
  options?: CallOptions,
): Promise<void> {
  const value = `live=${live?.id} undone=${shortTaskDefinition(undone.taskDefinition)}`;
  try {
    await ecs.tagResource({ resourceArn: serviceArn, tags: [{ key: undoneTag, value }] }, options);
  } catch (error) {
    if (!isLandfallError(error)) throw error;
    onLost(
      error,
      'rollback-service will not know that this was already rolled back, and will go further back',
    );
  }
}

type OnLost = (error: LandfallError, consequence: string) => void;

/** `web:3`, what was undone in favor of the task set that is live. */
export function undoneFor({ tags }: Service, live: TaskSet): string | undefined {
  const value = tags?.find(({ key }) => key === undoneTag)?.value ?? '';
  const found = /^live=([\w/-]+) undone=([\w:-]+)$/.exec(value);
  return found?.[1] === live.id ? found?.[2] : undefined;
}
