import { space, withoutSpaceAfter } from '../value.ts';

export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'operator' | 'end';
  /** As it is written; of a text, what it means. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** A part of a template: text as it is, an output `{{ … }}`, or a tag `{% … %}`. */
export type Piece =
  | { readonly kind: 'data'; readonly text: string; readonly at: number }
  | { readonly kind: 'output' | 'tag'; readonly tokens: readonly Token[]; readonly at: number };

export type Report = (message: string, at: number) => void;

const opening = new RegExp(`\\{(?:%([-+]?)${space}*raw${space}*(-?)%\\}|([{%#])([-+]?))`, 'g');
const endOfRaw = new RegExp(`\\{%([-+]?)${space}*endraw${space}*([-+]?)%\\}`, 'g');
const spaces = new RegExp(`${space}*`, 'y');

/** The pieces of a template, with Jinja2's rules of white space. What cannot be read is reported and skipped. */
export function piecesOf(source: string, report: Report): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const data = (from: number, to: number, strips: boolean) => {
    const text = source.slice(from, to);
    const kept = strips ? withoutSpaceAfter(text) : text;
    if (kept !== '') pieces.push({ kind: 'data', text: kept, at: from });
  };
  while (at < source.length) {
    const open = matchAt(opening, source, at);
    if (!open) break;
    const [whole, rawStrip, rawSkip, kind = '%', strip] = open;
    data(at, open.index, rawStrip === '-' || strip === '-');
    const start = open.index + whole.length;
    if (rawSkip !== undefined) {
      const from = rawSkip === '-' ? afterSpace(source, start) : start;
      const close = matchAt(endOfRaw, source, from);
      if (!close) {
        report('{% raw %} has no {% endraw %}', open.index);
        return pieces;
      }
      data(from, close.index, close[1] === '-');
      at = close.index + close[0].length;
      if (close[2] === '-') at = afterSpace(source, at);
      continue;
    }
    const close = `${kind === '{' ? '}' : kind}}`;
    const closed = kind === '#' ? endOfComment(source, start) : undefined;
    const read = kind === '#' ? undefined : readTokens(source, start, close, report);
    if (read) pieces.push({ kind: kind === '{' ? 'output' : 'tag', tokens: read.tokens, at: open.index });
    const end = closed ?? read?.end;
    if (end === undefined) {
      report(`{${kind} is not closed by ${close}`, open.index);
      return pieces;
    }
    at = end;
  }
  data(at, source.length, false);
  return pieces;
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

const afterSpace = (source: string, at: number) => at + (matchAt(spaces, source, at)?.[0].length ?? 0);

function endOfComment(source: string, at: number): number | undefined {
  const end = source.indexOf('#}', at);
  if (end < 0) return undefined;
  return source[end - 1] === '-' && end > at ? afterSpace(source, end + 2) : end + 2;
}

const token =
  /(?<name>[A-Za-z_]\w*)|(?<number>\d\w*(?:\.\d\w*)?)|(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<operator>\*\*|\/\/|[=!<>]=|[-+*/%~[\](){}<>=.:|,;])/sy;
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const ends: Readonly<Record<string, RegExp>> = { '}}': /-?\}\}/y, '%}': /[-+]?%\}/y };

/** The tokens up to the end of the tag, which is never inside of brackets; without an `end` where the tag has none. */
function readTokens(
  source: string,
  start: number,
  close: string,
  report: Report,
): { readonly tokens: readonly Token[]; readonly end: number | undefined } {
  const tokens: Token[] = [];
  const open: string[] = [];
  const finish = (at: number, length: number, skips: boolean) => {
    tokens.push({ kind: 'end', text: close, at, end: at + length });
    return { tokens, end: skips ? afterSpace(source, at + length) : at + length };
  };
  const fail = (message: string, at: number) => {
    const end = source.indexOf(close, at);
    if (end < 0) return { tokens: [], end: undefined };
    report(message, at);
    tokens.push({ kind: 'end', text: '', at, end: at });
    return { tokens, end: end + close.length };
  };
  let at = afterSpace(source, start);
  while (at < source.length) {
    const end = open.length === 0 ? matchAt(ends[close] ?? /$/y, source, at) : null;
    if (end) return finish(at, end[0].length, end[0].startsWith('-'));
    const found = matchAt(token, source, at);
    if (!found?.groups) return fail(`unexpected ${JSON.stringify(source[at])}`, at);
    const [text] = found;
    const { name, number, text: quoted, operator } = found.groups;
    if (number !== undefined && !/^(?:0|[1-9]\d*|\d+\.\d+)$/.test(number)) {
      return fail(`${number} is not a number that is supported; write decimal digits`, at);
    }
    if (operator !== undefined) {
      const closer = closers[operator];
      if (closer !== undefined) open.push(closer);
      else if (')]}'.includes(operator) && open.pop() !== operator)
        return fail(`unexpected "${operator}"`, at);
    }
    const value = quoted === undefined ? text : unescaped(quoted.slice(1, -1));
    if (value === undefined) {
      return fail(`a text has an escape that is not supported; write \\\\ for a backslash`, at);
    }
    const kind =
      name !== undefined
        ? 'name'
        : number !== undefined
          ? 'number'
          : quoted !== undefined
            ? 'text'
            : 'operator';
    tokens.push({ kind, text: value, at, end: at + text.length });
    at = afterSpace(source, at + text.length);
  }
  return { tokens: [], end: undefined };
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Undefined where an escape is one of Python's rarer ones, or half of a character. */
function unescaped(text: string): string | undefined {
  let known = true;
  const value = text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code?: string, letter = '') => {
    const meant = code === undefined ? escapes[letter] : String.fromCharCode(Number.parseInt(code, 16));
    known &&= meant?.isWellFormed() === true;
    return meant ?? '';
  });
  return known ? value : undefined;
}
