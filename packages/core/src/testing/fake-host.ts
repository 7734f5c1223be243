import { createRedactor, printable } from '../text/redactor.ts';
import type { Annotation, CommitFacts, Host, HostName, Log, RunFacts } from '../world/host.ts';

export interface LogEntry {
  readonly level: 'info' | 'notice' | 'warning' | 'error' | 'debug' | 'output' | 'progress';
  readonly text: string;
  /** The titles of the enclosing folds, outermost first. */
  readonly groups: readonly string[];
}

export interface FakeHostOptions {
  readonly name?: HostName;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly commit?: CommitFacts;
  readonly run?: Partial<RunFacts>;
  readonly state?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly workspace?: string;
  readonly temporaryFolder?: string;
}

/** A host in memory. It keeps the contract (inert, redacted lines; masks; state) and everything it was told. */
export interface FakeHost extends Host {
  /** Every line in order, as a log would show it. */
  readonly entries: readonly LogEntry[];
  /** The same as `level: text`, one string per line. */
  readonly lines: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly annotations: readonly Annotation[];
  readonly masks: readonly string[];
  /** The summary as lines of text. */
  readonly summaryLines: readonly string[];
  /** Like the first SIGINT. */
  cancel(): void;
  /** From now on handing over an output or a variable fails with this. */
  failOutputsWith(error: unknown): void;
}

export function fakeHost(options: FakeHostOptions = {}): FakeHost {
  const entries: LogEntry[] = [];
  const outputs: Record<string, string> = {};
  const variables: Record<string, string> = {};
  const state: Record<string, string> = { ...options.state };
  const annotations: Annotation[] = [];
  const masks: string[] = [];
  const summaryLines: string[] = [];
  const redactor = createRedactor();
  const abort = new AbortController();
  const progress = new Map<string, string>();
  let groups: readonly string[] = [];
  let refusal: { readonly error: unknown } | undefined;

  const clean = (text: string) => printable(text, redactor);
  const write = (level: LogEntry['level']) => (text: string) => {
    for (const line of clean(text).split('\n')) entries.push({ level, text: line, groups });
  };
  const log: Log = {
    info: write('info'),
    notice: write('notice'),
    warning: write('warning'),
    error: write('error'),
    debug: write('debug'),
    output: write('output'),
    progress(key, text) {
      if (progress.get(key) === text) return;
      progress.set(key, text);
      if (text !== '') write('progress')(text);
    },
    async group(title, body) {
      const outside = groups;
      groups = [...outside, clean(title)];
      try {
        return await body();
      } finally {
        groups = outside;
      }
    },
  };
  const hand = (kept: Record<string, string>) => async (name: string, value: string) => {
    if (refusal) throw refusal.error;
    kept[name] = value;
  };

  return {
    name: options.name ?? 'terminal',
    workspace: options.workspace ?? '/workspace',
    temporaryFolder: options.temporaryFolder ?? '/temporary',
    log,
    run: { id: 'run-1', attempt: 1, ...options.run },
    commit: async () => options.commit ?? {},
    inputs: () => new Map(Object.entries(options.inputs ?? {}).filter(([, value]) => value !== '')),
    environment: (name) => options.environment?.[name],
    mask(secret, scope) {
      masks.push(scope === undefined ? secret : `${secret} (in this ${scope})`);
      const { tooShort } = redactor.add(secret);
      if (tooShort > 0) log.warning('a secret has a part shorter than 8 characters, which is not masked');
    },
    redact: redactor.redact,
    annotate: (annotation) =>
      void annotations.push({
        ...annotation,
        ...(annotation.title !== undefined && { title: clean(annotation.title) }),
        message: clean(annotation.message),
      }),
    async clearOutputs(names) {
      for (const name of names) delete outputs[name];
    },
    setOutput: hand(outputs),
    exportVariable: hand(variables),
    summary: async (page) => void summaryLines.push(...page.text(() => false).map(clean)),
    saveState: async (name, value) => {
      state[name] = value;
    },
    readState: (name) => state[name],
    cancellation: abort.signal,
    entries,
    get lines() {
      return entries.map(({ level, text }) => `${level}: ${text}`);
    },
    outputs,
    variables,
    state,
    annotations,
    masks,
    summaryLines,
    cancel: () => abort.abort(),
    failOutputsWith: (error) => {
      refusal = { error };
    },
  };
}
