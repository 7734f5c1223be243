import { camelCase, type Input, type Inputs } from '../inputs/input.ts';
import type { InputProblem } from '../inputs/parse-inputs.ts';
import type { Operation, Outputs, Permission } from '../operation/operation.ts';

/** An operation as a part of a pipeline. */
export interface Part {
  readonly operation: Operation;
  /** Input of the operation → its name in the pipeline, where another part uses the name for something else. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** The same for outputs. */
  readonly outputs?: Readonly<Record<string, string>>;
}

export type Values = Readonly<Record<string, unknown>>;
/** Inputs of a part that the pipeline sets: to what an earlier part output, or to nothing. */
export type Wiring = Readonly<Record<string, string | undefined>>;

const nameIn = ({ inputs }: Part, name: string) => inputs?.[name] ?? name;
export const outputIn = ({ outputs }: Part, name: string) => outputs?.[name] ?? name;

/** The inputs of all parts. One that several have serves them all, as the first defines it. None is required. */
export function joinedInputs(parts: readonly Part[]): Inputs {
  const joined: Record<string, Input<unknown>> = {};
  for (const part of parts)
    for (const [name, input] of Object.entries(part.operation.inputs))
      joined[nameIn(part, name)] ??= {
        ...input,
        required: false,
        description: renamedIn(part, input.description),
      };
  return joined;
}

export function joinedOutputs(parts: readonly Part[]): Outputs {
  const joined: Record<string, Outputs[string]> = {};
  for (const part of parts)
    for (const [name, output] of Object.entries(part.operation.outputs))
      joined[outputIn(part, name)] = { description: renamedIn(part, output.description) };
  return joined;
}

/** Each once, with the occasion on which it is needed most. */
export function joinedPermissions(parts: readonly Part[]): readonly Permission[] {
  const joined = new Map<string, Permission>();
  for (const { operation } of parts)
    for (const permission of operation.permissions) {
      const { action, resource, condition } = permission;
      const key = JSON.stringify([action, resource, condition]);
      const known = joined.get(key);
      if (known && !(known.optional && !permission.optional)) continue;
      joined.set(key, { ...permission, when: permission.when ?? `when ${operation.name} is a part` });
    }
  return [...joined.values()];
}

/** A description names other inputs, too. */
const renamedIn = ({ inputs = {} }: Part, text: string) =>
  Object.entries(inputs).reduce((whole, [name, own]) => whole.replaceAll(`\`${name}\``, `\`${own}\``), text);

/** The inputs by their names in the pipeline that a part shares with no other. */
export const ownInputs = (part: Part, parts: readonly Part[]): readonly string[] => {
  const namesOf = (one: Part) => Object.keys(one.operation.inputs).map((name) => nameIn(one, name));
  const others = new Set(parts.filter((one) => one !== part).flatMap(namesOf));
  return namesOf(part).filter((name) => !others.has(name));
};

/** Whether an input has another value than by default. */
export function isGiven(inputs: Inputs, values: Values, name: string): boolean {
  const input = inputs[name];
  const value = values[camelCase(name)];
  if (value === undefined || input?.default === undefined) return value !== undefined;
  const byDefault = input.parse(input.default);
  return !(byDefault.ok && JSON.stringify(byDefault.value) === JSON.stringify(value));
}

/** The values of a part, and what is wrong with them, by the names of the pipeline. */
export function valuesOf(
  part: Part,
  values: Values,
  wiring: Wiring,
): { readonly values: Values; readonly problems: readonly InputProblem[] } {
  const { operation } = part;
  const own: Record<string, unknown> = {};
  const problems: InputProblem[] = [];
  for (const [name, input] of Object.entries(operation.inputs)) {
    const given = Object.hasOwn(wiring, name) ? wiring[name] : values[camelCase(nameIn(part, name))];
    // Parts that share an input may differ in what they accept.
    const parsed = typeof given === 'string' ? input.parse(given) : undefined;
    if (parsed?.ok === false) problems.push({ input: nameIn(part, name), problem: parsed.problem });
    else if (given === undefined && input.required)
      problems.push({ input: nameIn(part, name), problem: `is required by ${operation.name}` });
    else own[camelCase(name)] = parsed?.ok && Object.hasOwn(wiring, name) ? parsed.value : given;
  }
  if (problems.length === 0)
    for (const { input, problem } of operation.check?.(own as never) ?? [])
      problems.push({ input: nameIn(part, input), problem });
  return { values: own, problems };
}
