import type { Clock } from '@landfall/core/world/clock';
import type { Host } from '@landfall/core/world/host';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a host's environment says before its adapter is loaded. */
export interface HostEnvironment {
  /** By a variable that the host documents as its own. */
  isHost(env: Environment): boolean;
  /**
   * The variable that identifies a job, so that jobs of one user do not share logins. `undefined` where the host has
   * a folder for each job, or has no jobs.
   */
  readonly jobVariable: string | undefined;
}

/** Where the log goes: `process.stdout`, or `process.stderr` when stdout carries the result. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly rows?: number | undefined;
  readonly columns?: number | undefined;
}

/** Everything a host adapter takes from the process it runs in. No adapter reads `process` itself. */
export interface Surroundings {
  readonly env: Environment;
  /** The working directory, absolute. */
  readonly cwd: string;
  readonly log: TextOutput;
  readonly clock: Clock;
  readonly cancellation: AbortSignal;
  /** The folder for temporary files where the host names none: `os.tmpdir()`. */
  readonly temporary: string;
  /** Given when the inputs were read elsewhere (command line flags); otherwise the host reads its own. */
  readonly inputs?: ReadonlyMap<string, string>;
  /** Keeps apart the states of operations, where no runner does: the operation's name. */
  readonly scope: string;
  /** For a clean-up outside GitHub: the state file that an earlier run left. */
  readonly stateFile?: string;
}

export interface HostSession extends Host {
  /** Checks the clock: after a long silence it prints one line. Call it regularly. */
  tick(): void;
  /** Leaves the log as a person should find it. Call it when the work is over, whatever its end. */
  close(): void;
}
