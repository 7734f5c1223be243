import { apiRequests, apiShapes as shapes } from '../../ecs/api-model.ts';
import { near } from '../../inputs/near.ts';
import { type Node, plainOf } from '../node.ts';
import { type Definitions, type JsonSchema, kindOf, type Reading, type Shape } from './shape.ts';

/** The request of an operation of ECS, with the fields that Landfall fills in, each with what to write instead. */
export const request = <T>(
  operation: keyof typeof apiRequests,
  elsewhere: Readonly<Record<string, string>>,
): Shape<T> => structure<T>(apiRequests[operation].input, operation, elsewhere);

/**
 * A structure of the API of ECS, nothing renamed. A field that this version does not know is kept, with a warning:
 * the API grows. A value of the wrong type is refused.
 */
export const structure = <T>(
  name: string,
  title: string,
  elsewhere: Readonly<Record<string, string>> = {},
): Shape<T> => ({
  type: `[${title}](https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_${title}.html)`,
  read(node, reading) {
    const before = reading.problems.length;
    readStructure(name, node, reading, title, elsewhere);
    const failed = reading.problems.slice(before).some(({ level }) => level === 'error');
    return failed ? undefined : (plainOf(withTypes(name, node)) as T);
  },
  schema: (definitions) => {
    const { properties, ...rest } = structureSchema(name, definitions);
    const refused = Object.entries(elsewhere).map(([key, hint]) => [key, { not: {}, description: hint }]);
    return { ...rest, properties: { ...properties, ...Object.fromEntries(refused) } };
  },
});

const problemOf: Readonly<Record<string, string>> = { s: 'a text', n: 'a number', b: 'true or false' };

function check(name: string, node: Node, reading: Reading): undefined {
  if (reading.mayBecomeAnything(node)) return;
  const shape = shapes[name];
  if (shape?.members) return readStructure(name, node, reading, name);
  if (shape?.list !== undefined) {
    const { list } = shape;
    if (node.kind !== 'list') return reading.refuse(node, `must be a list, got ${kindOf(node)}`);
    for (const item of node.items) check(list, item, reading);
    return;
  }
  if (shape?.map) {
    const [, member = 's'] = shape.map;
    if (node.kind !== 'map') return reading.refuse(node, `must be a map, got ${kindOf(node)}`);
    for (const one of node.entries.values()) check(member, one, reading);
    return;
  }
  const scalar = shape?.type ?? name;
  if (scalarAs(scalar, node) === undefined)
    return reading.refuse(node, `must be ${problemOf[scalar]}, got ${kindOf(node)}`);
  const known = shape?.enum;
  const value = node.kind === 'scalar' ? String(node.value) : '';
  if (known && !known.includes(value))
    reading.warn(
      node,
      `is none of ${known.join(', ')}${near(value, known)}; it is kept, because a newer ECS may accept it`,
    );
}

function readStructure(
  name: string,
  node: Node,
  reading: Reading,
  title: string,
  elsewhere: Readonly<Record<string, string>> = {},
): undefined {
  const { members = {}, required = [] } = shapes[name] ?? {};
  if (node.kind !== 'map') return reading.refuse(node, `must be a map, got ${kindOf(node)}`);
  for (const [key, member] of node.entries) {
    const known = Object.hasOwn(members, key) ? members[key] : undefined;
    if (Object.hasOwn(elsewhere, key)) reading.refuse(member, `does not belong here: ${elsewhere[key]}`);
    else if (known !== undefined) check(known, member, reading);
    else reading.warn(member, `is not a field of ${title}${near(key, Object.keys(members))}; it is kept`);
  }
  // An override may hold a part; what it is merged into has the rest.
  if (reading.isDraft) return;
  for (const key of required)
    if (!node.entries.has(key) && !Object.hasOwn(elsewhere, key))
      reading.refuse(node, `has no "${key}", which ${title} requires`);
}

/** The value as the API takes it: a variable may be a number where a text is wanted. */
function scalarAs(scalar: string, node: Node): string | number | boolean | undefined {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  const { value } = node;
  if (scalar === 's' && node.fromVariable) return String(value);
  return typeof value === { s: 'string', n: 'number', b: 'boolean' }[scalar] ? value : undefined;
}

function withTypes(name: string, node: Node): Node {
  const { members = {}, list, map, type } = shapes[name] ?? {};
  if (node.kind === 'map') {
    const entries = [...node.entries].map(([key, one]) => {
      const inner = Object.hasOwn(members, key) ? members[key] : map?.[1];
      return [key, inner === undefined ? one : withTypes(inner, one)] as const;
    });
    return { ...node, entries: new Map(entries) };
  }
  if (node.kind === 'list')
    return list === undefined ? node : { ...node, items: node.items.map((one) => withTypes(list, one)) };
  return { ...node, value: scalarAs(type ?? name, node) ?? node.value };
}

function structureSchema(name: string, definitions: Definitions) {
  const members = Object.entries(shapes[name]?.members ?? {});
  return {
    type: 'object',
    properties: Object.fromEntries(members.map(([key, member]) => [key, schemaOf(member, definitions)])),
  };
}

function schemaOf(name: string, definitions: Definitions): JsonSchema {
  const shape = shapes[name];
  if (shape?.members) {
    if (!definitions.has(name)) {
      definitions.set(name, {});
      definitions.set(name, structureSchema(name, definitions));
    }
    return { $ref: `#/definitions/${name}` };
  }
  if (shape?.list !== undefined)
    return { anyOf: [{ type: 'array', items: schemaOf(shape.list, definitions) }, variable] };
  if (shape?.map) return { type: 'object', additionalProperties: schemaOf(shape.map[1] ?? 's', definitions) };
  if (shape?.enum) return { anyOf: [{ enum: shape.enum }, { type: 'string' }] };
  const scalar = shape?.type ?? name;
  if (scalar === 's') return { type: 'string' };
  return { anyOf: [{ type: scalar === 'n' ? 'number' : 'boolean' }, variable] };
}

const variable: JsonSchema = { type: 'string', pattern: '\\$\\{' };
