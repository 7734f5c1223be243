import { expect, test } from '@jest/globals';
import { LandfallError } from '../../../errors/landfall-error.ts';
import type { Ecs } from '../../../world/aws.ts';
import { deleteTaskSet } from './delete-task-set.ts';

const deleting = (code: 'NOT_FOUND' | 'ACCESS_DENIED') => {
  const refused = new LandfallError(code, { summary: 'TaskSetNotFoundException, or denied' });
  const ecs = { deleteTaskSet: () => Promise.reject(refused) } as Partial<Ecs> as Ecs;
  return deleteTaskSet(ecs, { cluster: 'main', service: 'web' }, { id: 'ecs-svc/1' });
};

test('a task set that is not there is deleted: the first call may have done it, though its answer was lost', async () => {
  await expect(deleting('NOT_FOUND')).resolves.toBeUndefined();
});

test('a refused call is an error', async () => {
  await expect(deleting('ACCESS_DENIED')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
});
