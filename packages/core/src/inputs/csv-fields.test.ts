import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { csvField, csvFields } from './csv-fields.ts';

test.each([
  ['type=registry,"dest=a,b"', ['type=registry', 'dest=a,b']],
  [' type=local , dest=out ', ['type=local', 'dest=out']],
  ['"say ""yes"""', ['say "yes"']],
  ['"  kept  "', ['  kept  ']],
  ['a,,b', ['a', '', 'b']],
  ['', ['']],
])('%j holds the fields %j', (line, fields) => {
  expect(csvFields(line)).toEqual(fields);
});

test('a line with an unclosed quote is refused', () => {
  expect(csvFields('type=local,"dest=out')).toBeUndefined();
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (fields) => {
      expect(csvFields(fields.map(csvField).join(','))).toEqual(fields);
    }),
  );
});
