// yaml: the YAML 1.2 parser whose parts (lexer, parser, composer) can be driven one by one, so that a hostile
// document is refused before it costs anything.
import { Composer, CST, Lexer, LineCounter, Parser } from 'yaml';
import type { DocumentOptions } from './document-text.ts';
import { deepest } from './refused-keys.ts';
import { type Position, unreadable } from './unreadable.ts';
import { yamlValue } from './yaml-value.ts';

/** The parser keeps up to two entries a level on its stack. */
const highestStack = 2 * deepest + 12;
const mostAnchors = 200;

/** YAML 1.2, core schema, one document, no tags. See `loadDocument`. */
export function readYaml(text: string, name: string, options: DocumentOptions = {}): unknown {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const tokens = tokensOf(text, name, lines, at);
  // Duplicate keys are found in yamlValue: the composer compares each key with each other one.
  const composer = new Composer({ version: '1.2', schema: 'core', uniqueKeys: false, logLevel: 'silent' });
  const documents = [...composer.compose(tokens)];
  const [document, second] = documents;
  if (!document) return null;
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw unreadable(name, firstSentence(problem.message), at(problem.pos[0]));
  if (second) throw unreadable(name, 'it contains several documents; one is expected', at(second.range[0]));
  return yamlValue(document, name, at, options);
}

function tokensOf(
  text: string,
  name: string,
  lines: LineCounter,
  at: (offset: number) => Position,
): CST.Token[] {
  const tokens: CST.Token[] = [];
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const take = (made: Iterable<CST.Token>) => {
    for (const token of made) {
      if (token.type === 'error') throw unreadable(name, firstSentence(token.message), at(token.offset));
      tokens.push(token);
    }
    if (parser.stack.length > highestStack) {
      throw unreadable(name, `it is nested deeper than ${deepest} levels`, at(parser.offset));
    }
  };
  let anchors = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const kind = CST.tokenType(lexeme);
    if (kind === 'tag') {
      throw unreadable(
        name,
        `tags (${lexeme.slice(0, 20)}) are not supported; put the string in quotes`,
        at(parser.offset),
      );
    }
    if (kind === 'anchor' || kind === 'alias') anchors += 1;
    if (anchors > mostAnchors) {
      throw unreadable(name, `it has more than ${mostAnchors} anchors and aliases`, at(parser.offset));
    }
    take(parser.next(lexeme));
  }
  take(parser.end());
  return tokens;
}

/** The library's messages may quote the document after their first sentence. */
const firstSentence = (message: string) => message.split('\n', 1)[0]!.replace(/: .*$/, '').slice(0, 160);
