import { expect, test } from '@jest/globals';
import { differences } from './compare.ts';
import { shapeOf } from './shape.ts';

test('a shape has a line for each member, with the type of its value', () => {
  expect(
    shapeOf({
      $metadata: { httpStatusCode: 200 },
      services: [
        { id: 1, tags: [] },
        { at: new Date(0), absent: undefined, done: true },
      ],
      stages: { '3fe3ab6b-de34-4740-b8f3-7547ffa6cefd': ['AWSCURRENT'] },
      body: new Uint8Array(1),
    }),
  ).toEqual([
    'body: blob',
    'services: list',
    'services[].at: timestamp',
    'services[].done: boolean',
    'services[].id: number',
    'services[].tags: list',
    'services[]: object',
    'stages.<id>: list',
    'stages.<id>[]: string',
    'stages: object',
  ]);
});

const compared = (moto: unknown, sandbox: unknown) =>
  differences(
    { ecs: { 'ListTasks: all': { status: 200, shape: shapeOf(moto) } } },
    { ecs: { 'ListTasks: all': { status: 200, shape: shapeOf(sandbox) } } },
  ).map(({ what }) => what);

test('a member that only one has, or has otherwise, is a difference', () => {
  expect(compared({ a: 1, b: 'x' }, { a: '1', c: [] })).toEqual([
    'only moto: a: number',
    'only moto: b: string',
    'only the sandbox: a: string',
    'only the sandbox: c: list',
  ]);
});

test('a structure that one has not is one difference, however much is in it', () => {
  expect(compared({ a: { b: { c: [{ d: 1 }] } } }, {})).toEqual(['only moto: a: object']);
});

test('a list that is empty on one side says nothing of its items', () => {
  expect(compared({ a: [{ b: 1 }] }, { a: [] })).toEqual([]);
});

test('another error, another status or none of them is a difference', () => {
  const outcome = (moto: object, sandbox: object) =>
    differences({ ecs: { 'StopTask: one': moto as never } }, { ecs: { 'StopTask: one': sandbox as never } });
  expect(outcome({ status: 404, error: 'A' }, { status: 400, error: 'A' })).toEqual([
    { call: 'ecs StopTask: one', what: 'moto 404 A, the sandbox 400 A' },
  ]);
  expect(outcome({ status: 400, error: 'A' }, { status: 200, shape: [] })).toEqual([
    { call: 'ecs StopTask: one', what: 'moto 400 A, the sandbox 200' },
  ]);
  expect(differences({}, { ecs: { 'StopTask: one': { status: 200 } } })).toEqual([
    { call: 'ecs StopTask: one', what: 'no such call in the recording of moto' },
  ]);
});
