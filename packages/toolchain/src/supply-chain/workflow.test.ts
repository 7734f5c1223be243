import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { workflowProblems } from './workflow.ts';

const folder = new URL('../../../../.github/workflows/', import.meta.url);
const sound = `on: push
permissions: {}
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: read # to check the sources out
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
`;

describe('S02: a workflow that', () => {
  test('is sound has no problem', () => {
    expect(workflowProblems(sound)).toEqual([]);
  });

  test.each([
    [
      'adds an unpinned `uses`',
      sound.replace(/@3d3c.*/, '@v7'),
      ['build: actions/checkout@v7 is not pinned to a commit'],
    ],
    [
      'pins a commit without its version',
      sound.replace(' # v7.0.1', ''),
      ['build: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 does not say its version'],
    ],
    [
      'grants every job something',
      sound.replace('permissions: {}', 'permissions: write-all'),
      ['does not start from `permissions: {}`'],
    ],
    [
      'adds a write permission without a reason',
      sound.replace('    steps:', '      packages: write\n    steps:'),
      ['build: the grant packages has no reason'],
    ],
    [
      'runs on pull_request_target',
      sound.replace('on: push', 'on: pull_request_target'),
      ['runs on pull_request_target, with secrets next to untrusted code'],
    ],
    [
      'leaves the token in the checkout',
      sound.replace('false', 'true'),
      ['build: checkout leaves the token behind (persist-credentials)'],
    ],
    [
      'may run for six hours',
      sound.replace('    timeout-minutes: 5\n', ''),
      ['build: has no timeout-minutes'],
    ],
  ])('%s is refused', (_, text, problems) => {
    expect(workflowProblems(text)).toEqual(problems);
  });
});

test.each(readdirSync(folder))('S02: %s of this repository keeps the rules', (file) => {
  expect(workflowProblems(readFileSync(new URL(file, folder), 'utf8'))).toEqual([]);
});
