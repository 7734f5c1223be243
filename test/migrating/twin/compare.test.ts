import { expect, test } from '@jest/globals';
import { type Comparison, comparisonTable, differencesOf, surprises } from './compare.ts';
import type { Observation } from './observe.ts';
import type { TwinScenario } from './scenario.ts';

const seen = (change: Partial<Observation> = {}): Observation => ({
  green: true,
  seconds: 15.2,
  outputs: { arn: 'web:2' },
  requests: [{ operation: 'UpdateService', input: { service: 'web', volumes: null } }],
  ...change,
});
const compared = (
  ours: Partial<Observation>,
  differs: TwinScenario['differs'] = [],
  theirs: Partial<Observation> = {},
): Comparison => ({
  scenario: { peer: 'amazon-ecr-login', title: 'A good one', with: {}, differs },
  theirs: seen(theirs),
  ours: seen(ours),
});

test('a member that is null is absent, and an output that only ours has is not a difference', () => {
  expect(
    differencesOf(
      compared({
        outputs: { arn: 'web:2', verdict: 'SUCCEEDED' },
        requests: [{ operation: 'UpdateService', input: { service: 'web' } }],
      }),
    ),
  ).toEqual([]);
});

test('a difference names the aspect, the member, and both values', () => {
  expect(
    differencesOf(
      compared({
        green: false,
        outputs: {},
        requests: [
          { operation: 'UpdateService', input: { service: 'web', volumes: [{ name: 'data' }] } },
          { operation: 'RunTask', input: {} },
        ],
      }),
    ),
  ).toEqual([
    'end: green / red',
    'outputs: arn: "web:2" / absent',
    'requests: UpdateService.volumes: absent / [{"name":"data"}]',
    'requests: RunTask: 0 times / 1 times',
  ]);
});

test('a difference without an explanation, and an explanation without a difference, are surprises', () => {
  const comparison = compared({ green: false }, [{ what: 'outputs: arn', why: 'It was renamed.' }]);
  expect(surprises(comparison)).toEqual([
    'A good one: end: green / red',
    'A good one: outputs: arn: no difference, but one is explained',
  ]);
});

test('a row of the table says why something differs, and what differs where no one explained it', () => {
  const comparison = compared({ green: false, seconds: 1, outputs: {} }, [
    { what: 'end', why: 'it refuses the file.' },
  ]);
  expect(comparisonTable([comparison])).toBe(
    [
      '| Scenario | Official | Landfall | Outputs | Requests |',
      '| --- | --- | --- | --- | --- |',
      '| A good one | green, 16 s | red, 1 s: it refuses the file. | **outputs: arn: "web:2" / absent** | same |',
    ].join('\n'),
  );
});

test('a general difference is reported once, above the table', () => {
  const comparison = compared({ outputs: {} }, [
    { what: 'outputs: arn', why: 'It has another name.', isGeneral: true },
  ]);
  const row = '| A good one | green, 16 s | green, 16 s | same | same |';
  expect(comparisonTable([comparison, comparison])).toBe(
    [
      '- It has another name.',
      '',
      '| Scenario | Official | Landfall | Outputs | Requests |',
      '| --- | --- | --- | --- | --- |',
      row,
      row,
    ].join('\n'),
  );
});
