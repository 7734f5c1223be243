import { describe, expect, test } from '@jest/globals';
import { differences, refuseMachinePaths } from './compare.ts';

const bundle = (files: Record<string, string>) =>
  new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
const clean = bundle({ 'action.js': 'one', '12.action.js': 'two' });

describe('S01: a dist that', () => {
  test('is what a clean build makes has no difference', () => {
    expect(differences(bundle({ '12.action.js': 'two', 'action.js': 'one' }), clean)).toEqual([]);
  });

  test('differs from a clean rebuild is told file by file: changed, missing and left over', () => {
    expect(differences(bundle({ 'action.js': 'one; steal()', '99.action.js': 'x' }), clean)).toEqual([
      '12.action.js: missing',
      '99.action.js: left over; a clean build does not make it',
      'action.js: differs (12 bytes, a clean build has 3)',
    ]);
  });
});

test('a bundle that holds a path of the building machine is refused by name', () => {
  expect(() =>
    refuseMachinePaths(bundle({ 'action.js': 'file:///home/me/landfall/x.js' }), '/home/me/landfall'),
  ).toThrow('the path /home/me/landfall is in action.js');
});
