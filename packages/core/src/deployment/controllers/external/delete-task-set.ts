import type { TaskSet } from '@aws-sdk/client-ecs';
import { isLandfallError } from '../../../errors/landfall-error.ts';
import type { CallOptions, Ecs } from '../../../world/aws.ts';

/**
 * Deletes a task set whatever it still runs. One that is not there is deleted: where the answer to a first call was
 * lost, the second one finds nothing.
 */
export async function deleteTaskSet(
  ecs: Ecs,
  place: { readonly cluster: string; readonly service: string },
  { id, taskSetArn = id }: TaskSet,
  options?: CallOptions,
): Promise<void> {
  try {
    await ecs.deleteTaskSet({ ...place, taskSet: taskSetArn, force: true }, options);
  } catch (error) {
    if (!isLandfallError(error, 'NOT_FOUND')) throw error;
  }
}
