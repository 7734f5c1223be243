/** What a file's variables are taken from; undefined for one that is not set. */
export type Lookup = (name: string) => string | undefined;

type Interpolated =
  | {
      readonly ok: true;
      readonly text: string;
      /** The variables that were taken as empty, because they are not set. */
      readonly unset: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };

class Problem extends Error {}

const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const operator = /:?[-?+]/y;
const deepest = 20;

/**
 * `$NAME`, `${NAME}` and the forms with a default, one in the other, as the Compose specification has them: a
 * `$` before anything else is literal, and an unset variable is empty (12-interpolation.md).
 * @param whenUnset what stands for a variable that is not set
 */
export function interpolate(
  text: string,
  lookup: Lookup,
  whenUnset: (variable: string) => string = () => '',
): Interpolated {
  const unset: string[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const bare = (variable: string) => {
    const value = lookup(variable);
    if (value === undefined) unset.push(variable);
    return value ?? whenUnset(variable);
  };
  const braced = (depth: number): string => {
    const variable = match(name);
    if (variable === undefined)
      throw new Problem(`has "${text.slice(0, 60)}", which does not name a variable`);
    const sign = match(operator);
    const before = unset.length;
    const word = sign === undefined ? '' : part(depth + 1, true);
    if (text[at] !== '}') throw new Problem(`has "\${${variable}", which is not closed or not supported`);
    at += 1;
    if (sign === undefined) return bare(variable);
    const value = lookup(variable);
    // With a colon, an empty value counts as none.
    const has = value !== undefined && !(sign.startsWith(':') && value === '');
    const wordCounts = sign.endsWith('+') ? has : !has;
    if (!wordCounts) unset.length = before;
    if (sign.endsWith('+')) return has ? word : '';
    if (has) return value;
    if (sign.endsWith('-')) return word;
    throw new Problem(`needs the variable ${variable}${word ? ` (${word})` : ''}: set it in \`variables\``);
  };
  const part = (depth: number, inBraces: boolean): string => {
    if (depth > deepest) throw new Problem(`nests variables deeper than ${deepest}`);
    let result = '';
    while (at < text.length && !(inBraces && text[at] === '}')) {
      if (text[at] !== '$') result += text[at++];
      else if (text[at + 1] === '$') {
        at += 2;
        result += '$';
      } else if (text[at + 1] === '{') {
        at += 2;
        result += braced(depth);
      } else {
        at += 1;
        const variable = match(name);
        result += variable === undefined ? '$' : bare(variable);
      }
    }
    return result;
  };
  try {
    return { ok: true, text: part(0, false), unset };
  } catch (thrown) {
    if (thrown instanceof Problem) return { ok: false, problem: thrown.message };
    throw thrown;
  }
}
