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

test('what ECS shows as the starter is made of what ECS accepts there, and is the same at every attempt', () => {
  const run = { id: '1', origin: 'repo:1234#5', attempt: 2 };
  expect(startedByOf(run, ['run-task'])).toMatch(/^landfall\/repo-1234-5\/[A-Za-z0-9_-]{16}$/);
  expect(startedByOf({ ...run, id: '2', attempt: 3 }, ['run-task'])).toBe(startedByOf(run, ['run-task']));
  expect(startedByOf(run, ['deploy-service'])).not.toBe(startedByOf(run, ['run-task']));
  expect(startedByOf({ id: 'x'.repeat(200), attempt: 1 }, [])).toHaveLength(128);
});
