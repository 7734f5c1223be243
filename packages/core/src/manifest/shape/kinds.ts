import type { Pattern } from '../../inputs/input.ts';
import { near } from '../../inputs/near.ts';
import { emptyMap, type MapNode, type Node, plainOf } from '../node.ts';
import { type Field, type Fields, type JsonSchema, kindOf, type ObjectShape, type Shape } from './shape.ts';

interface Options {
  /** `${name}` is filled in before it is read. */
  readonly variables?: boolean;
}

/** A schema that also takes a text which holds a variable. */
const orVariable = (schema: JsonSchema, variables: boolean | undefined): JsonSchema =>
  variables ? { anyOf: [schema, { type: 'string', pattern: '\\$\\{' }] } : schema;

export const text = ({
  pattern,
  variables,
}: Options & { readonly pattern?: Pattern } = {}): Shape<string> => ({
  type: pattern?.type ?? 'string',
  read(node, reading) {
    if (variables && reading.mayBecomeAnything(node)) return undefined;
    // YAML reads an account or a version without quotes as a number, and keeps its digits.
    const value =
      node.kind === 'scalar' && typeof node.value === 'number' ? String(node.value) : scalarOf(node);
    if (typeof value !== 'string' || value === '')
      return reading.refuse(node, `must be ${pattern?.rule ?? 'a text'}, got ${kindOf(node)}`);
    if (pattern && !pattern.expression.test(value))
      return reading.refuse(node, `must be ${pattern.rule}, got ${kindOf(node)}`);
    return value;
  },
  schema: () =>
    orVariable(
      pattern
        ? { type: ['string', 'integer'], pattern: jsonPattern(pattern.expression) }
        : { type: ['string', 'number'] },
      variables,
    ),
});

/** JSON schema knows no flags: a pattern that needs one is checked by Landfall alone. */
const jsonPattern = ({ source, flags }: RegExp) => (flags === '' ? source : '');

export const integer = (min: number, max: number, { variables }: Options = {}): Shape<number> => ({
  type: `integer from ${min} to ${max}`,
  read(node, reading) {
    if (variables && reading.mayBecomeAnything(node)) return undefined;
    const value = scalarOf(node);
    return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : reading.refuse(node, `must be a whole number from ${min} to ${max}, got ${kindOf(node)}`);
  },
  schema: () => orVariable({ type: 'integer', minimum: min, maximum: max }, variables),
});

export const flag = ({ variables }: Options = {}): Shape<boolean> => ({
  type: 'boolean',
  read(node, reading) {
    if (variables && reading.mayBecomeAnything(node)) return undefined;
    const value = scalarOf(node);
    return typeof value === 'boolean'
      ? value
      : reading.refuse(node, `must be true or false, got ${kindOf(node)}`);
  },
  schema: () => orVariable({ type: 'boolean' }, variables),
});

/** A number that names a version of the format. */
export const constant = <const T extends number>(value: T): Shape<T> => ({
  type: `\`${value}\``,
  read: (node, reading) =>
    scalarOf(node) === value ? value : reading.refuse(node, `must be ${value}, got ${kindOf(node)}`),
  schema: () => ({ const: value }),
});

/** Any value but none: of variables, and of what a template makes of them. */
export const anything: Shape<unknown> = {
  type: 'any value',
  read: (node, reading) =>
    scalarOf(node) === null ? reading.refuse(node, 'has no value: give it one, or remove it') : plainOf(node),
  schema: () => ({ type: ['string', 'number', 'boolean', 'array', 'object'] }),
};

export const listOf = <T>(item: Shape<T>): Shape<readonly T[]> => ({
  type: `list of ${item.type}`,
  read(node, reading) {
    if (node.kind !== 'list') return reading.refuse(node, `must be a list, got ${kindOf(node)}`);
    const items = node.items.map((one) => item.read(one, reading));
    return items.every(isPresent) ? items : undefined;
  },
  schema: (definitions) => ({ type: 'array', items: item.schema(definitions) }),
});

/** One item, or a list of them. */
export const oneOrMore = <T>(item: Shape<T>): Shape<readonly T[]> => {
  const list = listOf(item);
  return {
    type: `${item.type}, or a list`,
    read(node, reading) {
      if (node.kind === 'list') return list.read(node, reading);
      const one = item.read(node, reading);
      return one === undefined ? undefined : [one];
    },
    schema: (definitions) => ({ anyOf: [item.schema(definitions), list.schema(definitions)] }),
  };
};

