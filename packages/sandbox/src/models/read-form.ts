import { AwsFault } from '../api/aws-service.ts';
import type { ApiModel, ShapeName } from './model.ts';
import { own } from './read-input.ts';

/**
 * The input of a query request, whose members are all texts, with the types that its operation's model gives them. A
 * list without items is sent as an empty text. Unknown members stay.
 *
 * @throws MalformedInput for a text that is no number, or neither true nor false
 */
export function readForm(model: ApiModel, operation: string, input: unknown): unknown {
  const structure = own(model.operations, operation)?.input;
  return structure === undefined ? input : read(model, structure, input);
}

function read(model: ApiModel, name: ShapeName, value: unknown): unknown {
  const shape = model.shapes[name];
  switch (shape === undefined ? name : shape.type) {
    case 's':
      return value;
    case 'n':
      return numberOf(value);
    case 'b':
      return booleanOf(value);
  }
  const { list, members = {} } = shape!;
  if (list !== undefined) {
    if (value === '') return [];
    return Array.isArray(value) ? value.map((item) => read(model, list, item)) : value;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const known = own(members, key);
      return [key, known === undefined ? member : read(model, known, member)];
    }),
  );
}

function numberOf(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) throw new AwsFault('MalformedInput', `'${value}' is not a number.`);
  return number;
}

function booleanOf(value: unknown): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw new AwsFault('MalformedInput', `'${value}' is neither true nor false.`);
}
