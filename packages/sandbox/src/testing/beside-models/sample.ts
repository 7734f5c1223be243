import type { ApiModel, Shape, ShapeName } from '../../models/model.ts';
import { violationsOf } from '../../models/violations.ts';

const texts = [
  'web',
  'Name',
  '123456789012',
  '6f1c1e9e-8f4c-4a55-9b0d-2f6f0c8f5c11',
  `sha256:${'0a'.repeat(32)}`,
  'us-east-1',
  '/',
  'arn:aws:iam::123456789012:role/service',
  'arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/web-AbCdEf',
  'arn:aws:scheduler:us-east-1:123456789012:schedule-group/jobs',
  'arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/0ec5',
  '{"Version":"2012-10-17"}',
];
/** Each is refused by some pattern, whose shape it is put to the length of. */
const wrongTexts = ['\u0007', '\u2028', '!', 'É'];

/** The least that the model allows of a shape: required members, and lists and maps as short as may be. */
export function sampleOf(model: ApiModel, name: ShapeName): unknown {
  const shape = model.shapes[name];
  switch (shape === undefined ? name : shape.type) {
    case 's':
      return shape === undefined ? 'web' : textOf(model, name, shape);
    case 'n':
      return Math.max(shape?.min ?? 1, 1);
    case 'b':
      return true;
  }
  const { list, map, required = [], members, min = 0 } = shape!;
  if (list !== undefined) return Array.from({ length: min }, () => sampleOf(model, list));
  if (map !== undefined)
    return Object.fromEntries(Array.from({ length: min }, (_, at) => [`key${at}`, sampleOf(model, map[1])]));
  return Object.fromEntries(required.map((key) => [key, sampleOf(model, members![key]!)]));
}

function textOf(model: ApiModel, name: ShapeName, { enum: values, min = 0 }: Shape): string {
  if (values !== undefined) return values[0]!;
  const padded = texts.map((text) => text.padEnd(min, 'a'));
  const allowed = padded.find((text) => isAllowed(model, name, text));
  if (allowed === undefined) throw new Error(`No sample here is a ${name}.`);
  return allowed;
}

/** A text of an allowed length that the pattern of the shape does not match; undefined where it matches anything. */
export function againstPattern(model: ApiModel, name: ShapeName): string | undefined {
  const { min = 0 } = model.shapes[name]!;
  return wrongTexts.map((text) => text.padEnd(min, text)).find((text) => !isAllowed(model, name, text));
}

/** The model alone with a request that is nothing but this shape. */
const isAllowed = (model: ApiModel, name: ShapeName, value: unknown): boolean =>
  violationsOf({ ...model, operations: { Any: { input: name } } }, 'Any', value).length === 0;
