import { isObject } from '../documents/canonical.ts';
import type { ApiShape } from '../ecs/api-model.ts';
import { near } from '../inputs/near.ts';
import { kindOf } from '../task-definition/parse/problems.ts';

export interface Findings {
  /** A sentence each; no values but those of a closed set. */
  readonly problems: string[];
  /** Members that the model does not have, by their path, with a suggestion: `tagz (did you mean "tags"?)`. */
  readonly unknown: string[];
}

const scalars: Readonly<Record<string, ApiShape>> = { s: { type: 's' }, n: { type: 'n' }, b: { type: 'b' } };
const typeNames: Readonly<Record<string, string>> = { s: 'string', n: 'number', b: 'boolean' };

/** Everything in a document that AWS's model does not allow, in its order. */
export function checkShape(
  shapes: Readonly<Record<string, ApiShape>>,
  name: string,
  value: unknown,
  path: string,
  findings: Findings,
): void {
  const shape = Object.hasOwn(scalars, name) ? scalars[name] : shapes[name];
  const say = (problem: string) => findings.problems.push(`${path} ${problem}`);
  const mustBe = (what: string) => say(`must be ${what}, but is ${kindOf(value)}`);
  if (shape?.list !== undefined) {
    if (!Array.isArray(value)) return void mustBe('a list');
    checkBounds(shape, value.length, 'items', say);
    for (const [index, item] of value.entries())
      checkShape(shapes, shape.list, item, `${path}[${index}]`, findings);
  } else if (shape?.map !== undefined) {
    if (!isObject(value)) return void mustBe('an object');
    for (const [key, item] of Object.entries(value))
      checkShape(shapes, shape.map[1] ?? 's', item, `${path}.${key}`, findings);
  } else if (shape?.members !== undefined) {
    if (Object.keys(shape.members).length === 0) return;
    if (!isObject(value)) return void mustBe('an object');
    const inside = (member: string) => (path === '' ? member : `${path}.${member}`);
    for (const member of shape.required ?? [])
      if (value[member] === undefined) findings.problems.push(`${inside(member)} is required`);
    for (const [member, inner] of Object.entries(value)) {
      const known = Object.hasOwn(shape.members, member) ? shape.members[member] : undefined;
      if (known === undefined)
        findings.unknown.push(`${inside(member)}${near(member, Object.keys(shape.members))}`);
      else checkShape(shapes, known, inner, inside(member), findings);
    }
  } else if (typeNames[shape?.type ?? ''] !== typeof value) mustBe(`a ${typeNames[shape?.type ?? '']}`);
  else if (shape?.enum !== undefined && !shape.enum.includes(String(value)))
    say(`must be one of ${shape.enum.join(', ')}, got "${value}"${near(String(value), shape.enum)}`);
  else if (typeof value === 'number') checkBounds(shape ?? {}, value, undefined, say);
}

/** Of a number, or of the size of a list. The lengths of strings are left to ECS. */
function checkBounds(
  { min, max }: ApiShape,
  count: number,
  of: string | undefined,
  say: (problem: string) => void,
): void {
  const what = of === undefined ? 'be' : 'have';
  const unit = of === undefined ? '' : ` ${of}`;
  if (min !== undefined && count < min) say(`must ${what} at least ${min}${unit}, got ${count}`);
  if (max !== undefined && count > max) say(`must ${what} at most ${max}${unit}, got ${count}`);
}
