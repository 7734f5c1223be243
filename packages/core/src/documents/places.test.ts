import { expect, test } from '@jest/globals';
import type { Places } from './document-text.ts';
import { loadDocument } from './load-document.ts';

test.each([
  ['a.yml', 'a:\n  - b: 1\n    c: 2\n'],
  ['a.json', '{"a":\n  [{ "b": 1,\n    "c": 2}]}'],
])('a document of %s says where each key is written, when asked', async (name, text) => {
  const places: Places = new WeakMap();
  const document = (await loadDocument(text, name, { places })) as { a: [object] };
  expect(places.get(document)?.get('a')).toEqual({ line: 1, column: name === 'a.yml' ? 1 : 2 });
  expect(places.get(document.a[0])?.get('c')).toEqual({ line: 3, column: 5 });
});

test('a list of YAML says where each item is written', async () => {
  const places: Places = new WeakMap();
  const document = (await loadDocument('- a\n-\n- b: 1\n', 'a.yml', { places })) as unknown[];
  expect(places.get(document)).toEqual(
    new Map([
      ['0', { line: 1, column: 3 }],
      ['1', { line: 2, column: 2 }],
      ['2', { line: 3, column: 3 }],
    ]),
  );
});
