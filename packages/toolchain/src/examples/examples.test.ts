import { describe, expect, test } from '@jest/globals';
import { text } from '@landfall/core/inputs/kinds';
import type { Operation } from '@landfall/core/operation/operation';
import { commandProblems, landfallCommands } from './command-problems.ts';
import { examplesIn } from './extract.ts';
import { kindOf } from './kind.ts';
import { orbUseProblems } from './orb-uses.ts';
import { actionUseProblems, type Operations } from './own-uses.ts';

const deploy = {
  name: 'deploy-service',
  inputs: {
    service: text({ required: true, description: 'The service.' }),
    cluster: text({ description: 'The cluster.', pattern: { expression: /^[a-z]+$/, rule: 'letters' } }),
  },
  permissions: [{ action: 'ecs:DescribeServices', resource: '*' }],
} as unknown as Operation;
const operations: Operations = async (name) => (name === 'deploy-service' ? deploy : undefined);

test('every fenced block of a page is found, with its line and its language', () => {
  const page = '# Title\n\n```sh\nnpm ci\n```\n\n1. So:\n\n   ```yaml\n   a: 1\n   ```\n';
  expect(examplesIn('a.md', page)).toEqual([
    { file: 'a.md', line: 4, language: 'sh', text: 'npm ci\n' },
    { file: 'a.md', line: 10, language: 'yaml', text: 'a: 1\n' },
  ]);
});

test.each([
  ['on: push\njobs: {}', 'workflow'],
  ['- uses: a/b@c', 'workflow-steps'],
  ['- landfall/ecr_login', 'yaml'],
  ['version: 0.2\nphases: {}', 'buildspec'],
  ['version: 2.1\norbs: {}', 'orb-config'],
  ['Resources: {}', 'cloudformation'],
  ['a: 1', 'yaml'],
])('a YAML example is known by its own keys: %j is a %s', (text, kind) => {
  expect(kindOf({ file: '', line: 1, language: 'yaml', text })).toBe(kind);
});

test('the words of a command are those a shell would make: quotes, continuation lines, comments, pipes', () => {
  const shell = `$ landfall deploy-service --service 'my web' \\\n  --cluster="a b" # note\necho landfall\nlandfall explain X | less\n`;
  expect(landfallCommands(shell)).toEqual([
    ['deploy-service', '--service', 'my web', '--cluster=a b'],
    ['explain', 'X'],
  ]);
});

describe('an example is refused that', () => {
  test.each([
    ['names no operation', 'landfall deploi', ['landfall deploi: there is no such operation']],
    [
      'gives a flag that is none, and not the one that is needed',
      'landfall deploy-service --servce web',
      ['deploy-service: servce is not an input', 'deploy-service: service is required'],
    ],
    [
      'gives a value that is refused',
      'landfall deploy-service --service web --cluster B2',
      ['deploy-service: cluster must be letters, got "B2"'],
    ],
    [
      'asks for a policy with a flag that is none',
      'landfall iam-policy deploy-service --acount 123456789012',
      ['iam-policy deploy-service: acount is not an input of this operation (did you mean "account"?)'],
    ],
  ])('%s, on the command line', async (_, shell, problems) => {
    expect(await commandProblems(shell, operations)).toEqual(problems);
  });

  test('uses an action with an input that it does not have', async () => {
    const steps =
      '- uses: landfall-ci/landfall/actions/deploy-service@v0\n  with: { servce: web, service: "${{ x }}" }';
    expect(await actionUseProblems(steps, operations)).toEqual(['deploy-service: servce is not an input']);
  });

  test('uses a command of the orb with a parameter that it does not have', () => {
    const config = 'jobs: { a: { steps: [{ landfall/go: { b: 1 } }, landfall/gone] } }';
    expect(orbUseProblems(config, { commands: { go: { parameters: { a: { type: 'string' } } } } })).toEqual([
      'landfall/go: b is not a parameter',
      'landfall/go: a is required',
      'landfall/gone is not in the orb',
    ]);
  });
});

test('a value that is known only at run time is not judged', async () => {
  expect(
    await commandProblems('landfall deploy-service --service web --cluster "$CLUSTER"', operations),
  ).toEqual([]);
});
