import { expect, test } from '@jest/globals';
import { readRollbackMark, writeRollbackMark } from './rollback-mark.ts';

const run = 'a'.repeat(43);
test.each([
  { run, from: 'ecs-svc/123' },
  { run, from: 'ecs-svc/123', to: 'web-app_2:17' },
])('what is written is read again: %j', (mark) => {
  expect(readRollbackMark(writeRollbackMark(mark))).toMatchObject(mark);
});

test.each([undefined, '', 'run=x from=ecs-svc/1', `run=${run} from=ecs-svc/1 to=web:1 by=me`])(
  'a value that Landfall never writes is not a mark: %j',
  (value) => expect(readRollbackMark(value)).toBeUndefined(),
);
