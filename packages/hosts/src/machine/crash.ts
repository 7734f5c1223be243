import { describe } from '@landfall/core/errors/describe';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { Host } from '@landfall/core/world/host';

interface CrashSource {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (thrown: unknown) => void): unknown;
}

/**
 * An uncaught error is a bug of ours: it is reported as INTERNAL, once, and the process ends. `host` is
 * requested at that moment; before there is one the report goes to `fallback`.
 */
export function reportCrashes(
  process: CrashSource,
  options: {
    readonly host: () => Host | undefined;
    readonly fallback: (line: string) => void;
    readonly end: (exitCode: number) => void;
  },
): void {
  let crashed = false;
  const crash = (thrown: unknown) => {
    if (crashed) return;
    crashed = true;
    const error = asInternal(thrown);
    try {
      reportInternal(error, options.host(), options.fallback);
    } finally {
      options.end(error.exitCode);
    }
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

const asInternal = (thrown: unknown): LandfallError =>
  new LandfallError('INTERNAL', { summary: describe(thrown), cause: thrown, details: stackOf(thrown) });

function reportInternal(
  error: LandfallError,
  host: Host | undefined,
  fallback: (line: string) => void,
): void {
  const lines = [...error.details, `${error.code}: ${error.summary}`, `→ ${error.remedy}`];
  if (!host) {
    for (const line of lines) fallback(line);
    return;
  }
  for (const line of lines) host.log.error(line);
  host.annotate({ level: 'error', title: error.code, message: `${error.summary}\n${error.remedy}` });
}

/** Where it was thrown; a frozen or strange value may have no stack, or one that throws when read. */
function stackOf(thrown: unknown): string[] {
  try {
    const stack = thrown instanceof Error ? thrown.stack : undefined;
    return (stack ?? '')
      .slice(0, 4000)
      .split('\n')
      .filter((line) => /^\s+at /.test(line));
  } catch {
    return [];
  }
}
