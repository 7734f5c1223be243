import { isObject } from '../documents/canonical.ts';
import { type ApiShape, apiShapes } from '../ecs/api-model.ts';
import { near } from '../inputs/near.ts';
import { kindOf } from '../task-definition/parse/problems.ts';

/** Where a document and AWS's model differ. */
interface ApiFinding {
  readonly path: readonly (string | number)[];
  /** Of a name that the model does not have a warning: the API grows, and AWS decides. */
  readonly level: 'error' | 'warning';
  /** Completes a sentence that starts with the path. */
  readonly problem: string;
}

interface Options {
  /** Top-level fields that are somewhere else: not required here. */
  readonly elsewhere?: readonly string[];
  /** What it holds is one part of a document, and variables are not filled in: a text with `${` may become anything. */
  readonly isDraft?: boolean;
}

const scalars: Readonly<Record<string, ApiShape>> = { s: { type: 's' }, n: { type: 'n' }, b: { type: 'b' } };
const typeNames: Readonly<Record<string, string>> = { s: 'string', n: 'number', b: 'boolean' };

/** A shape of the model, or a scalar that nothing bounds. */
export const apiShape = (name: string): ApiShape | undefined =>
  Object.hasOwn(scalars, name) ? scalars[name] : apiShapes[name];

/** Everything in a document that AWS's model does not have or allow, in its order. */
export function checkApiShape(
  name: string,
  document: unknown,
  { elsewhere = [], isDraft = false }: Options = {},
): readonly ApiFinding[] {
  const findings: ApiFinding[] = [];
  const check = (name: string, value: unknown, path: ApiFinding['path']): undefined => {
    if (isDraft && typeof value === 'string' && value.includes('${')) return;
    const shape = apiShape(name) ?? {};
    const refuse = (problem: string): undefined => void findings.push({ path, level: 'error', problem });
    const mustBe = (what: string) => refuse(`must be ${what}, but is ${kindOf(value)}`);
    if (shape.list !== undefined) {
      if (!Array.isArray(value)) return mustBe('a list');
      checkBounds(shape, value.length, 'items', refuse);
      for (const [index, item] of value.entries()) check(shape.list, item, [...path, index]);
    } else if (shape.map !== undefined) {
      if (!isObject(value)) return mustBe('an object');
      for (const [key, item] of Object.entries(value)) check(shape.map[1] ?? 's', item, [...path, key]);
    } else if (shape.members !== undefined) {
      if (Object.keys(shape.members).length === 0) return;
      if (!isObject(value)) return mustBe('an object');
      const title = name.replace(/Request$/, '');
      for (const member of isDraft ? [] : (shape.required ?? []))
        if (value[member] === undefined && !(path.length === 0 && elsewhere.includes(member)))
          refuse(`has no "${member}", which ${title} requires`);
      for (const [member, inner] of Object.entries(value)) {
        const inside = [...path, member];
        const known = Object.hasOwn(shape.members, member) ? shape.members[member] : undefined;
        if (known !== undefined) check(known, inner, inside);
        else
          findings.push({
            path: inside,
            level: 'warning',
            problem: `is not a field of ${title}${near(member, Object.keys(shape.members))}; it is kept`,
          });
      }
    } else if (typeof value !== typeNames[shape.type ?? '']) mustBe(`a ${typeNames[shape.type ?? '']}`);
    else if (shape.enum !== undefined && !shape.enum.includes(String(value)))
      findings.push({
        path,
        level: 'warning',
        problem: `is none of ${shape.enum.join(', ')}${near(String(value), shape.enum)}; it is kept, because a newer ECS may accept it`,
      });
    else if (typeof value === 'number') checkBounds(shape, value, undefined, refuse);
  };
  check(name, document, []);
  return findings;
}

/** Of a number, or of the size of a list. The lengths of strings are left to ECS. */
function checkBounds(
  { min, max }: ApiShape,
  count: number,
  of: string | undefined,
  refuse: (problem: string) => void,
): void {
  const what = of === undefined ? 'be' : 'have';
  const unit = of === undefined ? '' : ` ${of}`;
  if (min !== undefined && count < min) refuse(`must ${what} at least ${min}${unit}, got ${count}`);
  if (max !== undefined && count > max) refuse(`must ${what} at most ${max}${unit}, got ${count}`);
}

/** `loadBalancers[0].containerPort must be a number, but is a string`. */
export const findingSentence = ({ path, problem }: ApiFinding): string =>
  [pathText(path), problem].filter((part) => part !== '').join(' ');

const pathText = (path: ApiFinding['path']): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
