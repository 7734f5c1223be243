import { tmpdir } from 'node:os';
import { describe } from '@landfall/core/errors/describe';
import { loadOperation, type OperationName, operationNames } from '@landfall/core/operations/index';
import { privateFolder } from '@landfall/hosts/private-folder';
import { forgetState, stateFiles } from '@landfall/hosts/state/run-state';
import { withHost } from '../program/session.ts';
import { createWorld } from '../world.ts';

/**
 * `landfall clean-up [operation]`: what GitHub's post step does, for hosts that have none. It undoes what every
 * run of this job kept for it (a login, say), and is safe to repeat. One that fails does not stop the others.
 */
export async function cleanUp(names: readonly OperationName[], process: NodeJS.Process): Promise<void> {
  const folder = process.env.RUNNER_TEMP || privateFolder(tmpdir());
  const kept = (names.length > 0 ? names : operationNames).flatMap((name) =>
    stateFiles(folder, name).map((file) => ({ name, file })),
  );
  let failed = false;
  for (const { name, file } of kept) {
    const operation = await loadOperation(name);
    await withHost(process, { scope: name, inputs: new Map(), stateFile: file }, async (host, clock) => {
      try {
        await operation.cleanUp?.(await createWorld(name, host, clock, process.env));
        forgetState(file);
      } catch (thrown) {
        failed = true;
        host.log.error(`${name}: ${describe(thrown)}`);
      }
      return failed ? 1 : 0;
    });
  }
}
