export type HostName = 'github' | 'circleci' | 'codebuild' | 'terminal';

/** What the CI host says of the commit being built. Absent facts are absent, never guessed. */
export interface CommitFacts {
  /** For a pull request's merge commit, which CI generates, the head that it merges. */
  readonly sha?: string;
  /** The commit that is checked out, when it differs from `sha` (GitHub's merge commit). */
  readonly checkedOutSha?: string;
  /** How many files of the work tree differ from it or are new, in a terminal; absent when none is. */
  readonly changedFiles?: number;
  /** Absent for a pull request that may come from a fork: its author chooses the branch name. */
  readonly branch?: string;
  readonly tag?: string;
  readonly pullRequest?: number;
  /** `owner/name`. */
  readonly repository?: string;
  /** Where a person can read the source, e.g. https://github.com/owner/name. */
  readonly sourceUrl?: string;
  readonly message?: string;
  /** When it was committed, ISO 8601; where only a merge commit was fetched, when that was. */
  readonly committedAt?: string;
  /** The branch that a pull request would be merged into, or that a new tag was made on. */
  readonly baseBranch?: string;
  /** The repository's default branch. */
  readonly defaultBranch?: string;
  /** What the repository says of itself, and its licence by SPDX identifier. */
  readonly description?: string;
  readonly license?: string;
}

/** What the CI host says of the run. */
export interface RunFacts {
  /** Unique per run and the same for every attempt of it. */
  readonly id: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /**
   * The same for a run and for each rerun of it, so that a rerun can resume what an earlier attempt started.
   * Absent where the host does not identify reruns.
   */
  readonly origin?: string;
  /** Distinguishes the steps of one job; the same at every attempt. Absent where the host has no name for them. */
  readonly step?: string;
  /** The build's number, where the host counts builds. */
  readonly number?: string;
  readonly job?: string;
  readonly url?: string;
  /** What started it, by GitHub's names: `push`, `pull_request`, `schedule`, … */
  readonly event?: string;
}

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  /** Absent where the place says enough. */
  readonly title?: string;
  readonly message: string;
  /** From the workspace. */
  readonly file?: string;
  /** Line and column count from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** What something that moves is waiting for. Times are the clock's monotonic milliseconds. */
export interface Waiting {
  /** Completes "waiting for": `1 of 2 new tasks to run`. */
  readonly what: string;
  /** When the whole wait began. */
  readonly since: number;
  /** When what is waited for ends by design, where that is known: a bake time, a hook that expires. */
  readonly until?: number | undefined;
  /** When this step stops waiting. */
  readonly deadline: number;
}

/**
 * The log. Every method neutralises and redacts its text: no text given here can become a command of the
 * runner, and no masked value is printed.
 */
export interface Log {
  info(text: string): void;
  notice(text: string): void;
  warning(text: string): void;
  error(text: string): void;
  debug(text: string): void;
  /**
   * Output of other programs (build output, container log), shown indented and unchanged otherwise.
   */
  output(text: string): void;
  /**
   * The state of something that moves, and what it is waiting for. A CI log gets a line when the text changes, and
   * one a minute while it does not; a terminal redraws it in place, with a clock that ticks. An empty text ends it.
   */
  progress(key: string, text: string, waiting?: Waiting): void;
  /** A fold with a title. The body's lines go inside it; the fold closes whatever happens. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
}

/** A summary, rendered in the form that a host takes. */
export interface SummaryPage {
  /** GitHub-flavored Markdown of at most `limit` bytes. Secrets are redacted before anything is escaped. */
  markdown(options: { redact(text: string): string; readonly limit: number }): string;
  /** Lines for a log, without what the log has shown already. */
  text(isLogged: (line: string) => boolean): readonly string[];
}

/** Where an operation runs and shows its result: GitHub, CircleCI, CodeBuild or a terminal. */
export interface Host {
  readonly name: HostName;
  readonly workspace: string;
  readonly temporaryFolder: string;
  readonly log: Log;
  readonly run: RunFacts;
  /**
   * The commit that a folder of the workspace holds, whichever the run was started for: what is there is what is built.
   * Without a folder the commit that the run is of, as a builder would fetch it.
   */
  commit(folder?: string): Promise<CommitFacts>;
  /** The inputs that were given, by their kebab-case names. An empty text counts as not given. */
  inputs(): ReadonlyMap<string, string>;
  /** A variable of the job, where a user's file or input asks for it by name: `${TAG}` in a Compose file. */
  environment(name: string): string | undefined;
  /**
   * From now on the value appears nowhere in the log of this step, and of the job's later steps where the host masks
   * for all of them (GitHub, which then passes the value to no other job). Call it before the value is used.
   */
  mask(secret: string, scope?: 'step'): void;
  /** Without the values that were masked: for text that leaves by another way than the log. */
  redact(text: string): string;
  annotate(annotation: Annotation): void;
  /**
   * Removes what earlier runs in the job output under these names, where the outputs of all of
   * them share one scope: a later step never gets an output of another run of the operation.
   * HOST_OUTPUT_FAILED, DISK_FULL.
   */
  clearOutputs(names: readonly string[]): Promise<void>;
  /** Hands an output to later steps, at once. HOST_OUTPUT_FAILED, OUTPUT_TOO_LARGE, DISK_FULL. */
  setOutput(name: string, value: string): Promise<void>;
  /**
   * Sets an environment variable for the later steps of the job (GITHUB_ENV, BASH_ENV, the file that a buildspec
   * sources). HOST_OUTPUT_FAILED, DISK_FULL.
   */
  exportVariable(name: string, value: string): Promise<void>;
  /** Appends to the run's summary. Best effort: a summary that cannot be written is a warning. */
  summary(page: SummaryPage): Promise<void>;
  /** Keeps a value for the clean-up that runs after the job, even after a cancel. */
  saveState(name: string, value: string): Promise<void>;
  readState(name: string): string | undefined;
  /** Aborts at the first SIGINT or SIGTERM. The second signal ends the process at once. */
  readonly cancellation: AbortSignal;
}
