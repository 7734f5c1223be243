import { expect, test } from '@jest/globals';
import { loadOperation } from '@landfall/core/operations/index';
import { migrationProblems } from './check-migration.ts';
import { type ComparedPart, differs, type Migration, notThere, same, use } from './migration.ts';
import { migrationPage } from './page.ts';

const definitions = [await loadOperation('scale-service')];
const part: ComparedPart = {
  use: [use('scale-service', { service: 'web', 'desired-count': '2' })],
  inputs: {
    service: same({ with: { service: 'web' } }),
    tasks: { ...same({ with: {} }), ours: 'desired-count' },
    tag: notThere('Use infrastructure as code.'),
  },
  outputs: { arn: { ...same({ with: {} }), ours: 'service-arn' } },
};
const migration: Migration = {
  name: 'scaler',
  title: 'acme/scaler',
  kind: 'action',
  summary: 'Change the `uses:` line.',
  facts: {
    repository: 'acme/scaler',
    version: '1.2.3',
    commit: '0123456789abcdef0123456789abcdef01234567',
    parts: {
      '': { inputs: { service: { required: true }, tasks: { default: '1' }, tag: {} }, outputs: ['arn'] },
    },
  },
  parts: { '': part },
};
const problemsWith = (change: Partial<ComparedPart>) =>
  migrationProblems({ ...migration, parts: { '': { ...part, ...change } } }, definitions);

test('a complete migration has no problem, and its page shows both sides of every row', () => {
  expect(migrationProblems(migration, definitions)).toEqual([]);
  expect(migrationPage(migration, definitions)).toBe(`# Migrating from acme/scaler

<!-- Generated from packages/generator/src/migrating/rows/scaler.ts. Change that, then run: npm run generate -->

Change the \`uses:\` line.

Compared with [version 1.2.3](https://github.com/acme/scaler/tree/0123456789abcdef0123456789abcdef01234567): 3 same, 0 wider, 0 different, 1 not there. *Wider* accepts more than the original; *differs* is deliberate, and says why.

\`\`\`yaml
- uses: landfall-ci/landfall/actions/scale-service@0000000000000000000000000000000000000000 # v0.1.0: put the full commit SHA from the release page here
  with:
    service: web
    desired-count: "2"
\`\`\`

| Input | Default | Landfall | Default | Judgement |
| --- | --- | --- | --- | --- |
| \`service\` | **required** | \`service\` | **required** | same |
| \`tasks\` | \`1\` | \`desired-count\` | **required** | same |
| \`tag\` |  |  |  | not there: Use infrastructure as code. |

| Output | Landfall | Judgement |
| --- | --- | --- |
| \`arn\` | \`service-arn\` | same |
`);
});

test.each<[string, Partial<ComparedPart>, readonly string[]]>([
  [
    'an input of the peer without a row, and a row without an input',
    { inputs: { service: same({ with: {} }), tasks: part.inputs.tasks!, size: notThere('Not needed.') } },
    ['scaler: input tag has no row', 'scaler: input size is a row, but the peer has no such thing'],
  ],
  ['an output without a row', { outputs: {} }, ['scaler: output arn has no row']],
  [
    'an input that is not one of ours',
    { inputs: { ...part.inputs, tasks: { ...same({ with: {} }), ours: 'count' } } },
    ['scaler: scale-service has no count among its inputs'],
  ],
  [
    'a row without a proof',
    { inputs: { ...part.inputs, service: same() } },
    ['scaler: service has no proof'],
  ],
  [
    'a value that our own parser refuses',
    { use: [use('scale-service', { 'desired-count': 'two' })] },
    ['scaler: scale-service: desired-count must be a whole number, got "two"'],
  ],
  [
    'an operation that is not there',
    { inputs: { ...part.inputs, tag: notThere('Tag it before.', use('run-task')) } },
    ['scaler: tag: there is no operation run-task'],
  ],
  [
    'a judgement that is not a sentence',
    { inputs: { ...part.inputs, service: differs('wider', { with: {} }) } },
    ['scaler: service: "wider" is not a sentence of one line'],
  ],
])('refused: %s', (_, change, problems) => {
  expect(problemsWith(change)).toEqual(problems);
});

test('refused: a command of the peer without a part', () => {
  const facts = {
    ...migration.facts,
    parts: { ...migration.facts.parts, prune: { inputs: {}, outputs: [] } },
  };
  expect(migrationProblems({ ...migration, facts }, definitions)).toEqual([
    'scaler: command prune has no row',
  ]);
});
