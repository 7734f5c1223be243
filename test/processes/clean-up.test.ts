import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runCircleCiJob } from '../runner/circleci-runner.ts';

const run = (file: string) =>
  `'${process.execPath}' --disable-warning=ExperimentalWarning '${join(import.meta.dirname, file)}'`;
const landfall = run('../../packages/app/src/bin.ts');
const login = run('programs/keeping.ts');

test('H07: landfall clean-up removes every login of the job, also that of a killed one, and may be repeated', async () => {
  const job = await runCircleCiJob([
    { name: 'log in', command: login },
    {
      name: 'log in again and be killed',
      command: `STAY=true ${login} >log & while [ ! -s log ]; do sleep 0.05; done; cat log; kill -9 $!; wait || true`,
    },
    { name: 'clean up', command: `${landfall} clean-up ecr-login && ${landfall} clean-up`, when: 'always' },
  ]);
  expect(job.steps.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  const folders = job.steps.slice(0, 2).map(({ output }) => /\S+landfall-docker-config-\w+/.exec(output)![0]);
  expect(new Set(folders).size).toBe(2);
  for (const folder of folders) expect(existsSync(folder)).toBe(false);
  expect(job.steps[2]?.output.trim().split('\n').sort()).toEqual(
    folders
      .map((folder) => `removed the login to 012345678901.dkr.ecr.eu-west-1.amazonaws.com (${folder})`)
      .sort(),
  );
});

test('M07: a state file that others can write is ignored with a note, and nothing is removed for it', async () => {
  const job = await runCircleCiJob([
    { name: 'log in', command: login },
    { name: 'somebody meddles', command: 'chmod 666 "$TMPDIR"/landfall-*/landfall-state/*.json' },
    { name: 'clean up', command: `${landfall} clean-up ecr-login`, when: 'always' },
  ]);
  expect(job.steps.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  expect(job.steps[2]?.output).toMatch(
    /ecr-login: the state file \S+ is writable by other users, so it is ignored/,
  );
});
