import { AwsFault } from './aws-service.ts';

/**
 * What a member of a request is: `s`tring (a blob too, as base64), `n`umber (a timestamp too), `b`oolean, the name
 * of a structure, `[item]` for a list, `{ '*': value }` for a map.
 */
export type InputType = string | readonly [InputType] | { readonly '*': InputType };

/** What the requests of a service are made of. */
export interface ServiceInputs {
  /** The input structure of each operation. */
  readonly operations: Readonly<Record<string, string>>;
  /** By name, because some hold themselves. */
  readonly structures: Readonly<Record<string, Readonly<Record<string, InputType>>>>;
}

/**
 * The input without its nulls, which count as absent. Unknown members stay: a handler may know them.
 *
 * @throws SerializationException for a value of another type. ECS's words for texts and numbers are those that its
 * users report ("STRING_VALUE cannot be converted to Integer"), the others follow them.
 */
export function readInput(
  types: Readonly<Record<string, ServiceInputs>>,
  service: string,
  operation: string,
  input: unknown,
): unknown {
  const inputs = own(types, service);
  const structure = inputs && own(inputs.operations, operation);
  return structure === undefined ? input : read(inputs!, structure, input);
}

/** The names come from outside: `constructor` is no operation. */
const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function read(inputs: ServiceInputs, type: InputType, value: unknown): unknown {
  if (type === 's' || type === 'n' || type === 'b') {
    if (typeof value === SCALARS[type].type) return value;
    throw refusal(value, SCALARS[type].name);
  }
  if (Array.isArray(type)) {
    if (!Array.isArray(value)) throw refusal(value);
    return value.filter((item) => item !== null).map((item) => read(inputs, type[0], item));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refusal(value);
  const members = typeof type === 'string' ? inputs.structures[type]! : undefined;
  const entries = Object.entries(value).flatMap(([key, member]) => {
    if (member === null) return [];
    const known = members === undefined ? (type as { '*': InputType })['*'] : own(members, key);
    return [[key, known === undefined ? member : read(inputs, known, member)] as const];
  });
  return Object.fromEntries(entries);
}

const SCALARS = {
  s: { type: 'string', name: 'String' },
  n: { type: 'number', name: 'Integer' },
  b: { type: 'boolean', name: 'Boolean' },
} as const;

/** `wanted` is the scalar that was expected; absent for a list, a structure or a map. */
function refusal(value: unknown, wanted?: string): AwsFault {
  const fault = (message: string) => new AwsFault('SerializationException', message);
  if (Array.isArray(value)) return fault('Start of list found where not expected.');
  if (typeof value === 'object') return fault('Start of structure or map found where not expected.');
  const token = typeof value === 'boolean' ? String(value) : typeof value;
  return fault(`${token.toUpperCase()}_VALUE cannot be converted to ${wanted ?? 'Collection'}`);
}
