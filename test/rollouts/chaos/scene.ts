import type { Operation } from '@landfall/core/operation/operation';
import type { Truth } from '@landfall/sandbox/ecs/truth';
import type { FaultRule } from '@landfall/sandbox/faults/fault';
import type { KillAt } from '../kill.ts';
import type { Stage } from '../stage.ts';
import type { Draw } from './draw.ts';
import type { Evidence } from './judge.ts';

/** How an attempt of the run ends before its time: killed at a call, or cancelled so many milliseconds in. */
export type Cut = { readonly killAt: KillAt } | { readonly cancelAt: number };

/** A service, set, and everything that will happen to it: one seed, one scene. */
export interface Scene {
  readonly stage: Stage;
  readonly strategy: string;
  /** Default: deploy-service. */
  readonly operation?: Operation;
  /** Whether ECS registers the task definitions itself, one for each deployment. Default false. */
  readonly ecsRegisters?: boolean;
  /** By which the new version is known. Default: `example/web:2`. */
  readonly image?: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly until: Evidence['until'];
  readonly onCancel: 'leave' | 'stop';
  readonly faults: readonly FaultRule[];
  /** Attempts before the one that is judged. */
  readonly cuts: readonly Cut[];
  /** Others act, so many milliseconds after the start of the last attempt. */
  readonly meddling: readonly { readonly at: number; readonly act: 'cancel' | (() => Promise<unknown>) }[];
  /** What is so at this moment. */
  truth(): Promise<Truth>;
  /** How many deployments of our task definition may have been made, these having been. */
  allowed(ours: Truth['deployments'], endedAttempts: number): number;
}

export const cutsFrom = ({ chance, pick, between }: Draw, calls: readonly string[]): readonly Cut[] =>
  Array.from({ length: chance(0.3) ? between(1, 4) : 0 }, () =>
    chance(0.6)
      ? {
          killAt: {
            call: pick(calls),
            when: pick(['before', 'after'] as const),
            time: between(1, 4),
          },
        }
      : { cancelAt: between(1000, 120_000) },
  );

/** Now and then somebody else acts, in one of these ways, within so many milliseconds. */
export const meddlingFrom = (
  { chance, pick, between }: Draw,
  meddlers: Readonly<Record<string, () => Promise<unknown>>>,
  [from, to]: readonly [from: number, to: number],
): Scene['meddling'] =>
  chance(0.35) ? [{ at: between(from, to), act: meddlers[pick(Object.keys(meddlers))]! }] : [];

/** Now and then the run itself is cancelled, within so many milliseconds. */
export const cancelFrom = ({ chance, between }: Draw, to: number): Scene['meddling'] =>
  chance(0.1) ? [{ at: between(1000, to), act: 'cancel' }] : [];
