import { execute } from '@landfall/core/operation/execute';
import type { Operation } from '@landfall/core/operation/operation';
import type { RunRecord } from '@landfall/core/record/run-record';
import type { World } from '@landfall/core/world/world';
import { logLines } from './log-lines.ts';

/**
 * Runs one operation, and shows it while it runs and at its end. It never throws: every end is a record.
 * @param landfall the version of Landfall; by default one that was not released
 */
export async function runReported(
  operation: Operation,
  world: World,
  landfall = 'unreleased',
): Promise<RunRecord> {
  const record = await execute(operation, world, landfall, logLines(world.host.log));
  const { report } = await import('./report.ts');
  await report(record, world.host);
  return record;
}
