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
  readonly ok: boolean;
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly error?: {
    readonly code: string;
    readonly summary: string;
    readonly remedy: string;
    readonly details: readonly string[];
    readonly facts: Readonly<Record<string, unknown>>;
  };
  readonly facts: Readonly<Record<string, unknown>>;
  /** AWS requests sent, attempts included, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  readonly milliseconds: number;
}

/** Parses, runs and reports one operation. It never throws: every end is a `Result`. */
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
        // The work goes on: what was done is worth more than the file it should have been noted in.
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
  if (error) report(error, world);
  if (summary.length > 0 || error) await host.summary([...summary, ...errorBlocks(operation, error)]);
  return {
    operation: operation.name,
    ok: error === undefined,
    exitCode: error?.exitCode ?? exitCodes.success.code,
    outputs,
    ...(error && {
      error: {
        code: error.code,
        summary: error.summary,
        remedy: error.remedy,
        details: error.details,
        facts: error.facts,
      },
    }),
    facts,
    calls: world.aws.calls(),
    milliseconds: Math.round(clock.elapsed() - start),
  };
}

function report(error: LandfallError, { host }: World) {
  if (!error.detailsLogged) for (const line of error.details) host.log.error(`  ${line}`);
  host.log.error(`${error.code}: ${error.summary}`);
  host.log.error(`→ ${error.remedy}`);
  host.annotate({ level: 'error', title: error.code, message: annotationOf(error) });
}

/** As many details as fit on the page of a run without hiding the next annotation. */
const annotatedDetails = 10;

/** What a person reads first, on the page of the run: the cause stands in it, not only in the log. */
function annotationOf({ summary, details, remedy }: LandfallError): string {
  const more = details.length - annotatedDetails;
  return [
    summary,
    ...details.slice(0, annotatedDetails).map((line) => `  ${line}`),
    ...(more > 0 ? [`  … ${more} more ${more === 1 ? 'line' : 'lines'} in the log`] : []),
    `→ ${remedy}`,
  ].join('\n');
}

function errorBlocks(operation: Operation, error: LandfallError | undefined): SummaryBlock[] {
  if (!error) return [];
  return [
    { kind: 'heading', text: `${operation.title}: ${error.code}` },
    { kind: 'paragraph', text: error.summary },
    { kind: 'paragraph', text: `→ ${error.remedy}` },
    ...(error.details.length > 0
      ? [{ kind: 'code', language: 'text', text: error.details.join('\n') } as const]
      : []),
  ];
}
