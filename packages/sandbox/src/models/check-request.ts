import { differenceOf } from './differences.ts';
import { models } from './models.ts';
import { own, readInput } from './read-input.ts';
import { refusalOf } from './refusals.ts';
import { violationsOf } from './violations.ts';

/**
 * The input as the operation gets it, by AWS's model of the API: of the types that it has, and without nulls.
 *
 * @throws AwsFault for a value that AWS refuses before it does anything: of another type, or against a constraint of the
 * model
 */
export function checkRequest(service: string, operation: string, input: unknown): unknown {
  const model = own(models, service);
  if (model === undefined) return input;
  const read = readInput(model, operation, input);
  const violations = violationsOf(model, operation, read).filter(
    (violation) => differenceOf(service, violation) === undefined,
  );
  if (violations.length > 0) throw refusalOf(service, operation, violations);
  return read;
}
