import { describe } from '@landfall/core/errors/describe';
import { loadOperation, type OperationName } from '@landfall/core/operations/index';
import { runReported } from '@landfall/report/run-reported';
import { checkingProxies } from '../proxy.ts';
import { version } from '../version.ts';
import { createWorld } from '../world.ts';
import { withHost } from './session.ts';

export const runAction = (name: OperationName, process: NodeJS.Process): Promise<void> =>
  withHost(process, { scope: name }, async (host, clock) => {
    const [operation, world] = await Promise.all([
      loadOperation(name),
      createWorld(name, host, clock, process.env),
    ]);
    return (await runReported(checkingProxies(operation, process.env), world, version)).exitCode;
  });

/** A clean-up that fails is a warning: the job is over, and its result must not change. */
export const runPost = (name: OperationName, process: NodeJS.Process): Promise<void> =>
  withHost(process, { scope: name }, async (host, clock) => {
    const [operation, world] = await Promise.all([
      loadOperation(name),
      createWorld(name, host, clock, process.env),
    ]);
    try {
      await operation.cleanUp?.(world);
    } catch (thrown) {
      host.annotate({ level: 'warning', title: `${operation.title}: clean-up`, message: describe(thrown) });
    }
    return 0;
  });
