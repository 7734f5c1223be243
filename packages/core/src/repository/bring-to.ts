import { LandfallError } from '../errors/landfall-error.ts';
import type { Ecr } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import { applyChange, type LocatedRepository, readRepository, type WrittenPolicy } from './ecr-repository.ts';
import { type Change, planRepository, type RequestedRepository } from './plan-repository.ts';
import { samePolicy } from './same-json.ts';

const pollMilliseconds = 2000;
/** How far a read of ECR may be behind a write, in milliseconds. */
const lag = 30_000;
/** That something is not there is believed later. */
const absence = 60_000;

/** A repository that was made just now may not be shown yet. Its policies are not read. */
export async function untilThere(
  { clock, host }: World,
  ecr: Ecr,
  { name }: RequestedRepository,
): Promise<LocatedRepository> {
  for (const until = clock.elapsed() + absence; ; ) {
    const found = await readRepository(ecr, { name, tags: [] }, host.cancellation);
    if (found) return found;
    if (clock.elapsed() >= until) throw gone(name);
    await pause(clock, host.cancellation);
  }
}

/**
 * Makes one change after the other, and looks again before each: what someone else has changed meanwhile is
 * seen, and the last look proves the whole. What a read does not show yet is waited for.
 * @param done gets a sentence for each change
 */
export async function bringTo(
  { clock, host: { cancellation: signal } }: World,
  ecr: Ecr,
  wanted: RequestedRepository,
  { existing: { arn } }: LocatedRepository,
  done: string[],
): Promise<LocatedRepository> {
  /** What was written, by its kind: policies as they were sent, and as ECR answered that it keeps them. */
  const made = new Map<string, WrittenPolicy | undefined>();
  let until = clock.elapsed() + lag;
  let shown = clock.elapsed();
  for (;;) {
    const found = await readRepository(ecr, wanted, signal);
    if (!found) {
      if (clock.elapsed() >= shown + absence) throw gone(wanted.name);
      await pause(clock, signal);
      continue;
    }
    shown = clock.elapsed();
    const existing = {
      ...found.existing,
      lifecyclePolicy: asSent(found.existing.lifecyclePolicy, made.get('lifecycle')),
      policy: asSent(found.existing.policy, made.get('policy')),
    };
    const changes = planRepository(existing, wanted);
    if (changes.length === 0) return found;
    const change = changes.find(({ kind }) => !made.has(kind));
    if (change && change.kind !== 'create') {
      made.set(change.kind, await applyChange(ecr, wanted.name, arn, change, signal));
      if (change.kind !== 'finish') done.push(change.text);
      until = clock.elapsed() + lag;
    } else if (clock.elapsed() < until) await pause(clock, signal);
    else throw changedMeanwhile(wanted.name, changes);
  }
}

/** ECR may keep a policy in words of its own, which mean what was sent: its answer to the write has them. */
const asSent = (held: string | undefined, written: WrittenPolicy | undefined) =>
  written?.kept !== undefined && samePolicy(held, written.kept) ? written.sent : held;

async function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  await clock.sleep(pollMilliseconds, signal);
  if (signal.aborted)
    throw new LandfallError('CANCELLED', {
      summary: 'the wait for the repository to read back was cancelled',
    });
}

const gone = (name: string) =>
  new LandfallError('NOT_FOUND', { summary: `${name} was deleted by someone else during this run` });

const changedMeanwhile = (name: string, changes: readonly Change[]) =>
  new LandfallError('REPOSITORY_CONFLICT', {
    summary: `${name} was changed, but does not read back as requested; still to do: ${changes.map(({ text }) => text).join(', ')}`,
    remedy:
      'Something else is changing the repository at the same time: find out what, then run the step again.',
  });
