import { execute, type Result } from '@landfall/core/operation/execute';
import type { Operation } from '@landfall/core/operation/operation';
import type { World } from '@landfall/core/world/world';

/** Runs one operation, and shows how it ended. It never throws: every end is a result. */
export async function runReported(operation: Operation, world: World): Promise<Result> {
  const result = await execute(operation, world);
  const { report } = await import('./report.ts');
  await report(result, world.host);
  return result;
}
