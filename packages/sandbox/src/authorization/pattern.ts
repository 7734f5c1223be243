/** Texts of a policy that stand for more than themselves: `*` any text, `?` one character, `${key}` a value of the request. */
export type Token =
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  /** `filled` when a variable gave it: a `*` or `:` in a value is nothing but that character. */
  | { readonly kind: 'text'; readonly character: string; readonly filled: boolean };

/** The value of a variable; undefined when the request has none. */
export type Values = (key: string) => string | undefined;

const variable = /\$\{([^}]*)\}/y;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars */
const escapes = ['*', '?', '$'];

/**
 * The tokens of a pattern. Undefined when a variable has neither a value nor a default (`${key, 'default'}`), so that
 * it matches nothing. Without `values` a `${…}` is text, as in policies before version 2012-10-17.
 */
export function tokensOf(pattern: string, values?: Values): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    variable.lastIndex = at;
    const found = values && variable.exec(pattern);
    if (found) {
      const value = valueOfVariable(found[1]!, values);
      if (value === undefined) return undefined;
      for (const character of value) tokens.push({ kind: 'text', character, filled: true });
      at = variable.lastIndex - 1;
    } else if (pattern[at] === '*') tokens.push({ kind: 'any' });
    else if (pattern[at] === '?') tokens.push({ kind: 'one' });
    else tokens.push({ kind: 'text', character: pattern[at]!, filled: false });
  }
  return tokens;
}

function valueOfVariable(inside: string, values: Values): string | undefined {
  if (escapes.includes(inside)) return inside;
  const [key = '', standard] = inside.split(/,\s*/);
  return values(key.trim()) ?? /^'(.*)'$/.exec(standard?.trim() ?? '')?.[1];
}

/** A pattern without wildcards, as the text that it is. */
export function textOf(pattern: string, values?: Values): string | undefined {
  if (!values) return pattern;
  return tokensOf(pattern, values)
    ?.map((token) => (token.kind === 'text' ? token.character : token.kind === 'any' ? '*' : '?'))
    .join('');
}

/**
 * Whether a text fits. Takes time in proportion to both lengths, whatever the pattern. With `segments` it is an ARN:
 * before its sixth part, the resource, only a `*` at the end of a part reaches over colons, and `?` is none.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function fits(tokens: readonly Token[], text: string, { segments = false } = {}): boolean {
  const resource = segments ? (colonsIn(tokens)[4] ?? tokens.length) : 0;
  const isOver = (at: number) => at >= resource || at + 1 === tokens.length || isColon(tokens[at + 1]!);
  /** The places in the pattern that what was read so far can have led to. */
  let places = past(tokens, new Set([0]));
  for (const character of text) {
    const next = new Set<number>();
    for (const at of places) {
      const token = tokens[at];
      if (token === undefined) continue;
      if (token.kind === 'any') {
        if (character !== ':' || isOver(at)) next.add(at);
      } else if (token.kind === 'one') {
        if (character !== ':' || at >= resource) next.add(at + 1);
      } else if (token.character === character) next.add(at + 1);
    }
    if (next.size === 0) return false;
    places = past(tokens, next);
  }
  return places.has(tokens.length);
}

const isColon = (token: Token) => token.kind === 'text' && token.character === ':' && !token.filled;

/** Where the parts of an ARN end. */
const colonsIn = (tokens: readonly Token[]): readonly number[] =>
  tokens.flatMap((token, at) => (isColon(token) ? [at] : []));

/** With those behind a `*`, which may stand for nothing. */
function past(tokens: readonly Token[], places: Set<number>): Set<number> {
  for (const at of places) if (tokens[at]?.kind === 'any') places.add(at + 1);
  return places;
}

/** IAM compares ARNs part by part: `*` in one of the six reaches no further. */
export function fitsArn(tokens: readonly Token[], arn: string): boolean {
  const ends = colonsIn(tokens).slice(0, 5);
  const patterns = [...ends, tokens.length].map((end, at) =>
    tokens.slice(at === 0 ? 0 : ends[at - 1]! + 1, end),
  );
  const parts = arn.split(':');
  if (patterns.length < 6 || parts.length < 6) return false;
  return [...parts.slice(0, 5), parts.slice(5).join(':')].every((part, at) => fits(patterns[at]!, part));
}