/** A map is read as one shape, everything else as the other. */
export const mapOr = <M, T>(map: Shape<M>, other: Shape<T>): Shape<M | T> => ({
  type: `${other.type}, or ${map.type}`,
  described: map.described,
  read: (node, reading) => (node.kind === 'map' ? map : other).read(node, reading),
  schema: (definitions) => ({ anyOf: [other.schema(definitions), map.schema(definitions)] }),
});

export const mapOf = <T>(key: Pattern, member: Shape<T>): Shape<Readonly<Record<string, T>>> => ({
  type: `map of ${member.type}`,
  described: member.described,
  read(given, reading) {
    const node = mapOrNothing(given);
    if (!node) return reading.refuse(given, `must be a map, got ${kindOf(given)}`);
    const entries = [...node.entries].map(([name, one]) => {
      if (!key.expression.test(name)) reading.refuse(one, `has a key that is not ${key.rule}`);
      return [name, member.read(one, reading)] as const;
    });
    return entries.every((entry): entry is readonly [string, T] => isPresent(entry[1]))
      ? Object.fromEntries(entries)
      : undefined;
  },
  schema: (definitions) => ({
    type: ['object', 'null'],
    propertyNames: { pattern: jsonPattern(key.expression) },
    additionalProperties: member.schema(definitions),
  }),
});

export const field = <T>(shape: Shape<T>, description: string) =>
  ({ shape, description, required: false }) as const satisfies Field<T>;
export const required = <T>(shape: Shape<T>, description: string) =>
  ({ shape, description, required: true }) as const satisfies Field<T>;

/** What the schema knows, so that no one takes the name, and this version refuses. */
export const reserved = (description: string): ReturnType<typeof field<never>> =>
  field<never>(
    {
      type: 'reserved',
      read: (node, reading) => reading.refuse(node, 'is not available yet: remove it'),
      schema: () => ({}),
    },
    description,
  );

type ValueOfField<F> = F extends Field<infer T> ? T : never;
type Optional<F extends Fields> = { [K in keyof F]: F[K]['required'] extends true ? never : K }[keyof F];

/** The value of a map with these fields. */
type ObjectOf<F extends Fields> = {
  readonly [K in Exclude<keyof F, Optional<F>>]: ValueOfField<F[K]>;
} & { readonly [K in Optional<F>]?: ValueOfField<F[K]> };

interface ObjectOptions extends Pick<ObjectShape, 'name' | 'description'> {
  /** Keys that people try here, each with what to do instead. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

export function object<const F extends Fields>(
  { name, description, elsewhere = {} }: ObjectOptions,
  fields: F,
): Shape<ObjectOf<F>> & { readonly fields: F } {
  const known = Object.keys(fields);
  return {
    type: `[${name}](#${name})`,
    described: { name, description, fields },
    fields,
    read(given, reading) {
      const node = mapOrNothing(given);
      if (!node) return reading.refuse(given, `must be a map, got ${kindOf(given)}`);
      const before = reading.problems.length;
      const value: Record<string, unknown> = {};
      for (const [key, member] of node.entries) {
        const here = Object.hasOwn(fields, key) ? fields[key] : undefined;
        if (here) value[key] = here.shape.read(member, reading);
        else
          reading.refuse(
            member,
            Object.hasOwn(elsewhere, key)
              ? `does not belong here: ${elsewhere[key]}`
              : `is unknown${near(key, known)}`,
          );
      }
      for (const [key, { required }] of Object.entries(fields))
        if (required && !node.entries.has(key))
          reading.refuse(given, `has no "${key}", which is required`.trim());
      const failed = reading.problems.slice(before).some(({ level }) => level === 'error');
      // The fields have been read one by one, each by the shape whose type it has.
      return failed ? undefined : (value as ObjectOf<F>);
    },
    schema(definitions) {
      if (!definitions.has(name)) {
        definitions.set(name, {});
        const isRequired = Object.entries(fields).some(([, one]) => one.required);
        definitions.set(name, {
          description,
          type: isRequired ? 'object' : ['object', 'null'],
          properties: Object.fromEntries(
            Object.entries(fields).map(([key, one]) => [
              key,
              { description: one.description, ...one.shape.schema(definitions) },
            ]),
          ),
          required: known.filter((key) => fields[key]?.required),
          additionalProperties: false,
        });
      }
      return { $ref: `#/definitions/${name}` };
    },
  };
}

/** `dev:` with nothing after it is an environment in which nothing differs. */
const mapOrNothing = (node: Node): MapNode | undefined => {
  if (node.kind === 'map') return node;
  return scalarOf(node) === null ? { ...emptyMap(''), source: node.source } : undefined;
};

const scalarOf = (node: Node) => (node.kind === 'scalar' ? node.value : undefined);
const isPresent = <T>(value: T | undefined): value is T => value !== undefined;
