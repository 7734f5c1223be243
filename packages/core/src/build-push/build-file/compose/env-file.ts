import { unreadable } from '../build-target.ts';
import { interpolate, type Lookup } from './interpolate.ts';

/**
 * `.env`: `NAME=value` lines with `export`, comments, quotes and variables; a value in single quotes is literal, one
 * in double quotes knows `\n`, and both may have several lines.
 * https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
 * @throws FILE_UNREADABLE naming the line, never its value
 */
export function readEnvFile(text: string, file: string, outer: Lookup): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const source = text.replaceAll('\r\n', '\n');
  let at = 0;
  let line = 0;
  while (at < source.length) {
    const end = lineEnd(source, at);
    const written = source.slice(at, end);
    line += 1;
    const start = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*[=:][ \t]*/.exec(written);
    // A name alone sets nothing: the environment may have it.
    if (/^\s*(?:#.*)?$/.test(written) || /^\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_.-]*\s*$/.test(written)) {
      at = end + 1;
      continue;
    }
    if (!start) throw unreadable(file, `line ${line}`, 'must be NAME=value');
    const name = start[1]!;
    const from = at + start[0].length;
    const quote = source[from];
    let value: string;
    let literal = false;
    if (quote === "'" || quote === '"') {
      const close = closing(source, from + 1, quote);
      if (close < 0) throw unreadable(file, `line ${line}`, 'opens a quote that is not closed');
      const rest = source.slice(close + 1, lineEnd(source, close));
      if (!/^\s*(?:#.*)?$/.test(rest))
        throw unreadable(file, `line ${line}`, 'continues after the closing quote');
      const inside = source.slice(from + 1, close);
      literal = quote === "'";
      value = literal ? inside : unescaped(inside);
      line += inside.split('\n').length - 1;
      at = lineEnd(source, close) + 1;
    } else {
      // Only what follows a value and a space is a comment: `#fff` is none (compose-go, dotenv/parser.go).
      value = source.slice(from, end).replace(/ #.*$/, '').trim();
      at = end + 1;
    }
    const filled = literal
      ? ({ ok: true, text: value } as const)
      : interpolate(value, (one) => outer(one) ?? found.get(one));
    if (!filled.ok) throw unreadable(file, `line ${line}`, filled.problem);
    found.set(name, filled.text);
  }
  return found;
}

const lineEnd = (text: string, from: number) => {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
};

function closing(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\' && quote === '"') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  $: '$$',
};
const unescaped = (text: string) => text.replace(/\\([nrt"\\$])/g, (_, one: string) => escapes[one]!);
