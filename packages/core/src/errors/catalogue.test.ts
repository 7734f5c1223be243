import { expect, test } from '@jest/globals';
import { catalogue } from './catalogue.ts';

test('SUPERSEDED states in plain words that there is nothing to fix', () => {
  expect(catalogue.SUPERSEDED.remedy).toBe('No action needed here; follow the newer deployment.');
});
