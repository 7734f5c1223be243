import type { Operation } from '@landfall/core/operation/operation';
import { parse } from 'yaml';

/** Loads an operation by name; undefined when there is none. */
export type Operations = (name: string) => Promise<Operation | undefined>;

const own = /^(?:landfall-ci\/landfall|\.)\/actions\/([a-z-]+)(?:@|$)/;

/** Steps of a workflow (or a list of steps) that use our actions: unknown inputs, missing ones, refused values. */
export async function actionUseProblems(text: string, operations: Operations): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const step of stepsOf(parse(text))) {
    const name = own.exec(step.uses ?? '')?.[1];
    if (name === undefined) continue;
    const operation = await operations(name);
    if (!operation) problems.push(`${step.uses}: there is no operation ${name}`);
    else problems.push(...inputProblems(operation, new Map(Object.entries(step.with ?? {}))));
  }
  return problems;
}

/**
 * What the operation's own parser says of literal values. A value with an expression or a variable in it is known
 * only at run time, so only its name is judged.
 */
export function inputProblems(operation: Operation, given: ReadonlyMap<string, unknown>): readonly string[] {
  const problems: string[] = [];
  const say = (input: string, problem: string) => problems.push(`${operation.name}: ${input} ${problem}`);
  for (const [name, value] of given) {
    const input = operation.inputs[name];
    const text = String(value ?? '');
    if (!input) say(name, 'is not an input');
    else if (!/\$|<</.test(text) && text.trim() !== '') {
      const result = input.parse(text);
      if (!result.ok) say(name, result.problem);
    }
  }
  for (const [name, input] of Object.entries(operation.inputs)) {
    if (input.required && !given.has(name)) say(name, 'is required');
  }
  return problems;
}

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

function stepsOf(value: unknown): readonly Step[] {
  if (Array.isArray(value)) return value as Step[];
  const { jobs = {} } = (value ?? {}) as { jobs?: Record<string, { steps?: readonly Step[] }> };
  return Object.values(jobs).flatMap(({ steps }) => steps ?? []);
}
