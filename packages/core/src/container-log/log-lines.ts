/** What has been shown of a container's log and what has not. Pure: pages go in, lines to show come out. */
export interface LogState {
  /** Lines shown so far, and their length. */
  readonly shownLines: number;
  readonly shownCharacters: number;
  readonly hiddenLines: number;
  readonly hiddenCharacters: number;
  /** The newest lines, shown or not, for a failure report. */
  readonly tail: readonly string[];
  /** Whether it was reported that nothing more will be shown. */
  readonly full: boolean;
}

export interface LogCaps {
  /** Lines shown per read of the log: a burst larger than this is cut. */
  readonly linesPerLook: number;
  /** Lines and characters shown in all. */
  readonly lines: number;
  readonly characters: number;
  readonly tail: number;
}

export const usualCaps: LogCaps = { linesPerLook: 2000, lines: 50_000, characters: 5_000_000, tail: 20 };

export const emptyLog: LogState = {
  shownLines: 0,
  shownCharacters: 0,
  hiddenLines: 0,
  hiddenCharacters: 0,
  tail: [],
  full: false,
};

interface Shown {
  readonly state: LogState;
  readonly lines: readonly string[];
  /** Said after the lines, when some were cut. */
  readonly note?: string;
}

/** The messages of one read of the log → the lines to show, within the caps, and a notice about those cut. */
export function showMessages(
  state: LogState,
  messages: readonly string[],
  caps: LogCaps,
  where: string,
): Shown {
  const lines = messages.flatMap((message) => message.replace(/[\r\n]+$/, '').split(/\r\n|[\r\n]/));
  if (lines.length === 0) return { state, lines: [] };
  const tail = [...state.tail, ...lines.slice(-caps.tail)].slice(-caps.tail);
  if (state.full) return { state: { ...hide(state, lines), tail }, lines: [] };
  const shown = fitting(state, lines, caps);
  const hidden = lines.slice(shown.length);
  const next = { ...hide(state, hidden), tail };
  const after: LogState = {
    ...next,
    shownLines: state.shownLines + shown.length,
    shownCharacters: state.shownCharacters + lengthOf(shown),
    full: hidden.length > 0 && shown.length < caps.linesPerLook,
  };
  if (hidden.length === 0) return { state: after, lines: shown };
  const note = after.full
    ? `… the log is longer than what is shown here (${caps.lines} lines or ${caps.characters} characters); all of it is in ${where}`
    : `… ${hidden.length} lines (${lengthOf(hidden)} characters) of a burst are not shown; they are in ${where}`;
  return { state: after, lines: shown, note };
}

/** As many of the first lines as every cap allows. */
function fitting(state: LogState, lines: readonly string[], caps: LogCaps): readonly string[] {
  let count = 0;
  let room = caps.characters - state.shownCharacters;
  const most = Math.min(caps.linesPerLook, caps.lines - state.shownLines, lines.length);
  while (count < most && lines[count]!.length <= room) {
    room -= lines[count]!.length;
    count += 1;
  }
  return lines.slice(0, count);
}

const hide = (state: LogState, lines: readonly string[]): LogState => ({
  ...state,
  hiddenLines: state.hiddenLines + lines.length,
  hiddenCharacters: state.hiddenCharacters + lengthOf(lines),
});

const lengthOf = (lines: readonly string[]) => lines.reduce((sum, line) => sum + line.length, 0);
