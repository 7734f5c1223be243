import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clientTokenOf, startedByOf } from './client-token.ts';

test('a token is at most 64 characters of ASCII 33 to 126, and the same for the same run, attempt, job and step', () => {
  const run = fc.record({ id: fc.string(), attempt: fc.nat(), job: fc.string() });
  fc.assert(
    fc.property(run, fc.array(fc.string()), (facts, what) => {
      const token = clientTokenOf(facts, what);
      expect(token).toMatch(/^[!-~]{1,64}$/);
      expect(clientTokenOf({ ...facts, url: 'elsewhere' }, what)).toBe(token);
      expect(clientTokenOf({ ...facts, attempt: facts.attempt + 1 }, what)).not.toBe(token);
    }),
  );
});

test('what ECS shows as the starter is made of what ECS accepts there', () => {
  expect(startedByOf({ id: 'repo:1234#5', attempt: 2 })).toBe('landfall/repo-1234-5/2');
  expect(startedByOf({ id: 'x'.repeat(200), attempt: 1 })).toHaveLength(128);
});
