import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { Result } from '@landfall/core/operation/execute';
import { loadOperation, type OperationName } from '@landfall/core/operations/index';
import { runReported } from '@landfall/report/run-reported';
import { operationCommand } from '../flags/operation-command.ts';
import { readInputs } from '../flags/read-inputs.ts';
import { checkingProxies } from '../proxy.ts';
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
      const result = await runReported(
        checkingProxies(operation, process.env),
        await createWorld(name, host, clock, process.env),
      );
      const lost = json ? await printJson(process.stdout, redacted(result, host.redact)) : undefined;
      if (!lost) return result.exitCode;
      const { summary, remedy, exitCode } = new LandfallError('DISK_FULL', {
        summary: `the result could not be written to standard output: ${lost.message}`,
      });
      print(process.stderr, `DISK_FULL: ${summary}\n→ ${remedy}\n`);
      return result.exitCode || exitCode;
    },
  );
}

/** Outputs are what was requested; whatever tells of them may quote someone else's text. */
const redacted = (result: Result, redact: (text: string) => string): Result => ({
  ...result,
  facts: redactDeep(result.facts, redact) as Result['facts'],
  ...(result.error && { error: redactDeep(result.error, redact) as NonNullable<Result['error']> }),
});

function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((one) => redactDeep(one, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redactDeep(one, redact)]));
}
