import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadDocument } from './load-document.ts';
import { readDocument } from './read-document.ts';

const outcome = async (read: () => unknown) => {
  try {
    return { value: await read() };
  } catch (error) {
    return { error: String(error) };
  }
};

test('loading a document gives what reading it gives, errors included', async () => {
  const part = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"a"',
    '\n',
    '- ',
    'a: 1',
    '0256',
    '1.10',
    '&a',
    '*a',
    '\0',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 12 }),
      fc.constantFrom('x', 'x.yaml'),
      async (parts, name) => {
        const text = parts.join('');
        expect(await outcome(() => loadDocument(text, name))).toEqual(
          await outcome(() => readDocument(text, name)),
        );
      },
    ),
    { numRuns: 300 },
  );
});
