import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import type { OperationName } from '@landfall/core/operations/index';

/**
 * The entry of the JavaScript actions. It is small on purpose: the compile cache is switched on before anything
 * heavy is imported. The steps of a job share RUNNER_TEMP, so every step after the first starts from the cache.
 */
export async function action(name: OperationName): Promise<void> {
  shareCompiledCode();
  const { runAction } = await import('./program/run-action.ts');
  await runAction(name, process);
}

/** The entry of the post step, which the runner starts after the job whatever its end, a cancel included. */
export async function post(name: OperationName): Promise<void> {
  shareCompiledCode();
  const { runPost } = await import('./program/run-action.ts');
  await runPost(name, process);
}

/** The command line, `dist/landfall.js`, which has most of its code in common with the actions. */
export async function commandLine(): Promise<void> {
  const { main } = await import('./main.ts');
  await main(process);
}

function shareCompiledCode(): void {
  const folder = process.env.RUNNER_TEMP;
  if (folder) enableCompileCache(join(folder, 'landfall-compile-cache'));
}
