import type { ApiModel, Shape, ShapeName } from './model.ts';
import { own } from './read-input.ts';

export type Constraint = 'required' | 'enum' | 'length' | 'range' | 'size' | 'pattern';

/** A value that AWS's model of the API does not allow. */
export interface Violation {
  readonly constraint: Constraint;
  /** The members from the request down: `['containerDefinitions', 'logConfiguration', 'logDriver']`. */
  readonly members: readonly string[];
  /** As AWS writes it, items of lists counted from one: `containerDefinitions.1.member.logConfiguration.logDriver`. */
  readonly path: string;
  /** The name of the shape; of a missing member, the structure's that must have it. */
  readonly shape: ShapeName;
  /** Undefined for a secret. */
  readonly value: unknown;
  /** What must hold, in the words of AWS's services: `Member must have length less than or equal to 64`. */
  readonly rule: string;
}

/** Everything in a request of an operation that the model does not allow, in the order of the request's members. */
export function violationsOf(model: ApiModel, operation: string, input: unknown): readonly Violation[] {
  const structure = own(model.operations, operation)?.input;
  const found: Violation[] = [];
  if (structure !== undefined) walk(model, structure, input, [], '', found);
  return found;
}

function walk(
  model: ApiModel,
  name: ShapeName,
  value: unknown,
  members: readonly string[],
  path: string,
  found: Violation[],
): void {
  const shape = model.shapes[name];
  if (shape === undefined) return;
  const report = (constraint: Constraint, rule: string) =>
    found.push({ constraint, members, path, shape: name, value: shape.sensitive ? undefined : value, rule });
  if (shape.type === 's') {
    checkText(shape, value as string, report);
  } else if (shape.type === 'n') {
    checkBounds(shape, value as number, 'value', (rule) => report('range', rule));
  } else if (shape.list !== undefined) {
    const items = value as readonly unknown[];
    checkBounds(shape, items.length, 'length', (rule) => report('size', rule));
    for (const [index, item] of items.entries())
      walk(model, shape.list, item, members, `${path}.${index + 1}.member`, found);
  } else if (shape.map !== undefined) {
    const entries = Object.entries(value as object);
    checkBounds(shape, entries.length, 'length', (rule) => report('size', rule));
    for (const [key, item] of entries) {
      walk(model, shape.map[0], key, members, `${path}.key`, found);
      walk(model, shape.map[1], item, members, `${path}.${key}.member`, found);
    }
  } else {
    const given = value as Readonly<Record<string, unknown>>;
    const below = (key: string) => ({
      members: [...members, key],
      path: path === '' ? lowerFirst(key) : `${path}.${lowerFirst(key)}`,
    });
    for (const key of shape.required ?? []) {
      if (given[key] === undefined)
        found.push({
          constraint: 'required',
          ...below(key),
          shape: name,
          value: null,
          rule: 'Member must not be null',
        });
    }
    for (const [key, member] of Object.entries(given)) {
      const known = own(shape.members ?? {}, key);
      if (known === undefined || member === undefined) continue;
      const { members: deeper, path: there } = below(key);
      walk(model, known, member, deeper, there, found);
    }
  }
}

type Report = (constraint: Constraint, rule: string) => void;

function checkText({ enum: values, pattern, ...bounds }: Shape, value: string, report: Report): void {
  if (values !== undefined) {
    if (!values.includes(value)) report('enum', `Member must satisfy enum value set: [${values.join(', ')}]`);
    return;
  }
  checkBounds(bounds, value.length, 'length', (rule) => report('length', rule));
  if (pattern !== undefined && !expression(pattern).test(value))
    report('pattern', `Member must satisfy regular expression pattern: ${pattern}`);
}

function checkBounds({ min, max }: Shape, count: number, of: string, report: (rule: string) => void): void {
  if (min !== undefined && count < min) report(`Member must have ${of} greater than or equal to ${min}`);
  if (max !== undefined && count > max) report(`Member must have ${of} less than or equal to ${max}`);
}

const lowerFirst = (name: string) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;

const compiled = new Map<string, RegExp>();

/** The models' patterns are Java's and of the whole text; a few escape what the mode for Unicode does not let escape. */
function expression(pattern: string): RegExp {
  let made = compiled.get(pattern);
  if (made === undefined) {
    const whole = `^(?:${pattern.replaceAll('\\p{Print}', '[ -~]')})$`;
    try {
      made = new RegExp(whole, 'u');
    } catch {
      made = new RegExp(whole);
    }
    compiled.set(pattern, made);
  }
  return made;
}
