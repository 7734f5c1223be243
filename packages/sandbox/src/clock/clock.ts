import type { Clock } from '@landfall/core/world/clock';

/** A callback that is still to come. */
export interface Appointment {
  readonly time: number;
}

/**
 * The core's clock, and a diary. Everything in the sandbox that happens later goes through it, so that a whole
 * rollout can run in real time or in no time at all.
 */
export interface SandboxClock extends Clock {
  readonly kind: 'real' | 'virtual';
  /** Runs the callback at a wall time (epoch milliseconds), or as soon as possible when that is past. */
  at(time: number, callback: () => void): Appointment;
  /** Runs the callback after this many milliseconds. */
  after(milliseconds: number, callback: () => void): Appointment;
  /** A callback that has run, or was cancelled before, is left alone. */
  cancel(appointment: Appointment | undefined): void;
  /** Cancels everything; nothing runs after that. */
  close(): void;
}

/** A clock that stands still until it is told to move. Callbacks run in order of time, then of appointment. */
export interface VirtualClock extends SandboxClock {
  readonly kind: 'virtual';
  /** Moves the time on, running what falls due on the way, each at its own time. Synchronous. */
  advance(milliseconds: number): void;
  /** As `advance`, to a wall time; a time in the past is ignored. */
  advanceTo(time: number): void;
  /** The time of the next callback, or undefined when the diary is empty. */
  next(): number | undefined;
  /** Whether `close` was called. */
  closed(): boolean;
}
