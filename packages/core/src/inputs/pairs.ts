import { type Parsed, type Pattern, parsed, refused } from './input.ts';
import { shown } from './shown.ts';

export interface Pair {
  readonly name: string;
  readonly value: string;
  /** Set for a bare `NAME`, whose value is that of the environment. */
  readonly fromEnvironment?: true;
}

export interface PairOptions {
  readonly name?: Pattern;
  /** A bare `NAME` takes its value from the environment. */
  readonly bare?: boolean;
  /** A comma ends a pair, too: for values that can hold none. */
  readonly commas?: boolean;
}

type Reading = { readonly pair: Pair; readonly last: number } | { readonly problem: string };

/** See `pairs` in kinds.ts. */
export function parsePairs(given: string, { name, bare, commas }: PairOptions): Parsed<readonly Pair[]> {
  const found: Pair[] = [];
  const lines = given.split(commas ? /\r?\n|,/ : /\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]!;
    const wrong = (problem: string) => refused(`line ${index + 1}: ${problem}`);
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const reading = readBlock(lines, index) ?? readQuoted(lines, index) ?? readLine(line, index, bare);
    if ('problem' in reading) return wrong(reading.problem);
    const { pair, last } = reading;
    if (pair.name === '') return wrong('the name is empty');
    if (['__proto__', 'constructor', 'prototype'].includes(pair.name))
      return wrong(`the name ${pair.name} is refused`);
    if (name ? !name.expression.test(pair.name) : /\s/.test(pair.name))
      return wrong(`the name ${shown(pair.name)} must be ${name?.rule ?? 'without spaces'}`);
    if (pair.value.includes('\0')) return wrong('the value must not contain NUL');
    if (found.some((other) => other.name === pair.name)) return wrong(`${pair.name} is set twice`);
    found.push(pair);
    index = last;
  }
  return parsed(found);
}

function readLine(line: string, index: number, bare: boolean | undefined): Reading {
  const at = line.indexOf('=');
  if (at >= 0)
    return { pair: { name: line.slice(0, at).trim(), value: line.slice(at + 1).trimEnd() }, last: index };
  return bare
    ? { pair: { name: line.trim(), value: '', fromEnvironment: true }, last: index }
    : {
        problem:
          'must be NAME=value (no "=" found); write a value of several lines as "NAME=value", in double quotes',
      };
}

/** `NAME<<WORD`, lines, `WORD`. */
function readBlock(lines: readonly string[], index: number): Reading | undefined {
  const block = /^\s*([^=<]*)<<([A-Za-z0-9_]+)\s*$/.exec(lines[index]!);
  if (!block) return undefined;
  const end = lines.indexOf(block[2]!, index + 1);
  if (end < 0) return { problem: `the block opened by <<${block[2]} is not closed` };
  return {
    pair: { name: block[1]!.trim(), value: lines.slice(index + 1, end).join('\n') },
    last: end,
  };
}

/** `"NAME=value"` over one or several lines, a doubled quote for one: docker/build-push-action's way. */
function readQuoted(lines: readonly string[], index: number): Reading | undefined {
  if (!/^\s*"[^"=]*=/.test(lines[index]!)) return undefined;
  const text = lines.slice(index).join('\n').trimStart().slice(1);
  const close = /^(?:[^"]|"")*"(?!")/.exec(text)?.[0];
  if (close === undefined) return { problem: 'opens a quote that is not closed' };
  const last = index + close.split('\n').length - 1;
  const rest = text.slice(close.length).split('\n', 1)[0]!;
  if (rest.trim() !== '') return { problem: 'continues after its closing quote' };
  const inside = close.slice(0, -1).replaceAll('""', '"');
  const at = inside.indexOf('=');
  return { pair: { name: inside.slice(0, at).trim(), value: inside.slice(at + 1) }, last };
}
