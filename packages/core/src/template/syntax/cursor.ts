import { Refusal } from '../problem.ts';
import type { Report, Token } from './tokens.ts';

/** The tokens of one tag, and where its problems go. One that leaves the rest readable is reported, any other thrown. */
export interface Cursor {
  readonly tokens: readonly Token[];
  readonly report: Report;
  next: number;
  /** Operands read so far: it bounds how deep an expression can be. */
  operands: number;
}

export const cursorOf = (tokens: readonly Token[], report: Report): Cursor => ({
  tokens,
  report,
  next: 0,
  operands: 0,
});

const last: Token = { kind: 'end', text: '', at: 0, end: 0 };

export const peek = ({ tokens, next }: Cursor, ahead = 0): Token =>
  tokens[next + ahead] ?? tokens.at(-1) ?? last;

export function take(cursor: Cursor): Token {
  const token = peek(cursor);
  cursor.next += 1;
  return token;
}

/** Takes the next token if it is one of these operators or words. */
export function takeIf(cursor: Cursor, ...texts: readonly string[]): string | undefined {
  const { kind, text } = peek(cursor);
  if ((kind !== 'operator' && kind !== 'name') || !texts.includes(text)) return undefined;
  cursor.next += 1;
  return text;
}

export function expect(cursor: Cursor, text: string): void {
  if (takeIf(cursor, text) === undefined) throw unexpected(cursor, `"${text}"`);
}

export function expectEnd(cursor: Cursor): void {
  if (peek(cursor).kind !== 'end') throw unexpected(cursor, 'the end of the tag');
}

export function expectName(cursor: Cursor, what: string): string {
  if (peek(cursor).kind !== 'name') throw unexpected(cursor, what);
  return take(cursor).text;
}

export function unexpected(cursor: Cursor, what: string): Refusal {
  const { kind, text, at } = peek(cursor);
  const found = kind === 'end' ? 'the tag ends here' : `found ${JSON.stringify(text)}`;
  return new Refusal(`${what} is expected, ${found}`, 'TEMPLATE_INVALID', at);
}

/** Where the token that was taken last ends. */
export const previousEnd = (cursor: Cursor): number => peek(cursor, -1).end;

export const isOperator = (cursor: Cursor, text: string, ahead = 0): boolean =>
  peek(cursor, ahead).kind === 'operator' && peek(cursor, ahead).text === text;

export const isWord = (cursor: Cursor, text: string, ahead = 0): boolean =>
  peek(cursor, ahead).kind === 'name' && peek(cursor, ahead).text === text;

const mostOperands = 250;

/** @throws Refusal for the operand that is too many. */
export function countOperand(cursor: Cursor): void {
  cursor.operands += 1;
  if (cursor.operands <= mostOperands) return;
  throw new Refusal(`a tag has more than ${mostOperands} operands`, 'TEMPLATE_INVALID', peek(cursor).at);
}
