// jsonc-parser: a tolerant JSON scanner that reports positions; JSON.parse has neither positions nor duplicates.
import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import type { DocumentOptions } from './document-text.ts';
import { deepest, refusedKeys } from './refused-keys.ts';
import { type Position, positionText, unreadable } from './unreadable.ts';

interface Level {
  readonly container: Record<string, unknown> | unknown[];
  readonly keys: Map<string, Position>;
  key: string;
}

/** RFC 8259 and nothing more. See `loadDocument`. */
export function readJson(text: string, name: string, { places }: DocumentOptions = {}): unknown {
  let result: unknown;
  const levels: Level[] = [];
  const put = (value: unknown) => {
    const top = levels.at(-1);
    if (!top) result = value;
    else if (Array.isArray(top.container)) top.container.push(value);
    else top.container[top.key] = value;
  };
  const open = (container: Level['container'], at: Position) => {
    if (levels.length >= deepest) throw unreadable(name, `it is nested deeper than ${deepest} levels`, at);
    put(container);
    const keys = new Map<string, Position>();
    places?.set(container, keys);
    levels.push({ container, keys, key: '' });
  };
  const close = () => void levels.pop();
  visit(
    text,
    {
      onObjectBegin: (_o, _l, line, character) => open({}, position(line, character)),
      onObjectEnd: close,
      onArrayBegin: (_o, _l, line, character) => open([], position(line, character)),
      onArrayEnd: close,
      onObjectProperty: (key, _o, _l, line, character) => {
        const top = levels.at(-1)!;
        const at = position(line, character);
        const first = top.keys.get(key);
        if (first) {
          throw unreadable(
            name,
            `the key ${JSON.stringify(key)} was already given at ${positionText(first)}`,
            at,
          );
        }
        if (refusedKeys.has(key)) throw unreadable(name, `the key ${key} is refused`, at);
        top.keys.set(key, at);
        top.key = key;
      },
      onLiteralValue: (value, offset, length, line, character) => {
        const digits = text.slice(offset, offset + length);
        if (typeof value === 'number' && String(value) !== digits) {
          throw unreadable(
            name,
            `the number ${digits.slice(0, 40)} would not keep its digits; put it in quotes`,
            position(line, character),
          );
        }
        put(value);
      },
      onError: (code, offset, length, line, character) => {
        const found = text.slice(offset, offset + Math.min(length, 1));
        throw unreadable(name, sentence(code, found), position(line, character));
      },
    },
    { disallowComments: true },
  );
  return result;
}

const position = (line: number, character: number): Position => ({ line: line + 1, column: character + 1 });

const sentences: Readonly<Record<string, string>> = {
  PropertyNameExpected: 'a property name in double quotes is expected',
  ValueExpected: 'a value is expected',
  ColonExpected: 'a colon is expected',
  CommaExpected: 'a comma is expected',
  CloseBraceExpected: 'a closing brace is expected',
  CloseBracketExpected: 'a closing bracket is expected',
  EndOfFileExpected: 'the document should end here',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a string is not closed on its line',
  UnexpectedEndOfNumber: 'a number is not complete',
  InvalidUnicode: 'a \\u escape must have four hexadecimal digits',
  InvalidEscapeCharacter: 'this is not a valid JSON escape',
  InvalidCharacter: 'a control character must be escaped',
  InvalidNumberFormat: 'this is not a JSON number',
  InvalidSymbol: 'this is neither a value nor a key',
};

function sentence(code: ParseErrorCode, found: string): string {
  const kind = printParseErrorCode(code);
  const rule = sentences[kind] ?? kind;
  const comma = (kind === 'PropertyNameExpected' || kind === 'ValueExpected') && /[}\]]/.test(found);
  return comma ? `${rule}, but the list ends here: is there an extra comma before it?` : rule;
}
