import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readOutput } from '../runner/github/commands.ts';
import { createMasker } from '../runner/github/masker.ts';
import { checkPublished } from '../runner/published-record.ts';
import { onlyRoot, testUnless } from '../runner/requirements.ts';

const landfall = (argv: readonly string[], env: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../../packages/app/src/bin.ts'), ...argv],
    { env: { PATH: process.env.PATH ?? '', NODE_NO_WARNINGS: '1', ...env }, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
};

describe('landfall', () => {
  test('--version is the package’s', () => {
    expect(landfall(['--version'])).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' });
  });

  test.each([
    [
      ['explain', '--help'],
      'Usage: landfall explain <code>\n\nExplains an error code: its meaning, remedy and exit code.\n',
    ],
    [
      ['clean-up', '--help'],
      'Usage: landfall clean-up [operation]…\n\nRuns end-of-job clean-up (such as logging out) on hosts without a post step.\n\nWithout an operation, it cleans up after all of them. It is safe to repeat.\n',
    ],
    [
      ['help', 'iam-policy'],
      'Usage: landfall iam-policy [operation] [--account <id>] [--region <name>] [--<name> <values>]… [--without-optional] [--trust <platform>]\n\nPrints the IAM policy an operation needs, the trust policy of its role, or a template of both.\n\nIt takes the inputs of the operation, and names of resources: --service web,api --role ecsTaskExecutionRole --log-group /ecs/web. Each is a name, an ARN or the URI of an image; separate several with commas; * and ? are wildcards. A named resource narrows the policy; anything not named becomes *. `landfall iam-policy <operation> --help` lists the names.\n\nSecret values are readable only for named secrets (--secret); --without-optional omits every permission the operation can do without.\n\n--trust github|circleci|codebuild prints who may assume the role: --trust-repository owner/name with --trust-environments or --trust-branches (and --trust-repository-ids for the immutable form of the subject), --trust-organization with --trust-projects, or --trust-projects with --account and --region. With --format cloudformation it prints a template of the role and its OpenID Connect provider, with the permissions of the operation if one is named.\n',
    ],
  ])('%j shows the help of that command', (argv, stdout) => {
    expect(landfall(argv)).toEqual({ status: 0, stdout, stderr: '' });
  });

  test('with --output json a refusal is one document on standard output, too, at every stage', () => {
    const summary =
      '"deploy" is not a command of Landfall (did you mean "deploy-service"?); see landfall --help';
    const { status, stdout, stderr } = landfall(['deploy', '--service', 'web', '--output', 'json']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: `${summary}\n` });
    const record = JSON.parse(stdout);
    checkPublished(record);
    expect(record).toMatchObject({
      operation: 'deploy',
      ok: false,
      exitCode: 2,
      outputs: {},
      error: { code: 'INPUT_INVALID', summary },
    });
  });

  test('a result that the disk has no room for is red, and standard error says so', () => {
    const folder = mkdtempSync(join(tmpdir(), 'landfall-full-'));
    const file = join(folder, 'web.json');
    const containerDefinitions = [{ name: 'app', image: 'web:1', memory: 128 }];
    writeFileSync(file, JSON.stringify({ family: 'web', containerDefinitions }));
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        join(import.meta.dirname, '../../packages/app/src/bin.ts'),
        ...['render-task-definition', '--task-definition', file, '--image', 'web:2', '--output', 'json'],
      ],
      {
        cwd: folder,
        env: { PATH: process.env.PATH ?? '', NODE_NO_WARNINGS: '1' },
        encoding: 'utf8',
        stdio: ['ignore', full, 'pipe'],
      },
    );
    closeSync(full);
    expect(stderr).toContain(
      'DISK_FULL: the result could not be written to standard output: ENOSPC: no space left on device, write\n→ Free some space and run the step again.\n',
    );
    expect(status).toBe(1);
  });

  test('help <operation> is <operation> --help', () => {
    const asked = landfall(['help', 'scale-service']);
    expect(asked).toEqual(landfall(['scale-service', '--help']));
    expect(asked.stdout).toContain('Usage: landfall scale-service [--input value]…');
  });

  test('the first part of a name finds the operation', () => {
    expect(landfall(['deploy']).stderr).toBe(
      '"deploy" is not a command of Landfall (did you mean "deploy-service"?); see landfall --help\n',
    );
  });

  test('a word that is not a command is refused with the nearest', () => {
    expect(landfall(['deploy-servce'])).toEqual({
      status: 2,
      stdout: '',
      stderr:
        '"deploy-servce" is not a command of Landfall (did you mean "deploy-service"?); see landfall --help\n',
    });
    expect(landfall(['constructor']).status).toBe(2);
    expect(landfall(['iam-policy', 'ecr-logn']).stderr).toContain('did you mean "ecr-login"?');
  });

  test('a word of the command line that is a command to the runner becomes none', () => {
    const word = 'x##[set-output name=image;]evil';
    expect(landfall([word]).stderr).toBe(
      '"x# #[set-output name=image;]evil" is not a command of Landfall; see landfall --help\n',
    );
    const { stdout } = landfall(['ecr-login', '--registries', word, '--output', 'json']);
    expect(readOutput(stdout, createMasker()).commands).toEqual([]);
    expect(JSON.parse(stdout).error.summary).toContain(word);
  });

  test.each([
    ['/proc', 'this file system does not allow it (ENOENT)'],
    ['/nowhere', 'it does not exist'],
    ['/etc/passwd', 'it is not a directory'],
  ])('with TMPDIR=%s it says at once that nothing can be made there', (TMPDIR, reason) => {
    expect(landfall(['ecr-login'], { TMPDIR })).toEqual({
      status: 1,
      stdout: '',
      stderr: `TEMPORARY_FOLDER_UNUSABLE: cannot create a directory in ${TMPDIR}, the directory for temporary files: ${reason}\n→ Set TMPDIR to a directory that exists and is writable by this user.\n`,
    });
  });

  testUnless(onlyRoot)('with TMPDIR on a read-only file system it says so', () => {
    const TMPDIR = mkdtempSync(join(tmpdir(), 'landfall-read-only-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=64k', 'tmpfs', TMPDIR]);
    try {
      expect(landfall(['ecr-login'], { TMPDIR }).stderr).toContain(': its file system is read-only\n');
    } finally {
      execFileSync('umount', [TMPDIR]);
    }
  });

  test('explain says what a code means, what to do, and its exit code', () => {
    expect(landfall(['explain', 'rolled-back'])).toEqual({
      status: 0,
      stdout: `ROLLED_BACK
  ECS rolled back this run's deployment; the previous version is live.
  → Fix the cause shown, then redeploy.
  exit code 1: the operation ran, but did not achieve the requested result
`,
      stderr: '',
    });
    expect(landfall(['explain', 'ROLED_BACK'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('did you mean "ROLLED_BACK"?'),
    });
  });

  test('--output json prints one document on stdout and the log on stderr, with all problems of the input', () => {
    const { status, stdout, stderr } = landfall(['ecr-login', '--registris', 'x', '--output', 'json']);
    expect(status).toBe(2);
    const result = JSON.parse(stdout);
    checkPublished(result);
    expect(result).toMatchObject({
      operation: 'ecr-login',
      ok: false,
      exitCode: 2,
      error: { code: 'INPUT_INVALID' },
    });
    expect(JSON.stringify(result.error)).toContain(
      'registris is not an input of this operation (did you mean \\"registries\\"?)',
    );
    expect(stderr).toContain('INPUT_INVALID');
  });

  test('an operation’s --help names its flags and touches nothing', () => {
    const { status, stdout } = landfall(['ecr-login', '--region', 'x', '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: landfall ecr-login [--input value]…');
  });
});
