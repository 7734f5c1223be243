/** The tokens of a time in a tag, as `docker/metadata-action` writes them (moment's names). */
const tokens = ['YYYY', 'YY', 'MM', 'DD', 'HH', 'hh', 'mm', 'ss', 'SSS', 'X'] as const;
const finder = /\[[^\]]*\]|YYYY|YY|MM|DD|HH|hh|mm|ss|SSS|X/g;

export const timeTokens = tokens.join(', ');

/** Formats a wall time (milliseconds since the epoch) in a time zone; text in square brackets stands for itself. */
export function formatTime(milliseconds: number, format: string, timeZone = 'UTC'): string {
  const parts = new Map(
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      hourCycle: 'h23',
    })
      .formatToParts(milliseconds)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '';
  const values: Readonly<Record<(typeof tokens)[number], string>> = {
    YYYY: part('year').padStart(4, '0'),
    YY: part('year').slice(-2),
    MM: part('month'),
    DD: part('day'),
    HH: part('hour'),
    hh: String(((Number(part('hour')) + 11) % 12) + 1).padStart(2, '0'),
    mm: part('minute'),
    ss: part('second'),
    SSS: part('fractionalSecond'),
    X: String(Math.floor(milliseconds / 1000)),
  };
  return format.replace(finder, (token) =>
    token.startsWith('[') ? token.slice(1, -1) : values[token as (typeof tokens)[number]],
  );
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    // The constructor's RangeError is how the platform says that it knows no such zone.
    return false;
  }
}
