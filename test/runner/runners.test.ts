import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runCircleCiJob } from './circleci-runner.ts';
import { runBuildspec } from './codebuild-runner.ts';
import { startJob } from './github-runner.ts';

/** A tiny action in a folder of its own. */
function actionOf(manifest: string, main: string, post = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-action-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'action.yml'), manifest);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'main.js'), main);
  writeFileSync(join(folder, 'post.js'), post);
  return folder;
}

const manifest = `
inputs:
  wait-timeout: { default: 5m }
  cluster: {}
runs: { using: node24, main: main.js, post: post.js }
`;

describe('the GitHub runner', () => {
  test('gives inputs with their defaults, reads files and commands, and hands state to the post step', async () => {
    const action = actionOf(
      manifest,
      `import { appendFileSync } from 'node:fs';
       const { env } = process;
       appendFileSync(env.GITHUB_OUTPUT, 'seen<<X\\n' + env['INPUT_WAIT-TIMEOUT'] + ' ' + env.INPUT_CLUSTER + '\\nX\\n');
       appendFileSync(env.GITHUB_STATE, 'kept=yes\\n');
       appendFileSync(env.GITHUB_ENV, 'LATER=1\\n');
       console.log('::add-mask::hidden-value\\nhere is hidden-value');
       process.exitCode = 3;`,
      `console.log('post sees', process.env.STATE_kept, process.env.LATER);`,
    );
    const job = startJob();
    const step = await job.uses(action, { with: { cluster: 'prod', clustr: 'x' } });
    expect(step).toMatchObject({
      conclusion: 'failure',
      exitCode: 3,
      outputs: { seen: '5m prod' },
      log: ['here is ***'],
      warnings: ["Unexpected input(s) 'clustr', valid inputs are ['wait-timeout', 'cluster']"],
    });
    const [post] = await job.end();
    expect(post).toMatchObject({ conclusion: 'success', log: ['post sees yes 1'] });
  });

  test('a cancel is SIGINT, then SIGTERM, then a kill, and the post step runs after it', async () => {
    const action = actionOf(
      manifest,
      `for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => console.log('ignored', signal));
       setInterval(() => {}, 1000);
       console.log('ready');`,
      `console.log('cleaned');`,
    );
    const job = startJob();
    const step = await job.uses(action, { cancelAt: 'ready', patience: { sigint: 500, sigterm: 2000 } });
    expect(step).toMatchObject({
      conclusion: 'cancelled',
      signal: 'SIGKILL',
      log: ['ready', 'ignored SIGINT', 'ignored SIGTERM'],
    });
    expect((await job.end())[0]?.log).toEqual(['cleaned']);
  });
});

describe('CircleCI', () => {
  test('steps share BASH_ENV and files, and a failed one skips those that need success', async () => {
    const job = await runCircleCiJob([
      { name: 'export', command: `echo "export A='1 2'" >> "$BASH_ENV"; touch file` },
      { name: 'use', command: 'test -f file && echo "A=$A"; false | true' },
      { name: 'skipped', command: 'echo never' },
      { name: 'always', command: 'echo clean', when: 'always' },
    ]);
    expect(job.status).toBe('failed');
    expect(job.steps).toEqual([
      { name: 'export', exitCode: 0, output: '' },
      { name: 'use', exitCode: 1, output: 'A=1 2\n' },
      { name: 'always', exitCode: 0, output: 'clean\n' },
    ]);
  });

  test('a cancel kills the step and nothing runs after it', async () => {
    const job = await runCircleCiJob([
      { name: 'work', command: 'echo started; sleep 60', killAt: 'started' },
      { name: 'always', command: 'echo clean', when: 'always' },
    ]);
    expect(job).toMatchObject({ status: 'canceled', steps: [{ name: 'work', exitCode: null }] });
  });
});

describe('CodeBuild', () => {
  const run = (phases: string) =>
    runBuildspec(
      `version: 0.2\nenv:\n  variables: { A: 1 }\n  exported-variables: [A, B]\nphases:\n${phases}`,
    );

  test('one shell serves all commands, and exported variables are read at the end', async () => {
    const build = await run(`  install: { commands: ["mkdir d && cd d"] }
  build:
    commands:
      - export B="$(basename "$PWD") it's"
      - export A=2; exit 0
      - test "$B" = "d it's"`);
    expect(build).toMatchObject({
      status: 'SUCCEEDED',
      phases: [
        { phase: 'INSTALL', status: 'SUCCEEDED' },
        { phase: 'BUILD', status: 'SUCCEEDED' },
      ],
      exported: { A: '2', B: "d it's" },
    });
  });

  test('post_build runs after a failed build and can see that it failed', async () => {
    const build =
      await run(`  build: { commands: ["false", "echo not-reached"], finally: ["echo finally-reached"] }
  post_build: { commands: ["echo succeeding=$CODEBUILD_BUILD_SUCCEEDING"] }`);
    expect(build.status).toBe('FAILED');
    expect(build.output.split('\n').filter((line) => !line.startsWith('[Container]'))).toEqual([
      'finally-reached',
      'succeeding=0',
      '',
    ]);
  });

  test('on-failure: ABORT keeps post_build from running', async () => {
    const build = await run(`  build: { on-failure: ABORT, commands: ["false"] }
  post_build: { commands: ["echo post"] }`);
    expect(build.phases).toEqual([{ phase: 'BUILD', status: 'FAILED' }]);
  });
});
