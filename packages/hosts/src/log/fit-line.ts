/** The start of the text stands longer than this, or whole: it names what moves. */
const leastText = 20;

/**
 * One row of a terminal: what moves, what is waited for, and the clock. Where it is too long, what moves gives way
 * first, then what is waited for; the clock is kept.
 */
export function fitLine(
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
