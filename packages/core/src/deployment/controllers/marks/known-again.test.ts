import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clockTolerance } from '../../../ecs/eventual-consistency.ts';
import { firstMade, longestWrite, type Noted, readNoted, writeNoted } from './known-again.ts';

const now = Date.parse('2026-11-30T12:00:00.000Z');
const ids = fc.integer({ min: 1, max: 9_999_999 }).map((digits) => `ecs-svc/${digits}`);
/** What runs when a write is sent, by a machine whose clock is off by so much. */
const written = fc
  .record({
    before: ids,
    age: fc.integer({ min: 0, max: 90 * 24 * 3_600_000 }),
    off: fc.integer({ min: -clockTolerance, max: clockTolerance }),
  })
  .map(({ before, age, off }) => ({ before, since: now - age, at: Math.ceil((now + off) / 1000) }));

describe('what a write has made, whose answer was never seen', () => {
  const later = fc.array(
    fc.record({
      id: ids,
      createdAt: fc
        .integer({ min: 1, max: 5 * 24 * 3_600_000 })
        .map((after) => now + longestWrite + 2 * clockTolerance + 1000 + after),
    }),
  );
  const earlier = (since: number) =>
    fc.array(fc.record({ id: ids, createdAt: fc.integer({ min: 0, max: since - 1 }) }));
  const cases = written.chain((noted) =>
    fc.record({ noted: fc.constant(noted), later, earlier: earlier(noted.since) }),
  );

  test('is never what others made before it, or when it was long over', () => {
    fc.assert(
      fc.property(cases, ({ noted, later, earlier }) => {
        expect(firstMade(noted, [...later, ...earlier])).toBeUndefined();
      }),
    );
  });

  test('is found among them, whatever their order, by a clock that is off', () => {
    const took = fc.integer({ min: 0, max: longestWrite });
    fc.assert(
      fc.property(cases, took, ({ noted, later, earlier }, milliseconds) => {
        const own = { id: 'ecs-svc/10000000', createdAt: now + milliseconds };
        expect(firstMade(noted, [...later, own, ...earlier])).toBe(own.id);
      }),
    );
  });
});

describe('what is noted of a write', () => {
  test('is read as it was written', () => {
    const any: fc.Arbitrary<Noted> = fc.oneof(written, fc.record({ before: ids, made: ids }));
    fc.assert(fc.property(any, (noted) => expect(readNoted(writeNoted(noted))).toEqual(noted)));
  });

  test.each([
    [{ before: 'ecs-svc/1', since: 1, at: 2 }, 'before=ecs-svc/1 since=1 at=2'],
    [{ before: 'ecs-svc/1', made: 'd-ABCDEFGH1' }, 'before=ecs-svc/1 made=d-ABCDEFGH1'],
  ] as const)('%j is %s', (noted, text) => {
    expect(writeNoted(noted)).toBe(text);
  });

  test.each([
    '',
    'before=ecs-svc/1',
    'before=ecs-svc/1 since=1',
    'before=ecs-svc/1 made=',
    'before=ecs-svc/1 at=1 since=2',
  ])('%j is nothing that was noted', (text) => {
    expect(readNoted(text)).toBeUndefined();
  });
});
