import { tmpdir } from 'node:os';
import { describe } from '@landfall/core/errors/describe';
import { loadOperation, type OperationName, operationNames } from '@landfall/core/operations/index';
import { privateFolder } from '@landfall/hosts/private-folder';
import { forgetState, problemOfState, stateFiles } from '@landfall/hosts/state/run-state';
import { withHosts } from '../program/session.ts';
import { createWorld } from '../world.ts';

/**
 * `landfall clean-up [operation]`: what GitHub's post step does, for hosts that have none. It undoes what every
 * run of this job kept for it (a login, say), and is safe to repeat. One that fails does not stop the others.
 */
export async function cleanUp(names: readonly OperationName[], process: NodeJS.Process): Promise<void> {
  const folder =
    process.env.RUNNER_TEMP || privateFolder({ env: process.env, cwd: process.cwd(), temporary: tmpdir() });
  const kept = (names.length > 0 ? names : operationNames).flatMap((name) =>
    stateFiles(folder, name).map((stateFile) => ({ name, stateFile })),
  );
  await withHosts(process, async (open) => {
    let exitCode = 0;
    for (const { name, stateFile } of kept) {
      const code = await open({ scope: name, inputs: new Map(), stateFile }, async (host, clock) => {
        try {
          const problem = problemOfState(stateFile);
          if (problem !== undefined) {
            host.log.notice(`${name}: the state file ${stateFile} ${problem}, so it is ignored`);
            forgetState(stateFile);
            return 0;
          }
          const operation = await loadOperation(name);
          await operation.cleanUp?.(await createWorld(name, host, clock, process.env));
          forgetState(stateFile);
          return 0;
        } catch (thrown) {
          host.log.error(`${name}: ${describe(thrown)}`);
          return 1;
        }
      });
      exitCode ||= code;
    }
    return exitCode;
  });
}
