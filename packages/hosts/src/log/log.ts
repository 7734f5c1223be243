import { printable, type Redactor } from '@landfall/core/text/redactor';
import { formatDuration, formatElapsed } from '@landfall/core/time/duration';
import type { Clock } from '@landfall/core/world/clock';
import type { Log, Waiting } from '@landfall/core/world/host';
import type { Style, Surface } from './surface.ts';

/**
 * An append-only log gets a line at this interval while something is in progress: CircleCI ends a step after ten
 * minutes without output (`no_output_timeout`), and a person starts to doubt after one.
 */
const longestSilence = 60_000;
/** When many things are in progress, this many are named in that line. */
const named = 5;

interface LogSession extends Log {
  /** Shows how time passes. To be called every second. */
  tick(): void;
  close(): void;
  /** Whether a line with this text was written as a warning or an error. */
  has(text: string): boolean;
}

interface Moving {
  readonly text: string;
  readonly waiting: Waiting | undefined;
}

/** The one sink: whatever is given is made inert, redacted and cut into lines before a surface sees it. */
export function createLog(surface: Surface, redactor: Redactor, clock: Clock): LogSession {
  const moving = new Map<string, Moving>();
  const loud = new Set<string>();
  const start = clock.elapsed();
  let lastLine = start;

  const clean = (text: string) => printable(text, redactor);
  const oneLine = (text: string) => clean(text).replaceAll('\n', ' ');
  const lines = (style: Style, text: string) => {
    lastLine = clock.elapsed();
    for (const line of clean(text).split('\n')) {
      if (style === 'error' || style === 'warning') loud.add(line.trim());
      surface.write(style, line);
    }
  };
  const write = (style: Style) => (text: string) => lines(style, text);

  /** For a log that only grows: `web: waiting for the bake time of 30m to end, about 14:31:05Z; giving up at 15:20:00Z  [12:00]`. */
  const stillWaiting = (key: string, { text, waiting }: Moving) => {
    if (!waiting) return `${text}  [${formatElapsed(clock.elapsed() - start)}]`;
    const at = (time: number) =>
      `${new Date(clock.now() + time - clock.elapsed()).toISOString().slice(11, 19)}Z`;
    const until = waiting.until === undefined ? '' : `, about ${at(waiting.until)}`;
    return `${key}: waiting for ${waiting.what}${until}; giving up at ${at(waiting.deadline)}  [${formatElapsed(clock.elapsed() - waiting.since)}]`;
  };
  /** For a line that is redrawn: `…  waiting for 1 of 2 new tasks to run  [0:26 of at most 20m]`. */
  const nowWaiting = ({ text, waiting }: Moving) => {
    if (!waiting) return text;
    const now = clock.elapsed();
    const left =
      waiting.until === undefined || waiting.until < now
        ? ''
        : `, ${formatElapsed(waiting.until - now)} left`;
    const most = formatDuration(waiting.deadline - waiting.since);
    const time = `[${formatElapsed(now - waiting.since)} of at most ${most}]`;
    return fitLine(text, `waiting for ${waiting.what}${left}`, time, surface.columns?.());
  };
  const redraw = () => surface.redraw?.([...moving.values()].map(nowWaiting));
  const sayAgain = () => {
    if (clock.elapsed() - lastLine < longestSilence) return;
    const all = [...moving].map(([key, one]) => stillWaiting(key, one));
    for (const line of all.slice(0, named)) lines('progress', line);
    if (all.length > named) lines('progress', `… and ${all.length - named} more`);
    if (all.length === 0) lines('progress', `still running  [${formatElapsed(clock.elapsed() - start)}]`);
  };

  return {
    info: write('plain'),
    notice: write('notice'),
    warning: write('warning'),
    error: write('error'),
    debug: write('debug'),
    output: write('foreign'),
    progress(key, text, waiting) {
      const line = oneLine(text);
      const before = moving.get(key);
      if (line === '') moving.delete(key);
      else
        moving.set(key, {
          text: line,
          waiting: waiting && { ...waiting, what: oneLine(waiting.what) },
        });
      if (surface.redraw) return redraw();
      if (line === '') return;
      if (before?.text === line) return sayAgain();
      const elapsed = waiting ? `  [${formatElapsed(clock.elapsed() - waiting.since)}]` : '';
      lines('progress', `${line}${elapsed}`);
    },
    async group(title, body) {
      lastLine = clock.elapsed();
      surface.openGroup(oneLine(title));
      try {
        return await body();
      } finally {
        surface.closeGroup();
      }
    },
    tick() {
      if (!surface.redraw) sayAgain();
      else if (moving.size > 0) redraw();
    },
    close: () => surface.close(),
    has: (text) => [...loud].some((line) => line.includes(clean(text).trim())),
  };
}

/** The start of the text stands longer than this, or whole: it names what moves. */
const leastText = 20;

/**
 * One row of a terminal: what moves, what is waited for, and the clock. Where it is too long, what moves gives way
 * first, then what is waited for; the clock is kept.
 */
function fitLine(
  text: string,
  waiting: string,
  clock: string,
  columns: number | undefined = Number.POSITIVE_INFINITY,
): string {
  const room = columns - clock.length - 4;
  const name = shortened(text, Math.max(leastText, room - waiting.length));
  return `${name}  ${shortened(waiting, room - name.length)}  ${clock}`;
}

const shortened = (text: string, most: number) =>
  text.length <= most
    ? text
    : `${[...text]
        .slice(0, Math.max(0, most - 1))
        .join('')
        .trimEnd()}…`;
