import { LandfallError } from '../../errors/landfall-error.ts';

/** All problems of a task definition in one error: the first as the summary when it is the only one. */
export function invalidTaskDefinition(problems: readonly string[]): LandfallError {
  const one = problems.length === 1;
  return new LandfallError('TASKDEF_INVALID', {
    summary: one
      ? `the task definition is invalid: ${problems[0]}`
      : `the task definition has ${problems.length} problems`,
    details: one ? [] : problems,
    facts: { problems },
  });
}

/** What a value is, without showing it: `a text`, `an empty list`, `null`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'a string' : `a ${typeof value}`;
}
