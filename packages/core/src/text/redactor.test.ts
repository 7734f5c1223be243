import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRedactor, printable } from './redactor.ts';

const masking = (...secrets: readonly string[]) => {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
};

test('a secret goes as it is, in Base64, in a web address and in JSON', () => {
  const secret = 'p"ss w/rd?+1';
  const redactor = masking(secret);
  for (const form of [
    secret,
    btoa(secret),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ]) {
    expect(redactor.redact(`<${form}>`)).toBe('<***>');
  }
});

test('a secret that begins with another one goes as a whole', () => {
  expect(masking('abcdefgh', 'abcdefgh-and-more').redact('abcdefgh-and-more abcdefgh')).toBe('*** ***');
});

test('characters with a meaning in a regular expression are only characters', () => {
  expect(masking('(.*)+[a]$|').redact('(.*)+[a]$| and everything else')).toBe('*** and everything else');
});

test('no printed text holds a secret, however it is hidden by invisible characters or cut by the cap', () => {
  const secret = 'correct-horse-battery';
  const redactor = masking(secret);
  const hidden = fc.array(fc.constantFrom('\u200b', '\u001b[1m', '\u0000', '\u00ad'), {
    minLength: 21,
    maxLength: 21,
  });
  fc.assert(
    fc.property(hidden, fc.integer({ min: 8160, max: 8200 }), (noise, padding) => {
      const laced = [...secret].map((letter, at) => letter + noise[at]).join('');
      expect(printable(`${laced} ${'x'.repeat(padding)}${secret}`, redactor)).not.toContain('correct');
    }),
  );
});
