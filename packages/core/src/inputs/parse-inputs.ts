import { LandfallError } from '../errors/landfall-error.ts';
import { camelCase, type Inputs, type ValuesOf } from './input.ts';
import { near } from './near.ts';

export interface InputProblem {
  readonly input: string;
  /** Completes a sentence that starts with the input's name. */
  readonly problem: string;
}

/**
 * All inputs at once, all problems together, before anything is touched.
 * @throws INPUT_INVALID with `facts.problems` and a detail line per problem
 */
export function parseInputs<I extends Inputs>(
  inputs: I,
  given: ReadonlyMap<string, string>,
  check: (values: ValuesOf<I>) => readonly InputProblem[] = () => [],
  warn: (warning: string) => void = () => {},
): ValuesOf<I> {
  const problems: InputProblem[] = [];
  const values: Record<string, unknown> = {};
  const known = Object.keys(inputs);
  for (const name of given.keys()) {
    if (!Object.hasOwn(inputs, name))
      problems.push({ input: name, problem: `is not an input of this operation${near(name, known)}` });
  }
  for (const [name, input] of Object.entries(inputs)) {
    const text = given.get(name);
    const source = text === undefined || (!input.blank && text.trim() === '') ? input.default : text;
    if (source === undefined) {
      if (input.required) problems.push({ input: name, problem: 'is required' });
      values[camelCase(name)] = undefined;
      continue;
    }
    const result = input.parse(source);
    if (!result.ok) {
      problems.push({ input: name, problem: result.problem });
      continue;
    }
    values[camelCase(name)] = result.value;
    if (result.warning !== undefined) warn(`${name} ${result.warning}`);
  }
  if (problems.length === 0) problems.push(...check(values as ValuesOf<I>));
  if (problems.length > 0) throw invalidInputs(problems);
  return values as ValuesOf<I>;
}

export function invalidInputs(problems: readonly InputProblem[]): LandfallError {
  const lines = problems.map(({ input, problem }) => `${input} ${problem}`);
  return new LandfallError('INPUT_INVALID', {
    summary:
      lines.length === 1
        ? lines[0]!
        : `${lines.length} inputs are invalid: ${[...new Set(problems.map(({ input }) => input))].join(', ')}`,
    details: lines.length === 1 ? [] : lines,
    facts: { problems },
  });
}
