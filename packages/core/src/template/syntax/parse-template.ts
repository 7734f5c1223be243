import { near } from '../../inputs/near.ts';
import { Refusal } from '../problem.ts';
import { type Cursor, cursorOf, expect, expectEnd, take, takeIf } from './cursor.ts';
import type { Branch, Expression, Statement } from './nodes.ts';
import { expectTarget, parseExpression, parseOr } from './parse-expression.ts';
import { type Piece, piecesOf, type Report } from './tokens.ts';

/** A tag that ends a body: `else`, `endif`, … */
interface Ender {
  readonly tag: string;
  readonly cursor: Cursor;
}

interface Reading {
  readonly pieces: readonly Piece[];
  readonly report: Report;
  next: number;
  depth: number;
}

const deepest = 50;

/** Everything that is wrong is reported; what is returned then is incomplete. */
export function parseTemplate(source: string, report: Report): readonly Statement[] {
  const reading: Reading = { pieces: piecesOf(source, report), report, next: 0, depth: 0 };
  const body: Statement[] = [];
  for (;;) {
    const found = parseBody(reading, []);
    body.push(...found.body);
    if (reading.next >= reading.pieces.length) return body;
  }
}

/** The statements up to one of the enders, or to the end of the template. */
function parseBody(
  reading: Reading,
  enders: readonly string[],
): { readonly body: readonly Statement[]; readonly ender: Ender | undefined } {
  const body: Statement[] = [];
  while (reading.next < reading.pieces.length) {
    const piece = reading.pieces[reading.next];
    reading.next += 1;
    if (!piece) break;
    if (piece.kind === 'data') {
      body.push(piece);
      continue;
    }
    const cursor = cursorOf(piece.tokens, reading.report);
    if (piece.kind === 'output') {
      body.push({ kind: 'output', expression: whole(cursor, piece.at) });
      continue;
    }
    const tag = takeTag(cursor, piece.at);
    if (enders.includes(tag)) return { body, ender: { tag, cursor } };
    body.push(...statementsOf(reading, tag, cursor, piece.at));
  }
  return { body, ender: undefined };
}

function statementsOf(reading: Reading, tag: string, cursor: Cursor, at: number): readonly Statement[] {
  if (tag === '') return [];
  if (reading.depth >= deepest) {
    reading.report(`tags are nested deeper than ${deepest} levels`, at);
    reading.next = reading.pieces.length;
    return [];
  }
  reading.depth += 1;
  try {
    if (tag === 'if') return [parseIf(reading, cursor, at)];
    if (tag === 'for') return [parseFor(reading, cursor, at)];
    if (tag === 'set') return [parseSet(reading, cursor, at)];
    reading.report(notSupported(tag), at);
    return [];
  } finally {
    reading.depth -= 1;
  }
}

const otherTags: Readonly<Record<string, string>> = {
  autoescape: 'remove it; nothing is escaped',
  block: 'write one template',
  call: 'write the text where it is needed',
  do: 'write {% set … %}',
  extends: 'write one template',
  filter: 'apply the filter to each output',
  from: 'write one template',
  import: 'write one template',
  include: 'write one template',
  macro: 'write {% for … %} or {% set … %}',
  with: 'write {% set … %}',
};

function notSupported(tag: string): string {
  const instead = Object.hasOwn(otherTags, tag) ? otherTags[tag] : undefined;
  if (instead !== undefined) return `{% ${tag} %} is not supported; ${instead}`;
  if (['else', 'elif', 'endif', 'endfor', 'endset', 'endraw'].includes(tag))
    return `{% ${tag} %} belongs to no open tag`;
  return `{% ${tag} %} is not supported${near(tag, ['if', 'elif', 'else', 'endif', 'for', 'endfor', 'set', 'endset', 'raw'])}`;
}

function parseIf(reading: Reading, first: Cursor, at: number): Statement {
  const branches: Branch[] = [];
  let cursor = first;
  for (;;) {
    // A condition is no choice (`a if b else c`) in Jinja2.
    const condition = whole(cursor, at, parseOr);
    const { body, ender } = parseBody(reading, ['elif', 'else', 'endif']);
    branches.push({ condition, body });
    if (ender?.tag === 'elif') {
      cursor = ender.cursor;
      continue;
    }
    const otherwise = closing(reading, ender, 'if', at);
    return { kind: 'if', branches, otherwise };
  }
}

/** What follows `else`, up to the end tag; undefined where there is none. */
function closing(
  reading: Reading,
  ender: Ender | undefined,
  tag: string,
  at: number,
): readonly Statement[] | undefined {
  const isElse = ender?.tag === 'else';
  if (ender) attempt(ender.cursor, at, undefined, () => expectEnd(ender.cursor));
  const rest = isElse ? parseBody(reading, [`end${tag}`]) : undefined;
  const end = isElse ? rest?.ender : ender;
  if (!end) reading.report(`{% ${tag} %} has no {% end${tag} %}`, at);
  else if (isElse) attempt(end.cursor, at, undefined, () => expectEnd(end.cursor));
  return rest?.body;
}

function parseFor(reading: Reading, cursor: Cursor, at: number): Statement {
  const head = attempt(cursor, at, { targets: [], iterable: placeholder(at), condition: undefined }, () => {
    const targets = [expectTarget(cursor)];
    while (takeIf(cursor, ',')) targets.push(expectTarget(cursor));
    expect(cursor, 'in');
    const iterable = parseOr(cursor);
    const condition = takeIf(cursor, 'if') ? parseExpression(cursor) : undefined;
    expectEnd(cursor);
    return { targets, iterable, condition };
  });
  const { body, ender } = parseBody(reading, ['else', 'endfor']);
  return { kind: 'for', ...head, body, otherwise: closing(reading, ender, 'for', at) ?? [] };
}

function parseSet(reading: Reading, cursor: Cursor, at: number): Statement {
  const isBlock = !cursor.tokens.some(({ kind, text }) => kind === 'operator' && text === '=');
  const { name, value } = attempt(cursor, at, { name: '', value: placeholder(at) }, () => {
    const target = expectTarget(cursor);
    if (!isBlock) expect(cursor, '=');
    const given = isBlock ? placeholder(at) : parseExpression(cursor);
    expectEnd(cursor);
    return { name: target, value: given };
  });
  if (!isBlock) return { kind: 'set', name, value };
  const { body, ender } = parseBody(reading, ['endset']);
  closing(reading, ender, 'set', at);
  return { kind: 'set', name, value: body };
}

const placeholder = (at: number): Expression => ({ kind: 'literal', value: null, at, end: at });

/** The expression that is all of a tag, or of the rest of it. */
const whole = (cursor: Cursor, at: number, parse = parseExpression): Expression =>
  attempt(cursor, at, placeholder(at), () => {
    const expression = parse(cursor);
    expectEnd(cursor);
    return expression;
  });

/** The name of a tag, also of one whose rest cannot be read; empty where there is none. */
function takeTag(cursor: Cursor, at: number): string {
  const { kind, text } = take(cursor);
  if (kind === 'name') return text;
  if (!isBroken(cursor)) cursor.report('a tag has no name', at);
  return '';
}

/** What is read, or `otherwise` where it cannot be. */
function attempt<T>(cursor: Cursor, at: number, otherwise: T, read: () => T): T {
  if (isBroken(cursor)) return otherwise;
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    cursor.report(thrown.message, thrown.at ?? at);
    return otherwise;
  }
}

/** The tag could not be divided into tokens, which was reported. */
const isBroken = ({ tokens }: Cursor): boolean => tokens.at(-1)?.text === '';
