import { LandfallError } from '@landfall/core/errors/landfall-error';
import { loadOperation, type OperationName } from '@landfall/core/operations/index';
import { runReported } from '@landfall/report/run-reported';
import { operationCommand } from '../flags/operation-command.ts';
import { readInputs } from '../flags/read-inputs.ts';
import { checkingProxies } from '../proxy.ts';
import { version } from '../version.ts';
import { createWorld } from '../world.ts';
import { print, printJson } from './print.ts';
import { withHost } from './session.ts';

/** `landfall <operation> --flags`: the exit code says the result; with `--output json` stdout holds it. */
export async function runOperation(
  name: OperationName,
  argv: readonly string[],
  process: NodeJS.Process,
): Promise<void> {
  const definition = await loadOperation(name);
  const { help, output, inputs, operation } = readInputs(definition, argv, process.env);
  if (help) {
    print(process.stdout, operationCommand(definition).helpInformation());
    return;
  }
  const json = output === 'json';
  await withHost(
    process,
    { scope: name, inputs, ...(json && { log: process.stderr }) },
    async (host, clock) => {
      const record = await runReported(
        checkingProxies(operation, process.env),
        await createWorld(name, host, clock, process.env),
        version,
      );
      const lost = json ? await printJson(process.stdout, record) : undefined;
      if (!lost) return record.exitCode;
      const { summary, remedy, exitCode } = new LandfallError('DISK_FULL', {
        summary: `the result could not be written to standard output: ${lost.message}`,
      });
      print(process.stderr, `DISK_FULL: ${summary}\n→ ${remedy}\n`);
      return record.exitCode || exitCode;
    },
  );
}
