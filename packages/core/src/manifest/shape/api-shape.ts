import { apiRequests } from '../../ecs/api-model.ts';
import { apiShape, checkApiShape } from '../../service-definition/check-shape.ts';
import { type Node, nodeAt, plainOf, without } from '../node.ts';
import type { Definitions, JsonSchema, Shape } from './shape.ts';

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
  read(given, reading) {
    const before = reading.problems.length;
    const misplaced = Object.keys(elsewhere);
    for (const key of misplaced) {
      const member = nodeAt(given, key);
      if (member) reading.refuse(member, `does not belong here: ${elsewhere[key]}`);
    }
    const node = withTexts(name, given.kind === 'map' ? without(given, ...misplaced) : given);
    const value = plainOf(node);
    const { isDraft } = reading;
    for (const { path, level, problem } of checkApiShape(name, value, { elsewhere: misplaced, isDraft }))
      reading.report(nodeAt(node, ...path) ?? node, problem, level);
    const failed = reading.problems.slice(before).some(({ level }) => level === 'error');
    return failed ? undefined : (value as T);
  },
  schema: (definitions) => {
    const { properties, ...rest } = structureSchema(name, definitions);
    const refused = Object.entries(elsewhere).map(([key, hint]) => [key, { not: {}, description: hint }]);
    return { ...rest, properties: { ...properties, ...Object.fromEntries(refused) } };
  },
});

/** The value as the API takes it: a variable may be a number where a text is wanted. */
function withTexts(name: string, node: Node): Node {
  const { members = {}, list, map, type } = apiShape(name) ?? {};
  if (node.kind === 'map') {
    const entries = [...node.entries].map(([key, one]) => {
      const inner = Object.hasOwn(members, key) ? members[key] : map?.[1];
      return [key, inner === undefined ? one : withTexts(inner, one)] as const;
    });
    return { ...node, entries: new Map(entries) };
  }
  if (node.kind === 'list')
    return list === undefined ? node : { ...node, items: node.items.map((one) => withTexts(list, one)) };
  const isText = type === 's' && node.fromVariable && node.value !== null;
  return isText ? { ...node, value: String(node.value) } : node;
}

function structureSchema(name: string, definitions: Definitions) {
  const members = Object.entries(apiShape(name)?.members ?? {});
  return {
    type: 'object',
    properties: Object.fromEntries(members.map(([key, member]) => [key, schemaOf(member, definitions)])),
  };
}

function schemaOf(name: string, definitions: Definitions): JsonSchema {
  const shape = apiShape(name);
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
  if (shape?.type === 's') return { type: 'string' };
  return { anyOf: [{ type: shape?.type === 'n' ? 'number' : 'boolean' }, variable] };
}

const variable: JsonSchema = { type: 'string', pattern: '\\$\\{' };
