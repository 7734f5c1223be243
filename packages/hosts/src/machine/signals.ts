import type { EventEmitter } from 'node:events';
import { exitCodes } from '@landfall/core/errors/exit-codes';
import { LandfallError } from '@landfall/core/errors/landfall-error';

/** What is needed of `process`. */
interface SignalSource {
  on(event: 'SIGINT' | 'SIGTERM', listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): never;
  readonly stdout: EventEmitter;
  readonly stderr: EventEmitter;
}

/**
 * Ctrl-C reaches the whole process group, and npm passes it on a second time: within this it is one signal.
 */
const sameSignal = 50;

/**
 * The first SIGINT or SIGTERM aborts, with CANCELLED as the reason; the second ends the process at once with
 * 130. A log that no one reads (EPIPE) aborts as well, silently: there is no one to report it to. One that
 * cannot be written for another reason (a full disk) ends nothing; `say` gets one line about it, once.
 */
export function listenForSignals(
  process: SignalSource,
  say: (line: string) => void,
  elapsed = () => performance.now(),
): AbortSignal {
  const abort = new AbortController();
  let first: number | undefined;
  const cancel = (why: string) =>
    abort.abort(new LandfallError('CANCELLED', { summary: `the run was cancelled (${why})` }));
  const listen = (signal: NodeJS.Signals) => {
    if (first === undefined) {
      first = elapsed();
      cancel(signal);
    } else if (elapsed() - first > sameSignal) process.exit(exitCodes.cancelled.code);
  };
  process.on('SIGINT', listen);
  process.on('SIGTERM', listen);
  let isSaid = false;
  const listenTo = (stream: EventEmitter, lost: (code: string) => void) =>
    stream.on('error', ({ code = 'the log is closed' }: NodeJS.ErrnoException) => {
      if (isUnread(code)) cancel(code);
      else if (!isSaid) {
        isSaid = true;
        lost(code);
      }
    });
  listenTo(process.stdout, (code) =>
    say(`standard output cannot be written (${code}): what was to be printed there is lost`),
  );
  listenTo(process.stderr, () => {});
  return abort.signal;
}

/** The reader of the log has gone. Codes of write(2), and Node's own. */
export const isUnread = (code: string | undefined): boolean =>
  !['ENOSPC', 'EDQUOT', 'EIO', 'EFBIG'].includes(code ?? '');
