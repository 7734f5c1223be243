/**
 * A time in a tag, in moment's tokens, because docker/metadata-action has those. Names are English; what depends on
 * a language otherwise (`LL`, `w`, eras) is refused. https://momentjs.com/docs/#/displaying/format/
 */
interface WallTime {
  readonly milliseconds: number;
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

const two = (number: number) => String(number).padStart(2, '0');
const months = 'January,February,March,April,May,June,July,August,September,October,November,December'.split(
  ',',
);
const days = 'Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday'.split(',');
const dayMilliseconds = 86_400_000;

const weekday = ({ year, month, day }: WallTime) => new Date(Date.UTC(year, month - 1, day)).getUTCDay();
const dayOfYear = ({ year, month, day }: WallTime) =>
  (Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / dayMilliseconds + 1;
const ordinal = (number: number) => {
  const teen = Math.floor(number / 10) % 10 === 1;
  return `${number}${(!teen && ['th', 'st', 'nd', 'rd'][number % 10]) || 'th'}`;
};
const hour12 = ({ hour }: WallTime) => ((hour + 11) % 12) + 1;
const offsetOf = ({ offset }: WallTime, separator: string) => {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
};
/** ISO 8601: the week belongs to the year that its Thursday is in. */
const isoWeek = (time: WallTime) => {
  const { year, month, day } = time;
  const thursday = Date.UTC(year, month - 1, day + 4 - (weekday(time) || 7));
  const itsYear = new Date(thursday).getUTCFullYear();
  return {
    itsYear,
    week: Math.floor((thursday - Date.UTC(itsYear, 0, 1)) / dayMilliseconds / 7) + 1,
  };
};

const tokens = {
  YYYY: ({ year }) => String(year).padStart(4, '0'),
  YY: ({ year }) => two(year % 100),
  Q: ({ month }) => String(Math.ceil(month / 3)),
  MMMM: ({ month }) => months[month - 1]!,
  MMM: ({ month }) => months[month - 1]!.slice(0, 3),
  MM: ({ month }) => two(month),
  Mo: ({ month }) => ordinal(month),
  M: ({ month }) => String(month),
  GGGG: (time) => String(isoWeek(time).itsYear),
  WW: (time) => two(isoWeek(time).week),
  W: (time) => String(isoWeek(time).week),
  DDDD: (time) => String(dayOfYear(time)).padStart(3, '0'),
  DDD: (time) => String(dayOfYear(time)),
  DD: ({ day }) => two(day),
  Do: ({ day }) => ordinal(day),
  D: ({ day }) => String(day),
  dddd: (time) => days[weekday(time)]!,
  ddd: (time) => days[weekday(time)]!.slice(0, 3),
  dd: (time) => days[weekday(time)]!.slice(0, 2),
  d: (time) => String(weekday(time)),
  E: (time) => String(weekday(time) || 7),
  HH: ({ hour }) => two(hour),
  H: ({ hour }) => String(hour),
  hh: (time) => two(hour12(time)),
  h: (time) => String(hour12(time)),
  A: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  a: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  mm: ({ minute }) => two(minute),
  m: ({ minute }) => String(minute),
  ss: ({ second }) => two(second),
  s: ({ second }) => String(second),
  SSS: ({ millisecond }) => String(millisecond).padStart(3, '0'),
  SS: ({ millisecond }) => two(Math.floor(millisecond / 10)),
  S: ({ millisecond }) => String(Math.floor(millisecond / 100)),
  ZZ: (time) => offsetOf(time, ''),
  Z: (time) => offsetOf(time, ':'),
  X: ({ milliseconds }) => String(Math.floor(milliseconds / 1000)),
  x: ({ milliseconds }) => String(milliseconds),
} as const satisfies Record<string, (time: WallTime) => string>;

/** Letters by which moment means something, longest run first: what is not in the table is refused. */
const finder =
  /\[[^\]]*\]|[Hh]mm(?:ss)?|Mo|M{1,4}|Do|DDDo|D{1,4}|do|d{1,4}|w[ow]?|W[oW]?|Qo?|N{1,5}|Y{1,6}|y{1,4}|yo|g{2,5}|G{2,5}|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?|LTS?|L{1,4}|l{1,4}/g;

export const timeTokens = Object.keys(tokens).join(', ');

/** Why a format cannot be used, completing "holds …"; undefined when it can. */
export function timeFormatProblem(format: string): string | undefined {
  const unknown = [...format.matchAll(finder)]
    .flatMap(([token]) => split(token))
    .find((token) => !token.startsWith('[') && !Object.hasOwn(tokens, token));
  return unknown === undefined
    ? undefined
    : `holds "${unknown}" in a format of ${timeTokens}; other text goes in square brackets`;
}

/** `Hmmss` stands for three. */
const split = (token: string) => (/^[Hh]mm/.test(token) ? token.match(/[Hh]|mm|ss/g)! : [token]);

/** Formats a wall time (milliseconds since the epoch) in a time zone; text in square brackets is literal. */
export function formatTime(milliseconds: number, format: string, timeZone = 'UTC'): string {
  const time = wallTime(milliseconds, timeZone);
  return format.replace(finder, (token) =>
    token.startsWith('[')
      ? token.slice(1, -1)
      : split(token)
          .map((one) => tokens[one as keyof typeof tokens](time))
          .join(''),
  );
}

function wallTime(milliseconds: number, timeZone: string): WallTime {
  const parts = new Map(
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(milliseconds)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const [year, month, day] = [part('year'), part('month'), part('day')];
  const [hour, minute, second] = [part('hour'), part('minute'), part('second')];
  const millisecond = ((milliseconds % 1000) + 1000) % 1000;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  const offset = Math.round((asUtc - milliseconds) / 60_000);
  return { milliseconds, year, month, day, hour, minute, second, millisecond, offset };
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
