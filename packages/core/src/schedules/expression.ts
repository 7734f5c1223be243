/**
 * When a schedule is due: `rate(…)`, `at(…)` or `cron(…)`, as EventBridge Scheduler reads them.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export type Expression =
  | { readonly kind: 'rate'; readonly milliseconds: number }
  /** A local time: `2026-12-01T18:00:00`. */
  | { readonly kind: 'at'; readonly time: string }
  | { readonly kind: 'cron'; readonly fields: CronFields };

/** What each field accepts. Days are those of a month and of a week; one of the two is always `?`. */
export interface CronFields {
  readonly minute: CronField;
  readonly hour: CronField;
  readonly dayOfMonth: CronField;
  readonly month: CronField;
  readonly dayOfWeek: CronField;
  readonly year: CronField;
}
export type CronField = readonly CronPart[];
export type CronPart =
  | { readonly kind: 'any' }
  | { readonly kind: 'range'; readonly from: number; readonly to: number; readonly step: number }
  /** The last day of the month, or the last such day of the week in it. */
  | { readonly kind: 'last'; readonly weekday?: number }
  /** The weekday nearest to this day of the month. */
  | { readonly kind: 'nearest'; readonly day: number }
  /** `6#3`: the third Friday. */
  | { readonly kind: 'nth'; readonly weekday: number; readonly nth: number };

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const cronFields = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'dayOfMonth', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC' },
  { name: 'dayOfWeek', min: 1, max: 7, words: 'SUN MON TUE WED THU FRI SAT' },
  { name: 'year', min: 1970, max: 2199 },
] as const;

type Bounds = (typeof cronFields)[number];

const described: Readonly<Record<Bounds['name'], string>> = {
  minute: 'minutes',
  hour: 'hours',
  dayOfMonth: 'day of the month',
  month: 'month',
  dayOfWeek: 'day of the week',
  year: 'year',
};

/** The expression, or what is wrong with it, to complete a sentence. */
export function parseExpression(text: string): Expression | { readonly problem: string } {
  const [, kind, inner = ''] = /^(rate|at|cron)\((.*)\)$/.exec(text.trim()) ?? [];
  if (kind === 'rate') {
    const [, count = '', unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(inner) ?? [];
    const milliseconds = Number(count) * (units[unit] ?? 0);
    return milliseconds > 0
      ? { kind: 'rate', milliseconds }
      : { problem: 'must have a whole number and minutes, hours or days, such as rate(15 minutes)' };
  }
  if (kind === 'at')
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner) && !Number.isNaN(Date.parse(`${inner}Z`))
      ? { kind: 'at', time: inner }
      : { problem: 'must have a local time without a zone, such as at(2026-12-01T18:00:00)' };
  return kind === 'cron' ? parseCron(inner) : { problem: 'must be rate(…), at(…) or cron(…)' };
}

function parseCron(text: string): Expression | { readonly problem: string } {
  const texts = text.trim().split(/\s+/);
  if (texts.length !== cronFields.length)
    return {
      problem: `must have six fields (minutes, hours, day of the month, month, day of the week, year), but it has ${text.trim() === '' ? 0 : texts.length}`,
    };
  const [, , dayOfMonth, , dayOfWeek] = texts;
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    return { problem: 'must have ? as either the day of the month or the day of the week' };
  const read = cronFields.map((bounds, index) => ({
    name: bounds.name,
    text: texts[index] ?? '',
    field: readField(texts[index] ?? '', bounds),
  }));
  const bad = read.find(({ field }) => field === undefined);
  if (bad) return { problem: `has ${JSON.stringify(bad.text)} as ${described[bad.name]}` };
  const fieldOf = (name: Bounds['name']) => read.find((one) => one.name === name)?.field ?? [];
  return {
    kind: 'cron',
    fields: {
      minute: fieldOf('minute'),
      hour: fieldOf('hour'),
      dayOfMonth: fieldOf('dayOfMonth'),
      month: fieldOf('month'),
      dayOfWeek: fieldOf('dayOfWeek'),
      year: fieldOf('year'),
    },
  };
}

function readField(text: string, bounds: Bounds): CronField | undefined {
  const parts = text.split(',').map((part) => readPart(part, bounds));
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

function readPart(text: string, bounds: Bounds): CronPart | undefined {
  const { name, min, max } = bounds;
  const number = (given: string | undefined) => numberOf(given, bounds);
  if (text === '*' || (text === '?' && name.startsWith('day'))) return { kind: 'any' };
  if (name === 'dayOfMonth') {
    if (text === 'L') return { kind: 'last' };
    const day = number(/^(\d+)W$/.exec(text)?.[1]);
    if (day !== undefined) return { kind: 'nearest', day };
  }
  if (name === 'dayOfWeek') {
    if (text === 'L') return { kind: 'range', from: 7, to: 7, step: 1 };
    const last = number(/^(\w+)L$/.exec(text)?.[1]);
    if (last !== undefined) return { kind: 'last', weekday: last };
    const [, day, nth] = /^(\w+)#([1-5])$/.exec(text) ?? [];
    const weekday = number(day);
    if (weekday !== undefined) return { kind: 'nth', weekday, nth: Number(nth) };
  }
  const [, range = '', step = '1'] = /^([^/]+)(?:\/([1-9]\d*))?$/.exec(text) ?? [];
  if (range === '*') return { kind: 'range', from: min, to: max, step: Number(step) };
  const [first, second, ...more] = range.split('-');
  const from = number(first);
  const to = second === undefined ? (text.includes('/') ? max : from) : number(second);
  if (from === undefined || to === undefined || to < from || more.length > 0) return undefined;
  return { kind: 'range', from, to, step: Number(step) };
}

function numberOf(text: string | undefined, bounds: Bounds): number | undefined {
  if (text === undefined) return undefined;
  const words = 'words' in bounds ? bounds.words.split(' ') : [];
  const word = words.indexOf(text.toUpperCase());
  if (word >= 0) return word + 1;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= bounds.min && value <= bounds.max ? value : undefined;
}
