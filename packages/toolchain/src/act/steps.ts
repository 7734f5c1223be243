import { stripVTControlCharacters } from 'node:util';

/** A step of a job, or its post step, as act ran it. */
export interface ActStep {
  /** The `id` of the step in the workflow; its number where it has none. */
  readonly id: string;
  /** What the step is called, or what it uses. */
  readonly name: string;
  readonly stage: 'Pre' | 'Main' | 'Post';
  readonly result: 'success' | 'failure' | 'skipped';
  /** Of a program that ended red. Absent where none was started, as for an action that cannot be loaded. */
  readonly exitCode?: number;
  /** The titles of the `::error::` commands. */
  readonly errors: readonly string[];
  /** What the step wrote, and what act said of it. */
  readonly lines: readonly string[];
}

/** What is read of a line of `act --json`. */
interface LogEntry {
  readonly msg: string;
  readonly level: string;
  readonly step?: string;
  readonly stepID?: readonly string[];
  readonly stage?: ActStep['stage'];
  readonly stepResult?: ActStep['result'];
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly arg?: string;
  readonly kvPairs?: Readonly<Record<string, string>>;
}

/** The steps in the log of `act --json`, in their order. Lines that do not belong to a step are omitted. */
export function stepsOf(log: string): readonly ActStep[] {
  const steps = new Map<string, { -readonly [Key in keyof ActStep]: ActStep[Key] }>();
  for (const line of log.split('\n')) {
    const entry = parsed(line);
    if (entry?.stage === undefined || entry.stepID === undefined) continue;
    const id = entry.stepID.join('/');
    const key = `${entry.stage} ${id}`;
    const step =
      steps.get(key) ??
      ({ id, name: entry.step ?? id, stage: entry.stage, result: 'skipped', errors: [], lines: [] } as const);
    const text = stripVTControlCharacters(entry.msg).trimEnd();
    const exitCode = /^exit status (\d+)$/.exec(text)?.[1];
    steps.set(key, {
      ...step,
      ...(entry.stepResult === undefined ? {} : { result: entry.stepResult }),
      ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
      ...(entry.command === 'error' ? { errors: [...step.errors, entry.kvPairs?.title ?? ''] } : {}),
      ...(entry.raw_output || entry.level === 'error' ? { lines: [...step.lines, text] } : {}),
    });
  }
  return [...steps.values()];
}

function parsed(line: string): LogEntry | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    // A line of another program that begins with a brace.
    return undefined;
  }
}
