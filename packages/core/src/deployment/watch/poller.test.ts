import { expect, test } from '@jest/globals';
import { cadenceFor } from './poller.ts';

const hour = 3_600_000;

test('what does not move is read at most every 30 seconds, or as often as was requested', () => {
  expect(cadenceFor(1, 'deployments', hour).tick).toBe(30_000);
  expect(cadenceFor(1, 'deployments', hour, 10_000).tick).toBe(9000);
});

test('a request for more reads than AWS allows is not met', () => {
  expect(cadenceFor(1, 'deployments', hour, 1000).tick).toBe(1800);
  expect(cadenceFor(400, 'services', hour, 1000).tick).toBe(20_000);
});
