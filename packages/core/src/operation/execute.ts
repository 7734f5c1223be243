import { asLandfallError } from '../errors/as-landfall-error.ts';
import type { LandfallError } from '../errors/landfall-error.ts';
import { parseInputs } from '../inputs/parse-inputs.ts';
import { recordedInputs } from '../inputs/recorded-inputs.ts';
import { recordedHost } from '../record/recorded-host.ts';
import { beginRecord, type RecordListener } from '../record/recorder.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { World } from '../world/world.ts';
import type { Operation } from './operation.ts';

/**
 * Parses and runs one operation. It never throws: every end is a record.
 * @param landfall the version of Landfall
 */
export async function execute(
  operation: Operation,
  given: World,
  landfall: string,
  listener: RecordListener,
): Promise<RunRecord> {
  const { name, title } = operation;
  const inputs = recordedInputs(operation.inputs, given.host.inputs());
  const record = beginRecord({ landfall, operation: name, title, inputs }, given.clock, given.host, listener);
  const host = recordedHost(given.host, record);
  const world = { ...given, host };
  const outputs: Record<string, string> = {};
  const hostErrors: unknown[] = [];
  let error: LandfallError | undefined;
  try {
    await host.clearOutputs(Object.keys(operation.outputs));
    await operation.run({
      inputs: parseInputs(operation.inputs, host.inputs(), operation.check, (warning) =>
        host.log.warning(warning),
      ),
      world,
      record,
      output: async (output, value) => {
        outputs[output] = value;
        // The work continues: it matters more than the file that should have recorded it.
        await host.setOutput(output, value).catch((thrown) => hostErrors.push(thrown));
      },
    });
  } catch (thrown) {
    error = asLandfallError(thrown);
  }
  if (!error && hostErrors.length > 0) error = asLandfallError(hostErrors[0]);
  if (hostErrors.length > 0)
    for (const [output, value] of Object.entries(outputs)) host.log.info(`output ${output}: ${value}`);
  return record.end({ outputs, error, calls: world.aws.calls() });
}
