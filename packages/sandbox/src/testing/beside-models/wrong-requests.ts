import type { ApiModel, ShapeName } from '../../models/model.ts';
import type { Constraint } from '../../models/violations.ts';
import { againstPattern, sampleOf } from './sample.ts';

/** A request with one value that the model does not allow. */
export interface WrongRequest {
  readonly operation: string;
  readonly constraint: Constraint;
  /** As in `Violation`. */
  readonly members: readonly string[];
  readonly input: unknown;
  /** What the refusal must say, as AWS writes it: `at 'tags.1.member.key'` and the rule. */
  readonly path: string;
  readonly rule: string;
}

/** One for each constraint of each member of the operation's request. The rest of the request is allowed. */
export function wrongRequests(model: ApiModel, operation: string): readonly WrongRequest[] {
  const found: WrongRequest[] = [];
  const input = model.operations[operation]?.input;
  if (input === undefined) return found;

  /** `put` makes the whole request of a value at this place. */
  const visit = (
    name: ShapeName,
    members: readonly string[],
    path: string,
    above: readonly ShapeName[],
    put: (value: unknown) => unknown,
  ): void => {
    const shape = model.shapes[name];
    if (shape === undefined || above.includes(name)) return;
    const wrong = (constraint: Constraint, value: unknown, rule: string, more: Partial<WrongRequest> = {}) =>
      found.push({
        operation,
        constraint,
        members,
        path,
        rule,
        input: put(value),
        ...more,
      });
    const bound = (constraint: Constraint, of: string, made: (count: number) => unknown, least: number) => {
      const { min, max } = shape;
      if (min !== undefined && min > least)
        wrong(constraint, made(min - 1), `Member must have ${of} greater than or equal to ${min}`);
      if (max !== undefined)
        wrong(constraint, made(max + 1), `Member must have ${of} less than or equal to ${max}`);
    };
    const below = [...above, name];
    if (shape.enum !== undefined) {
      const rule = `Member must satisfy enum value set: [${shape.enum.join(', ')}]`;
      wrong('enum', 'NO_SUCH_VALUE', rule);
    } else if (shape.type === 's') {
      bound('length', 'length', (count) => 'a'.repeat(count), 0);
      const text = shape.pattern === undefined ? undefined : againstPattern(model, name);
      if (text !== undefined)
        wrong('pattern', text, `Member must satisfy regular expression pattern: ${shape.pattern}`);
    } else if (shape.type === 'n') {
      bound('range', 'value', (count) => count, Number.NEGATIVE_INFINITY);
    } else if (shape.list !== undefined) {
      const { list } = shape;
      const items = (count: number) => Array.from({ length: count }, () => sampleOf(model, list));
      bound('size', 'length', items, 0);
      const others = items(Math.max((shape.min ?? 1) - 1, 0));
      visit(list, members, `${path}.1.member`, below, (value) => put([value, ...others]));
    } else if (shape.map !== undefined) {
      const [key, item] = shape.map;
      const entries = (count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, at) => [`key${at}`, sampleOf(model, item)]));
      bound('size', 'length', entries, 0);
      const others = entries(Math.max((shape.min ?? 1) - 1, 0));
      visit(key, members, `${path}.key`, below, (value) =>
        put({ ...others, [String(value)]: sampleOf(model, item) }),
      );
      const sampleKey = String(sampleOf(model, key));
      visit(item, members, `${path}.${sampleKey}.member`, below, (value) =>
        put({ ...others, [sampleKey]: value }),
      );
    } else {
      const whole = sampleOf(model, name) as Readonly<Record<string, unknown>>;
      for (const [key, member] of Object.entries(shape.members ?? {})) {
        const lower = `${key.charAt(0).toLowerCase()}${key.slice(1)}`;
        const deeper = { members: [...members, key], path: path === '' ? lower : `${path}.${lower}` };
        if (shape.required?.includes(key)) {
          const { [key]: _missing, ...rest } = whole;
          wrong('required', rest, 'Member must not be null', deeper);
        }
        visit(member, deeper.members, deeper.path, below, (value) => put({ ...whole, [key]: value }));
      }
    }
  };
  visit(input, [], '', [], (value) => value);
  return found;
}
