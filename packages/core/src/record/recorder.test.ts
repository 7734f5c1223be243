import { expect, test } from '@jest/globals';
import { LandfallError } from '../errors/landfall-error.ts';
import { fakeHost } from '../testing/fake-host.ts';
import { virtualClock } from '../testing/virtual-clock.ts';
import type { Clock } from '../world/clock.ts';
import { beginRecord } from './recorder.ts';
import type { RunEvent } from './run-event.ts';

const start = { landfall: '1.2.3', operation: 'greet', title: 'Greet', inputs: {} };

function begin(clock: Clock = virtualClock(), host = fakeHost()) {
  const seen: RunEvent[] = [];
  const listener = { event: (event: RunEvent) => void seen.push(event), waiting: () => {} };
  return { record: beginRecord(start, clock, host, listener), host, seen };
}

test('an event is shown at once, with its time, and kept', () => {
  const { record, seen } = begin();
  record.add({ kind: 'log', level: 'info', text: 'hello' });
  const [event] = seen;
  expect(event).toMatchObject({ kind: 'log', level: 'info', text: 'hello' });
  expect(record.end({ outputs: {}, calls: {}, error: undefined }).events).toEqual(seen);
});

test('times keep their distance although the wall clock is set back', () => {
  let elapsed = 500;
  let wall = Date.parse('2026-01-01T12:00:00Z');
  const { record } = begin({ ...virtualClock(), now: () => wall, elapsed: () => elapsed });
  elapsed += 1500;
  wall -= 3_600_000;
  record.add({ kind: 'log', level: 'info', text: 'later' });
  const { startedAt, endedAt, milliseconds, events } = record.end({
    outputs: {},
    calls: {},
    error: undefined,
  });
  expect([startedAt, events[0]?.at, endedAt, milliseconds]).toEqual([
    '2026-01-01T12:00:00.000Z',
    '2026-01-01T12:00:01.500Z',
    '2026-01-01T12:00:01.500Z',
    1500,
  ]);
});

test('what was masked is redacted everywhere but in the outputs', () => {
  const { record, host } = begin();
  record.add({ kind: 'log', level: 'info', text: 'with correct horse' });
  host.mask('correct horse');
  const error = new LandfallError('INTERNAL', {
    summary: 'no correct horse',
    details: ['a correct horse'],
    facts: { said: ['correct horse'], at: new Date(0), count: 3n },
  });
  const {
    events,
    outputs,
    error: ended,
  } = record.end({
    outputs: { password: 'correct horse' },
    calls: {},
    error,
  });
  expect(events[0]).toMatchObject({ text: 'with ***' });
  expect(ended).toMatchObject({
    summary: 'no ***',
    details: ['a ***'],
    facts: { said: ['***'], at: '1970-01-01T00:00:00.000Z', count: '3' },
  });
  expect(outputs).toEqual({ password: 'correct horse' });
});

test('what is noted of a service adds to what was noted before', () => {
  const { record } = begin();
  const plan = { kind: 'update', sentence: 'would be updated', changes: [], warnings: [] };
  record.noteService({ cluster: 'main', service: 'web', plan });
  record.noteService({ cluster: 'main', service: 'api' });
  record.noteService({ cluster: 'main', service: 'web', status: 'deployed', reason: 'web:2 is live' });
  const { services } = record.end({ outputs: {}, calls: {}, error: undefined });
  expect(services.map(({ service, status, plan: planned }) => [service, status, planned])).toEqual([
    ['web', 'deployed', plan],
    ['api', 'planned', undefined],
  ]);
});
