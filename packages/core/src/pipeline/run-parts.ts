import { asLandfallError } from '../errors/as-landfall-error.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import type { Call } from '../operation/operation.ts';
import type { Recorder } from '../record/recorder.ts';
import type { StepRecord, TaskRecord } from '../record/run-results.ts';
import { outputIn, type Part, type Values, valuesOf, type Wiring } from './part.ts';

/** What the parts that have run output, by operation and by the operation's own names. */
export type PartOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Steps {
  readonly parts: readonly Part[];
  /** In a dry run these would have effects. */
  readonly skipped: readonly Part[];
  wiring(part: Part, outputs: PartOutputs): Wiring;
}

/** One part after the other, until one is red. @throws what that part ends with */
export async function runParts(
  call: Call<Record<string, never>, Record<string, never>>,
  given: Values,
  { parts, skipped, wiring }: Steps,
): Promise<void> {
  const { world, record } = call;
  const { clock, host } = world;
  const steps: StepRecord[] = [];
  const outputs: Record<string, Record<string, string>> = {};
  const tasks: TaskRecord[] = [];
  let error: LandfallError | undefined;
  for (const [index, part] of parts.entries()) {
    const { name, title } = part.operation;
    const own: Record<string, string> = {};
    const started = clock.elapsed();
    const note = (how: Pick<StepRecord, 'state' | 'error' | 'reason'>) =>
      steps.push({
        operation: name,
        title,
        startedAt: record.timeOf(started),
        milliseconds: Math.round(clock.elapsed() - started),
        outputs: own,
        ...how,
      });
    const reason = error ? `${failedOf(steps)} failed` : skipped.includes(part) && 'it has no dry run';
    if (reason) {
      host.log.info(`${name} is skipped: ${reason}`);
      note({ state: 'SKIPPED', reason });
      continue;
    }
    host.log.info(`${index + 1} of ${parts.length}: ${name}`);
    try {
      if (host.cancellation.aborted)
        throw new LandfallError('CANCELLED', { summary: `the run was cancelled before ${name}` });
      const { values, problems } = valuesOf(part, given, wiring(part, outputs));
      if (problems.length > 0) throw invalidInputs(problems);
      await part.operation.run({
        world,
        inputs: values as never,
        record: adding(record, tasks),
        output: async (output, value) => {
          own[output] = value;
          await call.output(outputIn(part, output) as never, value);
        },
      });
      outputs[name] = own;
      note({ state: 'SUCCEEDED' });
    } catch (thrown) {
      error = asLandfallError(thrown);
      note({ state: 'FAILED', error: { code: error.code, summary: error.summary } });
    }
  }
  record.note({ steps });
  await call.output(
    'parts' as never,
    JSON.stringify(Object.fromEntries(steps.map((one) => [one.operation, one.state]))),
  );
  record.summary({
    kind: 'table',
    head: ['Part', 'Result', 'Seconds'],
    rows: steps.map((one) => [one.operation, one.state, String(Math.round(one.milliseconds / 1000))]),
  });
  if (error) throw ofPipeline(error, steps);
}

const failedOf = (steps: readonly StepRecord[]) => steps.find(({ state }) => state === 'FAILED')?.operation;

/** The error of the part, with what became of the others. */
function ofPipeline(error: LandfallError, steps: readonly StepRecord[]): LandfallError {
  const byState = (state: StepRecord['state']) =>
    steps.filter((one) => one.state === state).map(({ operation }) => operation);
  const failed = failedOf(steps) ?? '';
  const skipped = byState('SKIPPED');
  return new LandfallError(error.code, {
    summary: `${failed}: ${error.summary}`,
    remedy: error.remedy,
    details: [...error.details, ...skipped.map((name) => `${name}: SKIPPED, because ${failed} failed`)],
    detailsLogged: error.detailsLogged && skipped.length === 0,
    facts: { ...error.facts, failed, succeeded: byState('SUCCEEDED'), skipped },
    applied: error.applied,
    cause: error,
  });
}

/** Two parts may run tasks: those of the first stay. */
function adding(record: Recorder, tasks: TaskRecord[]): Recorder {
  const before = [...tasks];
  return {
    ...record,
    note(results) {
      if (results.tasks) tasks.splice(before.length, tasks.length, ...results.tasks);
      record.note({ ...results, ...(results.tasks && { tasks: [...tasks] }) });
    },
  };
}
