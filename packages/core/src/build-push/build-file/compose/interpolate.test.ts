import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readEnvFile } from './env-file.ts';
import { interpolate } from './interpolate.ts';

const variables = new Map([
  ['A', '1'],
  ['E', ''],
]);
const lookup = (name: string) => variables.get(name);

test.each<[string, string, string[]?]>([
  ['a $A b', 'a 1 b'],
  ['${A}${B:-x}${C-y}${E:-z}${E-z}', '1xyz'],
  ['${A:+set}${E:+set}${E+set}', 'setset'],
  ['${B:-${A}}|${B-$A}|${B:-${C:-deep}}|${A:-${B}}', '1|1|deep|1'],
  ['${B:-a}b}', 'ab}'],
  ['$$A costs $$5 or $5 or 100$', '$A costs $5 or $5 or 100$'],
  ['<$B>', '<>', ['B']],
  ['${B:-$C}', '', ['C']],
])('%j interpolates to %j, as in Compose', (text, expected, unset = []) => {
  expect(interpolate(text, lookup)).toEqual({ ok: true, text: expected, unset });
});

test.each([
  ['${B:?which one}', 'needs the variable B (which one): set it in `variables`'],
  ['${E:?}', 'needs the variable E: set it in `variables`'],
  ['${A B}', 'has "${A", which is not closed or not supported'],
  ['${A/x/y}', 'has "${A", which is not closed or not supported'],
  ['${A', 'has "${A", which is not closed or not supported'],
  ['${}', 'has "${}", which does not name a variable'],
])('%j is refused: %s', (text, problem) => expect(interpolate(text, lookup)).toEqual({ ok: false, problem }));

test('a text without a dollar sign stays as it is', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes('$')),
      (text) => expect(interpolate(text, lookup)).toEqual({ ok: true, text, unset: [] }),
    ),
  );
});

test('an env file is read as Compose reads it', () => {
  const text = [
    '# comment',
    'PLAIN=some words # not these',
    'HASH=a#b',
    "export LITERAL='$A \\n #x' # yes",
    'QUOTED="line\\n$A \\"q\\" \\$A"',
    'YAML: value',
    'EMPTY=',
    'FROM=${PLAIN}-${MISSING:-none}',
    'LINES="one',
    'two"',
    'export PLAIN',
    'LAST=x',
  ].join('\r\n');
  expect(Object.fromEntries(readEnvFile(text, '.env', lookup))).toEqual({
    PLAIN: 'some words',
    HASH: 'a#b',
    LITERAL: '$A \\n #x',
    QUOTED: 'line\n1 "q" $A',
    YAML: 'value',
    EMPTY: '',
    FROM: 'some words-none',
    LINES: 'one\ntwo',
    LAST: 'x',
  });
});

test('only what follows a value and a space is a comment, and a name alone sets nothing', () => {
  const text = 'COLOR=#fff\nPADDED= #x\nNOTED=a #b\nALONE\nexport SHARED\nLAST=#\n';
  expect(Object.fromEntries(readEnvFile(text, '.env', lookup))).toEqual({
    COLOR: '#fff',
    PADDED: '#x',
    NOTED: 'a',
    LAST: '#',
  });
});

test('any value can be written in an env file', () => {
  const escaped = (value: string) => value.replace(/[\\"$]/g, '\\$&').replaceAll('\n', '\\n');
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).filter((value) => !value.includes('\r')),
      (value) => {
        expect(readEnvFile(`A="${escaped(value)}"\nB=after`, '.env', lookup)).toEqual(
          new Map([
            ['A', value],
            ['B', 'after'],
          ]),
        );
      },
    ),
  );
});

test.each([
  ['A=1\nno name', '.env: line 2 must be NAME=value'],
  ['A="x', '.env: line 1 opens a quote that is not closed'],
  ["A='x\ny'\nB='1' 2", '.env: line 3 continues after the closing quote'],
  ['A=${B:?why}', '.env: line 1 needs the variable B (why): set it in `variables`'],
])('%j is FILE_UNREADABLE', (text, summary) =>
  expect(() => readEnvFile(text, '.env', lookup)).toThrow(
    expect.objectContaining({ code: 'FILE_UNREADABLE', summary }),
  ),
);
