import { LandfallError } from '../errors/landfall-error.ts';

/** A finding that is let through: for a reason, until a day, in one package or in all. */
export interface Allowance {
  readonly id: string;
  readonly reason: string;
  /** The last day, `2030-12-31` (UTC). */
  readonly expires: string;
  readonly package?: string;
}

const known = ['id', 'reason', 'expires', 'package'];

/** A list of `{ id, reason, expires, package? }`. Every problem at once. @throws FILE_UNREADABLE */
export function readAllowList(document: unknown, file: string): readonly Allowance[] {
  // A file whose last entry has gone.
  if (document === null) return [];
  if (!Array.isArray(document)) throw unreadable(file, ['must be a list of { id, reason, expires }']);
  const problems: string[] = [];
  document.forEach((entry: unknown, index) => {
    const where = `entry ${index + 1}`;
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
      problems.push(`${where} must be { id, reason, expires }`);
      return;
    }
    const { id, reason, expires, package: name } = entry as Record<string, unknown>;
    if (typeof id !== 'string' || id.trim() === '') problems.push(`${where} has no id`);
    if (typeof reason !== 'string' || reason.trim() === '') problems.push(`${where} has no reason`);
    if (!isDay(expires)) problems.push(`${where} must expire on a day like 2030-12-31`);
    if (name !== undefined && typeof name !== 'string')
      problems.push(`${where} has a package that is not a string`);
    for (const key of Object.keys(entry))
      if (!known.includes(key)) problems.push(`${where} has the unknown member "${key}"`);
  });
  if (problems.length > 0) throw unreadable(file, problems);
  return document as Allowance[];
}

/** A day that exists: 2030-02-30 is none. */
function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

const unreadable = (file: string, problems: readonly string[]) =>
  new LandfallError('FILE_UNREADABLE', {
    summary: problems.length === 1 ? `${file}: ${problems[0]}` : `${file} has ${problems.length} problems`,
    details: problems.length === 1 ? [] : problems,
  });
