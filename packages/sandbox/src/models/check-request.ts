import { readInput } from './read-input.ts';
import { differenceOf, type RequestRules, refusalOf } from './request-rules.ts';
import { violationsOf } from './violations.ts';

/**
 * The input as the operation gets it, by AWS's model of the API: of the types that it has, and without nulls.
 *
 * @throws AwsFault for a value that AWS refuses before it does anything: of another type, or against a constraint of the
 * model
 */
export function checkRequest(rules: RequestRules | undefined, operation: string, input: unknown): unknown {
  if (rules === undefined) return input;
  const read = readInput(rules.model, operation, input);
  const violations = violationsOf(rules.model, operation, read).filter(
    (violation) => differenceOf(rules, violation) === undefined,
  );
  if (violations.length > 0) throw refusalOf(rules, operation, violations);
  return read;
}
