import { AwsFault } from '../api/aws-service.ts';
import type { ApiModel, ShapeName } from './model.ts';

/**
 * The input without its nulls, which count as absent. Unknown members stay: a handler may know them.
 *
 * @throws SerializationException for a value of another type. ECS's words for texts and numbers are those that its
 * users report ("STRING_VALUE cannot be converted to Integer"), the others follow them.
 */
export function readInput(model: ApiModel, operation: string, input: unknown): unknown {
  const structure = own(model.operations, operation)?.input;
  return structure === undefined ? input : read(model, structure, input);
}

/** The names come from outside: `constructor` is no operation. */
export const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function read(model: ApiModel, name: ShapeName, value: unknown): unknown {
  const shape = model.shapes[name];
  const scalar = shape === undefined ? name : shape.type;
  if (scalar !== undefined) {
    const { type, label } = SCALARS[scalar as keyof typeof SCALARS];
    if (typeof value === type) return value;
    throw refusal(value, label);
  }
  const { list, map, members } = shape!;
  if (list !== undefined) {
    if (!Array.isArray(value)) throw refusal(value);
    return value.filter((item) => item !== null).map((item) => read(model, list, item));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refusal(value);
  const entries = Object.entries(value).flatMap(([key, member]) => {
    if (member === null || member === undefined) return [];
    const known = map === undefined ? own(members!, key) : map[1];
    return [[key, known === undefined ? member : read(model, known, member)] as const];
  });
  return Object.fromEntries(entries);
}

const SCALARS = {
  s: { type: 'string', label: 'String' },
  n: { type: 'number', label: 'Integer' },
  b: { type: 'boolean', label: 'Boolean' },
} as const;

/** `wanted` is the scalar that was expected; absent for a list, a structure or a map. */
function refusal(value: unknown, wanted?: string): AwsFault {
  const fault = (message: string) => new AwsFault('SerializationException', message);
  if (Array.isArray(value)) return fault('Start of list found where not expected.');
  if (typeof value === 'object') return fault('Start of structure or map found where not expected.');
  const token = typeof value === 'boolean' ? String(value) : typeof value;
  return fault(`${token.toUpperCase()}_VALUE cannot be converted to ${wanted ?? 'Collection'}`);
}
