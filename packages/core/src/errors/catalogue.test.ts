import { expect, test } from '@jest/globals';
import { catalogue } from './catalogue.ts';

test('SUPERSEDED says that there is nothing to fix, in a word that everybody knows', () => {
  expect(catalogue.SUPERSEDED.remedy).toBe('No action needed here; follow the newer deployment.');
});
