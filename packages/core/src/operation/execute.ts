import { asLandfallError } from '../errors/as-landfall-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import type { LandfallError } from '../errors/landfall-error.ts';
import { parseInputs } from '../inputs/parse-inputs.ts';
import type { SummaryBlock } from '../world/summary.ts';
import type { World } from '../world/world.ts';
import type { Operation } from './operation.ts';

/** What a run came to, the same on every host; printed by `--output json`. */
export interface Result {
  readonly operation: string;
  /** The operation's, in a few words. */
  readonly title: string;
  readonly ok: boolean;
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly error?: {
    readonly code: string;
    readonly summary: string;
    readonly remedy: string;
    readonly details: readonly string[];
    /** The log has the details already. */
    readonly detailsLogged: boolean;
    readonly facts: Readonly<Record<string, unknown>>;
  };
  readonly facts: Readonly<Record<string, unknown>>;
  /** What the operation has to show. */
  readonly summary: readonly SummaryBlock[];
  /** AWS requests sent, attempts included, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  readonly milliseconds: number;
}

/** Parses and runs one operation. It never throws: every end is a `Result`. */
export async function execute(operation: Operation, world: World): Promise<Result> {
  const { host, clock } = world;
  const start = clock.elapsed();
  const outputs: Record<string, string> = {};
  const facts: Record<string, unknown> = {};
  const summary: SummaryBlock[] = [];
  const hostErrors: unknown[] = [];
  let error: LandfallError | undefined;
  try {
    await host.clearOutputs(Object.keys(operation.outputs));
    const inputs = parseInputs(operation.inputs, host.inputs(), operation.check);
    await operation.run({
      inputs,
      world,
      output: async (name, value) => {
        outputs[name] = value;
        // The work continues: what was done is worth more than the file it should have been noted in.
        await host.setOutput(name, value).catch((thrown) => hostErrors.push(thrown));
      },
      summary: (...blocks) => void summary.push(...blocks),
      fact: (name, value) => {
        facts[name] = value;
      },
    });
  } catch (thrown) {
    error = asLandfallError(thrown);
  }
  if (!error && hostErrors.length > 0) error = asLandfallError(hostErrors[0]);
  if (hostErrors.length > 0) {
    for (const [name, value] of Object.entries(outputs)) host.log.info(`output ${name}: ${value}`);
  }
  return {
    operation: operation.name,
    title: operation.title,
    ok: error === undefined,
    exitCode: error?.exitCode ?? exitCodes.success.code,
    outputs,
    ...(error && {
      error: {
        code: error.code,
        summary: error.summary,
        remedy: error.remedy,
        details: error.details,
        detailsLogged: error.detailsLogged,
        facts: error.facts,
      },
    }),
    facts,
    summary,
    calls: world.aws.calls(),
    milliseconds: Math.round(clock.elapsed() - start),
  };
}
