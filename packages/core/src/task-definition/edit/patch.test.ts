import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergePatch } from './patch.ts';

describe('mergePatch', () => {
  // The table of RFC 7396, appendix A.
  test.each<[unknown, unknown, unknown]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j patched with %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  const json = fc
    .jsonValue({ maxDepth: 4 })
    .filter((value) => !/"(?:__proto__|constructor|prototype)"/.test(JSON.stringify(value)));

  test('patching twice with the same patch is patching once', () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    );
  });

  test('the empty patch changes nothing in an object, and no argument is ever changed', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), json), json, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        expect(mergePatch(target, {})).toEqual(target);
        mergePatch(target, patch);
        expect(JSON.stringify([target, patch])).toBe(before);
      }),
    );
  });

  test('R06: a patch cannot reach the prototype of objects', () => {
    expect(() => mergePatch({}, JSON.parse('{"a": {"__proto__": {"polluted": 1}}}'))).toThrow(
      'the patch: the key __proto__ is refused',
    );
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
