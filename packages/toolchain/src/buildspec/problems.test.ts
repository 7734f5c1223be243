import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildspecProblems } from './problems.ts';

const folder = new URL('../../../../buildspec/', import.meta.url);

test.each(readdirSync(folder).filter((name) => name.endsWith('.yml')))(
  'buildspec/%s is one CodeBuild takes',
  (file) => {
    expect(buildspecProblems(readFileSync(new URL(file, folder), 'utf8'))).toEqual([]);
  },
);

const of = (phases: string) => `version: 0.2\nphases:\n${phases}`;

describe('a buildspec is refused that', () => {
  test.each([
    [
      'has version 0.1, whose commands share no shell',
      of('  build: { commands: [a] }').replace('0.2', '0.1'),
      ['/version must be equal to constant'],
    ],
    ['invents a phase', of('  deploy: { commands: [a] }'), ['/phases must NOT have additional properties']],
    [
      'exports a variable that CodeBuild does not',
      `${of('  build: { commands: [a] }')}\nenv: { exported-variables: [AWS_X] }`,
      ['/env/exported-variables/0 must match pattern "^(?!AWS_)[A-Za-z_][A-Za-z0-9_]*$"'],
    ],
    [
      'goes on after landfall failed',
      of('  build: { commands: [landfall build-push] }'),
      ['/phases/build calls landfall without on-failure: ABORT'],
    ],
    [
      'deploys after a failed build',
      of('  post_build: { on-failure: ABORT, commands: [landfall deploy-service] }'),
      ['/phases/post_build calls landfall without looking at CODEBUILD_BUILD_SUCCEEDING first'],
    ],
  ])('%s', (_, text, problems) => {
    expect(buildspecProblems(text)).toEqual(problems);
  });
});
