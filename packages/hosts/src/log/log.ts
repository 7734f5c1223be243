import { printable } from '@landfall/core/text/printable';
import type { Redactor } from '@landfall/core/text/redactor';
import { formatElapsed } from '@landfall/core/time/duration';
import type { Clock } from '@landfall/core/world/clock';
import type { Log } from '@landfall/core/world/host';
import type { Style, Surface } from './surface.ts';

/**
 * CircleCI ends a step after ten minutes without output (`no_output_timeout`), and a person starts to doubt
 * after fewer. The others have no such limit, but the doubt is the same.
 */
export const longestSilence = 4 * 60_000;

export interface LogSession extends Log {
  tick(): void;
  close(): void;
  /** Whether a line with this text was written as a warning or an error. */
  has(text: string): boolean;
}

/** The one sink: whatever is given is made inert, redacted and cut into lines before a surface sees it. */
export function createLog(surface: Surface, redactor: Redactor, clock: Clock): LogSession {
  const moving = new Map<string, string>();
  const loud = new Set<string>();
  const start = clock.elapsed();
  let lastLine = start;

  const clean = (text: string) => printable(text, redactor);
  const lines = (style: Style, text: string) => {
    lastLine = clock.elapsed();
    for (const line of clean(text).split('\n')) {
      if (style === 'error' || style === 'warning') loud.add(line.trim());
      surface.write(style, line);
    }
  };
  const write = (style: Style) => (text: string) => lines(style, text);

  const tick = () => {
    if (clock.elapsed() - lastLine < longestSilence) return;
    lines(
      'progress',
      ['still at work', formatElapsed(clock.elapsed() - start), ...moving.values()].join(' · '),
    );
  };

  return {
    info: write('plain'),
    notice: write('notice'),
    warning: write('warning'),
    error: write('error'),
    debug: write('debug'),
    output: write('foreign'),
    progress(key, text) {
      const line = clean(text).replaceAll('\n', ' ');
      if (moving.get(key) === line) return tick();
      if (line === '') moving.delete(key);
      else moving.set(key, line);
      if (surface.redraw) surface.redraw([...moving.values()]);
      else if (line !== '') lines('progress', line);
    },
    async group(title, body) {
      lastLine = clock.elapsed();
      surface.openGroup(clean(title).replaceAll('\n', ' '));
      try {
        return await body();
      } finally {
        surface.closeGroup();
      }
    },
    tick: () => {
      if (!surface.redraw) tick();
    },
    close: () => surface.close(),
    has: (text) => [...loud].some((line) => line.includes(clean(text).trim())),
  };
}
