import { expect, test } from '@jest/globals';
import { refusalProblems, refusalWorkflow } from './refusals.ts';
import { stepsOf } from './steps.ts';

const actions = [
  { name: 'ecr-login', post: true },
  { name: 'scale-service', post: false },
];

type Line = readonly [id: string, stage: 'Main' | 'Post', entry: Readonly<Record<string, unknown>>];

/** A log of `act --json`, of lines that all belong to a step in a stage. */
const logOf = (...lines: readonly Line[]) =>
  lines.map(([id, stage, entry]) => JSON.stringify({ stepID: [id], stage, step: id, ...entry })).join('\n');

const refusal = (id: string): readonly Line[] => [
  [id, 'Main', { level: 'info', msg: `⭐ Run Main ./actions/${id}` }],
  [
    id,
    'Main',
    { level: 'info', raw_output: true, msg: '\u001b[31mINPUT_INVALID: http-proxy must be\u001b[0m\n' },
  ],
  [id, 'Main', { level: 'error', command: 'error', kvPairs: { title: 'INPUT_INVALID' }, msg: '❗ ::error' }],
  [id, 'Main', { level: 'info', stepResult: 'failure', msg: '❌' }],
  [id, 'Main', { level: 'error', msg: 'exit status 2' }],
];
const post = (id: string, stepResult: string): Line => [id, 'Post', { level: 'info', stepResult, msg: '' }];

test('the workflow starts each action after the last one, whatever became of that', () => {
  expect(refusalWorkflow(actions)).toBe(`on: push
jobs:
  refused:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
      - id: ecr-login
        if: always()
        uses: ./actions/ecr-login
        with:
          http-proxy: not a proxy
      - id: scale-service
        if: always()
        uses: ./actions/scale-service
        with:
          http-proxy: not a proxy
`);
});

test('actions that refuse the input, and a post step that runs after it, are in order', () => {
  const log = logOf(...refusal('ecr-login'), ...refusal('scale-service'), post('ecr-login', 'success'));
  expect(refusalProblems(actions, stepsOf(`Using docker host\n${log}\n{not json\n`))).toEqual([]);
});

test('an action without its bundle is red for another reason, which is shown', () => {
  const log = logOf(
    [
      'ecr-login',
      'Main',
      { level: 'info', raw_output: true, msg: 'Error [ERR_MODULE_NOT_FOUND]: dist/action.js\n' },
    ],
    ['ecr-login', 'Main', { level: 'info', stepResult: 'failure', msg: '❌' }],
    ['ecr-login', 'Main', { level: 'error', msg: 'exit status 1' }],
    ...refusal('scale-service'),
    post('ecr-login', 'failure'),
  );
  expect(refusalProblems(actions, stepsOf(log))).toEqual([
    'ecr-login did not refuse its input with INPUT_INVALID and 2: failure with 1\n  Error [ERR_MODULE_NOT_FOUND]: dist/action.js\n  exit status 1',
    'the post step of ecr-login did not succeed: failure',
  ]);
});

test('an action that cannot be loaded, or that no step started, is a problem', () => {
  const log = logOf(
    ['ecr-login', 'Main', { level: 'info', stepResult: 'failure', msg: '❌' }],
    ['ecr-login', 'Main', { level: 'error', msg: 'Line: 190 Column 18: expressions are not allowed here' }],
  );
  expect(refusalProblems(actions, stepsOf(log))).toEqual([
    'ecr-login did not refuse its input with INPUT_INVALID and 2: failure\n  Line: 190 Column 18: expressions are not allowed here',
    'the post step of ecr-login did not succeed: it did not run',
    'scale-service did not refuse its input with INPUT_INVALID and 2: it did not run',
  ]);
});
