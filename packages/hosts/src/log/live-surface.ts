import type { Environment, TextOutput } from '../surroundings.ts';
import { type PlainOptions, plainSurface } from './plain-surface.ts';
import type { Surface } from './surface.ts';

/** A person is watching it, and its cursor can be moved. */
export const isLive = (output: TextOutput, env: Environment): boolean =>
  output.isTTY === true &&
  env.TERM !== 'dumb' &&
  (env.CI === undefined || env.CI === '' || env.CI === 'false');

/** https://no-color.org: any value but the empty one. */
export const isColourful = (output: TextOutput, env: Environment): boolean =>
  output.isTTY === true && env.TERM !== 'dumb' && !env.NO_COLOR;

const up = (lines: number) => `\u001b[${lines}A`;
const clearBelow = '\r\u001b[0J';
/** DECAWM off and on: a line longer than the terminal is cut by it, so that a line stays one row. */
const cut = (line: string) => `\u001b[?7l${line}\u001b[?7h\n`;

/** Log lines scroll above; the state of what moves stays below them and is redrawn in place. */
export function liveSurface(output: TextOutput, options: PlainOptions): Surface {
  let state: readonly string[] = [];
  let drawn = 0;
  const plain = plainSurface({ write: (text) => above(text) }, options);

  const erase = () => (drawn > 0 ? `${up(drawn)}${clearBelow}` : '');
  const draw = () => {
    const room = Math.max(1, (output.rows ?? 24) - 2);
    const shown =
      state.length > room ? [...state.slice(0, room - 1), `… ${state.length - room + 1} more`] : state;
    drawn = shown.length;
    return shown.map(cut).join('');
  };
  const above = (text: string) => output.write(`${erase()}${text}${draw()}`);

  return {
    ...plain,
    redraw(lines) {
      const before = erase();
      state = lines;
      output.write(`${before}${draw()}`);
    },
    columns: () => output.columns,
    close() {
      output.write(erase());
      drawn = 0;
      state = [];
    },
  };
}
