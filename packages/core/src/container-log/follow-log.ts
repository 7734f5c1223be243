import { isLandfallError } from '../errors/landfall-error.ts';
import type { Aws } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';
import type { LogStream } from './log-destination.ts';
import { emptyLog, type LogCaps, type LogState, showMessages, usualCaps } from './log-lines.ts';
import { type LogSource, logProblem, logSource } from './log-source.ts';

export interface LogFollower {
  /**
   * Shows what is new. It never throws; what cannot be read is reported once. True when something was new.
   */
  look(): Promise<boolean>;
  /** Reads on after the container ended, until nothing has come for `grace` milliseconds. */
  finish(): Promise<void>;
  /** The last lines, shown or not. */
  tail(): readonly string[];
}

interface FollowLogOptions {
  readonly logs: Aws['logs'];
  readonly clock: Clock;
  readonly at: LogStream;
  readonly signal: AbortSignal;
  readonly show: (lines: readonly string[]) => void;
  readonly notice: (sentence: string) => void;
  readonly caps?: LogCaps;
}

/** CloudWatch shows an event a moment after it came in; silence shorter than this is not the end. */
const grace = 3000;
const pause = 750;
/** A log that keeps coming after its container has stopped is left here. */
const longestFinish = 60_000;
/** Pages of up to 1 MiB read in one look. */
const pagesPerLook = 10;

/**
 * Follows one stream. Each look shows what is new, so that the watcher of the task decides when to read.
 */
export function followLog(following: FollowLogOptions): LogFollower {
  const { clock, at, signal, caps = usualCaps } = following;
  let state: LogState = emptyLog;
  let source: LogSource | undefined;
  let given: 'up' | undefined;
  let trouble: unknown;
  let found = false;

  const look = async (): Promise<boolean> => {
    if (given === 'up' || signal.aborted) return false;
    let any = false;
    const messages: string[] = [];
    try {
      source ??= logSource(await following.logs(at.region), at);
      for (let page = 0, more = true; more && page < pagesPerLook; page += 1) {
        const answer = await source.read({ signal });
        found = true;
        messages.push(...answer.messages);
        any ||= answer.messages.length > 0;
        more = answer.more;
      }
      trouble = undefined;
    } catch (error) {
      if (!isLandfallError(error) || error.code === 'INTERNAL') throw error;
      // No stream yet: the container has not written, or CloudWatch has not caught up.
      if (error.code !== 'NOT_FOUND') trouble = error;
      if (error.code === 'ACCESS_DENIED' || error.code.startsWith('CREDENTIALS')) {
        given = 'up';
        following.notice(logProblem(error, at.group));
      }
    }
    const shown = showMessages(state, messages, caps, `${at.group}, stream ${at.stream}`);
    state = shown.state;
    if (shown.lines.length > 0) following.show(shown.lines);
    if (shown.note !== undefined) following.notice(shown.note);
    return any;
  };

  return {
    look,
    async finish() {
      const start = clock.elapsed();
      let quietSince = start;
      while (given !== 'up' && !signal.aborted) {
        if (await look()) quietSince = clock.elapsed();
        const now = clock.elapsed();
        if (now - quietSince >= grace || now - start >= longestFinish) break;
        await clock.sleep(pause, signal);
      }
      if (given === 'up' || signal.aborted) return;
      if (trouble !== undefined) following.notice(logProblem(trouble, at.group));
      else if (!found) following.notice(`The container wrote no log (${at.group}, stream ${at.stream}).`);
    },
    tail: () => state.tail,
  };
}
