import type { CronField, CronFields, Expression } from './expression.ts';

const day = 86_400_000;
/** No cron expression that is due at all is not due for longer: 29 February, and a century without one. */
const longest = 9 * 366;

/**
 * When an expression is due after a moment, in epoch milliseconds; undefined when it never is again.
 * @param from what the intervals of a rate are counted from
 */
export function nextTime(
  expression: Expression,
  { after, from, zone }: { readonly after: number; readonly from: number; readonly zone: string },
): number | undefined {
  if (expression.kind === 'rate') {
    const { milliseconds } = expression;
    return from + Math.max(0, Math.floor((after - from) / milliseconds) + 1) * milliseconds;
  }
  if (expression.kind === 'at') {
    const due = toEpoch(Date.parse(`${expression.time}Z`), zone);
    return due > after ? due : undefined;
  }
  const { fields } = expression;
  const today = Math.floor((after + offsetAt(after, zone)) / day);
  for (let index = today; index <= today + longest; index += 1) {
    if (!isDay(fields, new Date(index * day))) continue;
    for (let minute = 0; minute < 1440; minute += 1) {
      if (!holds(fields.hour, Math.floor(minute / 60)) || !holds(fields.minute, minute % 60)) continue;
      const due = toEpoch(index * day + minute * 60_000, zone);
      if (due > after) return due;
    }
  }
  return undefined;
}

function isDay({ dayOfMonth, month, dayOfWeek, year }: CronFields, date: Date): boolean {
  return (
    holds(year, date.getUTCFullYear()) &&
    holds(month, date.getUTCMonth() + 1) &&
    (holds(dayOfMonth, date.getUTCDate()) || isNearest(dayOfMonth, date)) &&
    (dayOfMonth.some(({ kind }) => kind === 'last') ? isLast(date) : true) &&
    isWeekday(dayOfWeek, date)
  );
}

/** Whether a plain part of the field takes the value; `last` is checked by the day itself. */
const holds = (field: CronField, value: number): boolean =>
  field.some((part) => {
    if (part.kind === 'any' || part.kind === 'last') return true;
    return (
      part.kind === 'range' && value >= part.from && value <= part.to && (value - part.from) % part.step === 0
    );
  });

const isLast = (date: Date) => new Date(date.getTime() + day).getUTCDate() === 1;

function isWeekday(field: CronField, date: Date): boolean {
  const weekday = date.getUTCDay() + 1;
  const nth = Math.ceil(date.getUTCDate() / 7);
  const isLastOne = new Date(date.getTime() + 7 * day).getUTCMonth() !== date.getUTCMonth();
  return field.some((part) => {
    if (part.kind === 'last') return part.weekday === weekday && isLastOne;
    if (part.kind === 'nth') return part.weekday === weekday && part.nth === nth;
    return holds([part], weekday);
  });
}

/** `15W`: the day itself, or the Friday before a Saturday, or the Monday after a Sunday, in the same month. */
function isNearest(field: CronField, date: Date): boolean {
  return field.some((part) => {
    if (part.kind !== 'nearest') return false;
    const wanted = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), part.day));
    if (wanted.getUTCMonth() !== date.getUTCMonth()) return false;
    const weekday = wanted.getUTCDay();
    const move = weekday === 6 ? (part.day === 1 ? 2 : -1) : weekday === 0 ? (isLast(wanted) ? -2 : 1) : 0;
    return date.getUTCDate() === part.day + move;
  });
}

/** How far a zone is ahead of UTC at a moment. */
function offsetAt(moment: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(moment);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return local - Math.floor(moment / 1000) * 1000;
}

/** @param local a local time, as if it were UTC */
const toEpoch = (local: number, zone: string): number => {
  const guess = local - offsetAt(local, zone);
  return local - offsetAt(guess, zone);
};
