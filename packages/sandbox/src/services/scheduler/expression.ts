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

/** Undefined for what AWS answers with `Invalid Schedule Expression`. */
export function parseExpression(text: string): Expression | undefined {
  const [, kind, inner = ''] = /^(rate|at|cron)\((.*)\)$/.exec(text.trim()) ?? [];
  if (kind === 'rate') {
    const [, count = '', unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(inner) ?? [];
    const milliseconds = Number(count) * (units[unit] ?? 0);
    return milliseconds > 0 ? { kind: 'rate', milliseconds } : undefined;
  }
  if (kind === 'at')
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner) && !Number.isNaN(Date.parse(`${inner}Z`))
      ? { kind: 'at', time: inner }
      : undefined;
  return kind === 'cron' ? parseCron(inner) : undefined;
}

function parseCron(text: string): Expression | undefined {
  const texts = text.trim().split(/\s+/);
  const [, , dayOfMonth, , dayOfWeek] = texts;
  if (texts.length !== cronFields.length || (dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  const fields: Partial<Record<keyof CronFields, CronField>> = {};
  for (const [index, bounds] of cronFields.entries()) {
    const field = readField(texts[index] ?? '', bounds);
    if (field === undefined) return undefined;
    fields[bounds.name] = field;
  }
  return { kind: 'cron', fields: fields as CronFields };
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
