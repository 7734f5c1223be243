import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isLandfallError } from '../errors/landfall-error.ts';
import { loadDocument } from './load-document.ts';

const problemOf = async (text: string, name = 'td.json'): Promise<string> => {
  try {
    await loadDocument(text, name);
  } catch (error) {
    if (isLandfallError(error)) return `${error.code}: ${error.summary}`;
    throw error;
  }
  return 'no error';
};

describe('loadDocument', () => {
  test('the content decides: a JSON text is read as JSON whatever the file is called, save *.yaml', async () => {
    expect(await loadDocument('{"a": [1, "x", null, true]}', 'td.txt')).toEqual({ a: [1, 'x', null, true] });
    expect(await loadDocument('a: [1, x, null, true]', 'td.json')).toEqual({ a: [1, 'x', null, true] });
    expect(await loadDocument('{a: 1}', 'td.yaml')).toEqual({ a: 1 });
  });

  test('R02: a BOM, CRLF and tabs are accepted', async () => {
    expect(await loadDocument('\uFEFF{\r\n\t"family":\t"web"\r\n}\r\n', 'td.json')).toEqual({
      family: 'web',
    });
    expect(await loadDocument('\uFEFFfamily: web\r\ncpu: 256\r\n', 'td.yml')).toEqual({
      family: 'web',
      cpu: 256,
    });
  });

  test.each([
    [
      '{\n  "family": "web",\n}',
      'td.json, line 3, column 1: a property name in double quotes is expected, but the list ends here: is there an extra comma before it?',
    ],
    [
      '{\n  "a": [1,]\n}',
      'td.json, line 2, column 11: a value is expected, but the list ends here: is there an extra comma before it?',
    ],
    ['{"a": 1 "b": 2}', 'td.json, line 1, column 9: a comma is expected'],
    ['{"a": 1', 'td.json, line 1, column 8: a closing brace is expected'],
    ['{"a": 1} x', 'td.json, line 1, column 10: this is neither a value nor a key'],
    ["{'a': 1}", 'td.json, line 1, column 2: this is neither a value nor a key'],
    ['{"a": "x\ny"}', 'td.json, line 1, column 7: a string is not closed on its line'],
    ['{ // no\n}', 'td.json, line 1, column 3: JSON has no comments'],
    ['{"a": 0256}', 'td.json, line 1, column 8: a comma is expected'],
  ])('R02: a syntax error of JSON names line and column: %j', async (text, message) => {
    expect(await problemOf(text)).toBe(`FILE_UNREADABLE: ${message}`);
  });

  test.each([
    [
      'a: [1, 2',
      'td.yaml, line 1, column 9: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a: 1\n b: 2', 'td.yaml, line 1, column 4: Nested mappings are not allowed in compact mappings'],
    ['a: b: c', 'td.yaml, line 1, column 4: Nested mappings are not allowed in compact mappings'],
    ['a: "x', 'td.yaml, line 1, column 6: Missing closing "quote'],
    ['a: !Ref X', 'td.yaml, line 1, column 4: tags (!Ref) are not supported; put the string in quotes'],
    ['a: 1\n---\nb: 2', 'td.yaml, line 2, column 1: it contains several documents; one is expected'],
    ['<<: {a: 1}', 'td.yaml, line 1, column 1: merge keys (<<) are not part of YAML 1.2'],
    ['a: *b', 'td.yaml, line 1, column 4: the alias *b has no anchor before it'],
    ['? [a]\n: 1', 'td.yaml, line 1, column 3: a key must be a plain string'],
    ['a: \0', 'td.yaml: it contains a NUL character, so it is not a text file'],
  ])('a mistake in YAML names line and column: %j', async (text, message) => {
    expect(await problemOf(text, 'td.yaml')).toBe(`FILE_UNREADABLE: ${message}`);
  });

  test('R03: a duplicate key is refused with both positions', async () => {
    expect(await problemOf('{\n  "image": "a",\n  "image": "b"\n}')).toBe(
      'FILE_UNREADABLE: td.json, line 3, column 3: the key "image" was already given at line 2, column 3',
    );
    expect(await problemOf('{"a": 1, "\\u0061": 2}')).toBe(
      'FILE_UNREADABLE: td.json, line 1, column 10: the key "a" was already given at line 1, column 2',
    );
    expect(await problemOf('x:\n- image: a\n  image: b\n', 'td.yml')).toBe(
      'FILE_UNREADABLE: td.yml, line 3, column 3: the key "image" was already given at line 2, column 3',
    );
  });

  test('R04: a number that YAML would alter stays the text that it was', async () => {
    const text = [
      'account: 012345678901',
      'cpu: 0256',
      'revision: 1.10',
      'version: 1.0',
      'hex: 0x1F',
      'octal: 0o17',
      'exponent: 1e3',
      'long: 12345678901234567890',
      'signed: +1',
      'not: .nan',
      'plain: 256',
      'fraction: 0.25',
      'on: yes',
      'no: off',
      'date: 2024-01-02',
      'quoted: "7"',
    ].join('\n');
    expect(await loadDocument(text, 'td.yaml')).toEqual({
      account: '012345678901',
      cpu: '0256',
      revision: '1.10',
      version: '1.0',
      hex: '0x1F',
      octal: '0o17',
      exponent: '1e3',
      long: '12345678901234567890',
      signed: '+1',
      not: '.nan',
      plain: 256,
      fraction: 0.25,
      on: 'yes',
      no: 'off',
      date: '2024-01-02',
      quoted: '7',
    });
  });

  test('R04: a YAML 1.1 directive does not bring its octal numbers and its yes back', async () => {
    expect(await loadDocument('%YAML 1.1\n---\ncpu: 0256\ntime: 1:30\n', 'td.yaml')).toEqual({
      cpu: '0256',
      time: '1:30',
    });
  });

  test.each(['12345678901234567890', '1.10', '1e3', '-0', '0.10'])(
    'R04: the number %s of JSON is refused, because its digits would not survive',
    async (digits) => {
      expect(await problemOf(`{"a": ${digits}}`)).toBe(
        `FILE_UNREADABLE: td.json, line 1, column 7: the number ${digits} would not keep its digits; put it in quotes`,
      );
    },
  );

  test.each(['__proto__', 'constructor', 'prototype'])(
    'R06: the key %s is refused at any depth',
    async (key) => {
      expect(await problemOf(`{"a": [{"${key}": {"polluted": 1}}]}`)).toBe(
        `FILE_UNREADABLE: td.json, line 1, column 9: the key ${key} is refused`,
      );
      expect(await problemOf(`a:\n- ${key}: {polluted: 1}`, 'td.yaml')).toBe(
        `FILE_UNREADABLE: td.yaml, line 2, column 3: the key ${key} is refused`,
      );
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
    },
  );

  describe('R05: a document made to exhaust the machine is refused', () => {
    const layers = 'abcdefgh'.split('');
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
      .concat(
        layers.slice(1).map((one, at) => `${one}: &${one} [${Array(10).fill(`*${layers[at]}`).join(',')}]`),
      )
      .join('\n');
    test.each([
      ['an alias bomb', bomb, 'FILE_UNREADABLE', 'its aliases expand to more than 50000 values'],
      ['an alias to its own parent', 'a: &a [*a]', 'FILE_UNREADABLE', 'it is nested deeper than 64 levels'],
      ['10,000 lists of JSON', '['.repeat(10_000), 'FILE_UNREADABLE', 'it is nested deeper than 64 levels'],
      [
        '10,000 objects of JSON',
        '{"a":'.repeat(10_000),
        'FILE_UNREADABLE',
        'it is nested deeper than 64 levels',
      ],
      [
        '10,000 lists of YAML',
        `x: ${'['.repeat(10_000)}`,
        'FILE_UNREADABLE',
        'it is nested deeper than 64 levels',
      ],
      ['10,000 dashes', '- '.repeat(10_000), 'FILE_UNREADABLE', 'it is nested deeper than 64 levels'],
      [
        '2 MiB of JSON',
        `{"a": "${'x'.repeat(2 << 20)}"}`,
        'FILE_TOO_LARGE',
        'Landfall reads at most 1048576',
      ],
      ['2 MiB of YAML', `a: ${'x'.repeat(2 << 20)}`, 'FILE_TOO_LARGE', 'Landfall reads at most 131072'],
      ['100,000 tags', '! '.repeat(60_000), 'FILE_UNREADABLE', 'tags (!) are not supported'],
      [
        '1,000 anchors',
        '- &a x\n'.repeat(1000),
        'FILE_UNREADABLE',
        'it has more than 200 anchors and aliases',
      ],
    ])('%s', async (_, text, code, message) => {
      const problem = await problemOf(text, 'td');
      expect(problem).toContain(`${code}: td`);
      expect(problem).toContain(message);
    });

    test('64 levels are read', async () => {
      const nested = `${'['.repeat(64)}${']'.repeat(64)}`;
      expect(JSON.stringify(await loadDocument(nested, 'x.json'))).toBe(nested);
      expect(JSON.stringify(await loadDocument(nested, 'x.yaml'))).toBe(nested);
    });
  });

  test.each(['', ' \n', '# only a comment\n', 'null', '---\n', '~'])(
    '%j is an empty document: null',
    async (text) => {
      expect(await loadDocument(text, 'td.yaml')).toBeNull();
    },
  );

  test('what JSON.stringify writes is read back unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 8 }), async (value) => {
        const text = JSON.stringify({ value });
        fc.pre(
          !/"(?:__proto__|constructor|prototype)"/.test(text) &&
            !/[\d.]e[+-]?\d/.test(text) &&
            !text.includes('-0'),
        );
        expect(await loadDocument(text, 'x.json')).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test('an anchored list is the same list wherever its alias stands', async () => {
    expect(await loadDocument('a: &e [{name: X, value: "1"}]\nb: *e\n', 'td.yaml')).toEqual({
      a: [{ name: 'X', value: '1' }],
      b: [{ name: 'X', value: '1' }],
    });
  });

  test('any text is read or refused in bounded time, and never crashes', async () => {
    const nasty = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ':',
        ',',
        '"',
        "'",
        '\n',
        ' ',
        '- ',
        '? ',
        '&a ',
        '*a',
        '|',
        '>',
        '#',
        '!',
        '%',
        'a',
        '1',
        '\t',
        '---',
      ),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(nasty, async (parts) => {
        for (const name of ['x.yaml', 'x']) await problemOf(parts.join(''), name);
      }),
      { numRuns: 1000 },
    );
  });
});
