import type { Operation } from '@landfall/core/operation/operation';
import type { KillAt } from '../../scenario/kill-at.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Run } from '../judge/evidence.ts';
import type { Witness } from './witness.ts';

/** No run takes longer: one that does hangs. */
const longest = 6 * 3_600_000;

/** Which attempt of which CI run, and what happens to it. */
export interface ScheduledAttempt<A> {
  readonly origin: string;
  readonly attempt: number;
  readonly killAt?: KillAt;
  readonly cancelAt?: number;
  readonly others: readonly { readonly at?: number; readonly act: A }[];
}

/** Runs an attempt until it ends or is killed. */
export async function runAttempt<A>(
  scenario: Scenario,
  witness: Witness<A>,
  { origin, attempt, killAt, cancelAt, others }: ScheduledAttempt<A>,
  program: {
    readonly operation: Operation;
    readonly inputs: Readonly<Record<string, string>>;
    readonly files: Readonly<Record<string, string>>;
    act(act: A): Promise<void>;
  },
): Promise<Pick<Run, 'startedAt' | 'endedAt' | 'cancelledAt' | 'lines' | 'said'>> {
  const { operation, inputs, files, act } = program;
  const { clock } = scenario;
  const startedAt = clock.now();
  const begun = scenario.begin(inputs, {
    operation,
    run: { origin, id: origin, attempt },
    files,
    between: witness.between,
    ...(killAt && { killAt }),
  });
  let cancelledAt: number | undefined;
  if (cancelAt !== undefined)
    scenario.at(cancelAt, () => {
      cancelledAt ??= clock.now();
      witness.cancel();
      begun.host.cancel();
    });
  for (const one of others) if (one.at !== undefined) scenario.at(one.at, () => act(one.act));
  const late = new AbortController();
  const end = await Promise.race([
    begun.done,
    ...(begun.killed ? [begun.killed] : []),
    clock.sleep(longest, late.signal).then(() => 'late' as const),
  ]);
  late.abort();
  witness.end();
  if (end === 'late') throw new Error(`${operation.name} has not ended after ${longest / 3_600_000} h`);
  return {
    startedAt,
    endedAt: clock.now(),
    cancelledAt,
    lines: begun.host.lines,
    ...(end && { said: end.result }),
  };
}
