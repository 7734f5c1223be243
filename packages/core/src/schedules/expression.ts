/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** In their order from `min`. */
  readonly words?: readonly string[];
  /** What only days take; each group is a value of the field. */
  readonly days?: RegExp;
}

const fields: readonly Field[] = [
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31, days: /^(?:\?|L|(\d+)W)$/ },
  { name: 'month', min: 1, max: 12, words: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ') },
  {
    name: 'day of the week',
    min: 1,
    max: 7,
    words: 'SUN MON TUE WED THU FRI SAT'.split(' '),
    days: /^(?:\?|L|(\w+)L|(\w+)#[1-5])$/,
  },
  { name: 'year', min: 1970, max: 2199 },
];

/**
 * What is wrong with `rate(…)`, `at(…)` or `cron(…)` as EventBridge Scheduler reads them, to complete a sentence;
 * undefined when nothing is.
 */
export function expressionProblem(text: string): string | undefined {
  const [, kind, inner = ''] = /^(rate|at|cron)\((.*)\)$/.exec(text.trim()) ?? [];
  if (kind === 'rate')
    return /^[1-9]\d* (?:minute|hour|day)s?$/.test(inner)
      ? undefined
      : 'must have a whole number and minutes, hours or days, such as rate(15 minutes)';
  if (kind === 'at')
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner) && !Number.isNaN(Date.parse(`${inner}Z`))
      ? undefined
      : 'must have a local time without a zone, such as at(2026-12-01T18:00:00)';
  return kind === 'cron' ? cronProblem(inner.trim()) : 'must be rate(…), at(…) or cron(…)';
}

function cronProblem(text: string): string | undefined {
  const texts = text === '' ? [] : text.split(/\s+/);
  if (texts.length !== fields.length)
    return `must have six fields (minutes, hours, day of the month, month, day of the week, year), but it has ${texts.length}`;
  const [, , dayOfMonth, , dayOfWeek] = texts;
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    return 'must have ? as either the day of the month or the day of the week';
  const wrong = fields.findIndex(
    (field, index) => !texts[index]?.split(',').every((part) => isPart(part, field)),
  );
  return wrong < 0 ? undefined : `has ${JSON.stringify(texts[wrong])} as ${fields[wrong]?.name}`;
}

/** `*`, `5`, `1-5`, each also with `/2`; of days also `L`, `15W`, `6L` and `6#3`. */
function isPart(text: string, field: Field): boolean {
  const day = field.days?.exec(text);
  if (day) return day.slice(1).every((value) => value === undefined || numberOf(value, field) !== undefined);
  const [, range = '', last] = /^(\*|\w+(?:-(\w+))?)(?:\/[1-9]\d*)?$/.exec(text) ?? [];
  if (range === '*') return true;
  const from = numberOf(range.split('-')[0] ?? '', field);
  const to = last === undefined ? from : numberOf(last, field);
  return from !== undefined && to !== undefined && from <= to;
}

function numberOf(text: string, { min, max, words = [] }: Field): number | undefined {
  const word = words.indexOf(text.toUpperCase());
  if (word >= 0) return min + word;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}
