import { expect, test } from '@jest/globals';
import { type DeployedMark, readDeployedMark, writeDeployedMark } from './deployed-mark.ts';

const run = 'x'.repeat(43);
const before = 'ecs-svc/1234567890123456789';
/** A tag's value has at most 256 characters. */
const longest = `${'f'.repeat(105)}:12345`;

test.each<[DeployedMark, string]>([
  [
    { run, taskDefinition: 'web:1', desiredCount: 2, noted: { before, since: 3, at: 4 } },
    `run=${run} definition=web:1 count=2 before=${before} since=3 at=4`,
  ],
  [
    { run, taskDefinition: longest, desiredCount: 0, noted: { before, made: 'd-ABCDEFGH1' } },
    `run=${run} definition=${longest} count=0 before=${before} made=d-ABCDEFGH1`,
  ],
])('what ran before is read as it was noted: %j', (mark, text) => {
  expect(writeDeployedMark(mark)).toBe(text);
  expect(text.length).toBeLessThanOrEqual(256);
  expect(readDeployedMark(text)).toEqual(mark);
});

test.each([undefined, '', `run=${run}`, `run=${run} before=${before} definition=web:1 count=2`])(
  '%j is not a note',
  (text) => {
    expect(readDeployedMark(text)).toBeUndefined();
  },
);
