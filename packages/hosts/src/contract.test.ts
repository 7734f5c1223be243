import { chmodSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isLandfallError } from '@landfall/core/errors/landfall-error';
import { pageOf } from '@landfall/report/summary/page';
import type { PageBlock } from '@landfall/report/summary/page-block';
import { hostNames } from './detect-host.ts';
import { onHost } from './testing/on-host.ts';

const hardValues = {
  quotes: `it's "quoted" \`back\` \\ end\\`,
  'a substitution': '$(touch pwned) ${HOME} $HOME `id`',
  'lines of both kinds': 'one\ntwo\r\nthree',
  'a line break at its end': 'value\n',
  nothing: '',
  'a forged pair': 'x\nevil=1\nlandfall_0<<EOF',
  'a shell that ends': "'; exit 7 #",
  'what is not ASCII': 'déjà 🚀 \u2028 \u00a0',
  '100 KiB': 'x'.repeat(100 * 1024),
};

describe.each(hostNames)('%s', (name) => {
  test('inputs come by their kebab-case names, and an empty one is not given', async () => {
    const { host } = await onHost(name, { inputs: { cluster: 'prod', 'wait-timeout': '5m' } });
    expect(Object.fromEntries(host.inputs())).toEqual({ cluster: 'prod', 'wait-timeout': '5m' });
    expect(host.name).toBe(name);
  });

  test.each(Object.entries(hardValues))(
    'H03 H06: an output with %s arrives byte for byte',
    async (_, value) => {
      const { host, output } = await onHost(name);
      await host.setOutput('before', 'first');
      await host.setOutput('hard-value', value);
      await host.setOutput('after', 'last');
      expect(output('hard-value')).toBe(value);
      expect([output('before'), output('after')]).toEqual(['first', 'last']);
    },
  );

  test('an operation that starts clears the outputs that an earlier run of it left, and no others', async () => {
    const { host, output } = await onHost(name);
    await host.setOutput('image', 'web@sha256:1');
    await host.setOutput('verdict', 'SUCCEEDED');
    await host.clearOutputs(['image', 'digest']);
    // On GitHub each step has outputs of its own.
    expect(output('image')).toBe(name === 'github' ? 'web@sha256:1' : undefined);
    expect(output('verdict')).toBe('SUCCEEDED');
    await host.setOutput('image', 'web@sha256:2');
    expect(output('image')).toBe('web@sha256:2');
  });

  test('a variable for later steps arrives under its own name', async () => {
    const { host, variable } = await onHost(name);
    await host.exportVariable('DOCKER_CONFIG', "/tmp/it's here");
    expect(variable('DOCKER_CONFIG')).toBe("/tmp/it's here");
  });

  test('a variable of the job is read by its name', async () => {
    const { host } = await onHost(name, { env: { TAG: 'v1', EMPTY: '' } });
    expect(['TAG', 'EMPTY', 'GONE'].map((one) => host.environment(one))).toEqual(['v1', '', undefined]);
  });

  test('H03: an output of 2 MiB is OUTPUT_TOO_LARGE and leaves the others as they are', async () => {
    const { host, output } = await onHost(name);
    await host.setOutput('small', 'kept');
    const failure = await host.setOutput('large', 'x'.repeat(2 * 1024 * 1024)).catch((thrown) => thrown);
    expect(isLandfallError(failure, 'OUTPUT_TOO_LARGE')).toBe(true);
    expect(output('small')).toBe('kept');
  });

  test.each(['a\nevil=1\nx', 'a=b', 'a<<b', '', 'a b', "a';id;'"])(
    'H02: the name %j is refused for outputs, variables and state',
    async (bad) => {
      const { host } = await onHost(name);
      await expect(host.setOutput(bad, 'v')).rejects.toThrow(TypeError);
      await expect(host.exportVariable(bad, 'v')).rejects.toThrow(TypeError);
    },
  );

  test('a masked value is in no line, fold, annotation or summary', async () => {
    const { host, log, summary } = await onHost(name);
    host.mask('s3cret-pa$$word');
    const before = log().length;
    host.log.info('login with s3cret-pa$$word');
    host.log.output(`base64 ${btoa('s3cret-pa$$word')}`);
    host.log.progress('login', 'trying s3cret-pa$$word');
    await host.log.group('s3cret-pa$$word', async () => host.log.error('s3cret\u200b-pa$$word'));
    host.annotate({ level: 'error', title: 's3cret-pa$$word', message: 'bad s3cret-pa$$word' });
    await host.summary(pageOf([{ kind: 'table', head: ['s3cret-pa$$word'], rows: [['a|s3cret-pa$$word']] }]));
    host.close();
    expect(log().slice(before) + summary().slice(name === 'github' ? 0 : before)).not.toContain('s3cret');
    expect(log()).toContain('login with ***');
  });

  test('H04: short lines of a secret are not masked, the long ones are, and a warning says so without them', async () => {
    const { host, log } = await onHost(name);
    host.mask('');
    expect(log()).toBe('');
    host.mask('true');
    host.mask('ab\nlong-enough-part\n\ncd');
    host.log.info('it is true that ab and cd are here, long-enough-part is not');
    const lines = log()
      .split('\n')
      .filter((line) => !line.startsWith('::add-mask::'));
    expect(lines.join('\n')).toContain('it is true that ab and cd are here, *** is not');
    expect(lines.join('\n')).toContain(
      'a secret has a line shorter than 8 characters, not masked because masking them would blank the log',
    );
    expect(lines.join('\n')).toContain('a secret has 2 lines shorter than 8 characters');
    if (name === 'github') expect(log()).toContain('::add-mask::long-enough-part\n');
    expect(log()).not.toMatch(/::add-mask::(?:true|ab|cd)?$/m);
  });

  test('a fold closes when its body fails, and the failure propagates', async () => {
    const { host, log } = await onHost(name);
    await expect(
      host.log.group('Build', async () => {
        host.log.info('inside');
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
    host.log.info('outside');
    expect(plain(log())).toBe(
      name === 'github' ? '::group::Build\ninside\n::endgroup::\noutside\n' : 'Build\n  inside\noutside\n',
    );
  });

  test('an annotation names its place; where none can be pinned it is a line, said once', async () => {
    const { host, log } = await onHost(name);
    const place = { file: 'Dockerfile', line: 3, column: 5 };
    host.log.error('ROLLED_BACK: web was rolled back');
    host.annotate({
      level: 'error',
      title: 'ROLLED_BACK',
      message: 'web was rolled back\nMend it: now, please',
    });
    host.annotate({ level: 'warning', title: 'Rule: JSON', message: 'use the JSON form', ...place });
    expect(plain(log()).split('\n').slice(1)).toEqual(
      name === 'github'
        ? [
            '::error title=ROLLED_BACK::web was rolled back%0AMend it: now, please',
            '::warning title=Rule%3A JSON,file=Dockerfile,line=3,col=5::use the JSON form',
            '',
          ]
        : ['warning: Dockerfile:3:5: Rule: JSON: use the JSON form', ''],
    );
  });

  test('progress is one line per change', async () => {
    const { host, log } = await onHost(name);
    for (const text of ['1 of 2', '1 of 2', '2 of 2']) host.log.progress('web', text);
    host.close();
    expect(plain(log())).toBe('1 of 2\n2 of 2\n');
  });

  test('what does not change is reported again every minute', async () => {
    const { host, log, clock } = await onHost(name);
    host.log.progress('web', 'web: 1 of 2 running');
    for (let seconds = 30; seconds <= 150; seconds += 30) {
      await clock.advance(30_000);
      host.log.progress('web', 'web: 1 of 2 running');
      host.tick();
    }
    expect(plain(log()).split('\n')).toEqual([
      'web: 1 of 2 running',
      'web: 1 of 2 running  [1:00]',
      'web: 1 of 2 running  [2:00]',
      '',
    ]);
  });

  test('a wait says what it is for and until when, every minute', async () => {
    const { host, log, clock } = await onHost(name);
    const bake = { what: 'the bake time of 30m to end', since: 0, until: 1_800_000, deadline: 4_200_000 };
    host.log.progress('web', 'web  2/2 running', bake);
    await clock.advance(60_000);
    host.tick();
    host.log.progress('web', 'web  2/2 running', {
      what: '1 old task to stop',
      since: 0,
      deadline: 4_200_000,
    });
    await clock.advance(60_000);
    host.tick();
    expect(plain(log()).split('\n')).toEqual([
      'web  2/2 running  [0:00]',
      'web: waiting for the bake time of 30m to end, about 00:30:00Z; giving up at 01:10:00Z  [1:00]',
      'web: waiting for 1 old task to stop; giving up at 01:10:00Z  [2:00]',
      '',
    ]);
  });

  test('the summary shows every kind of block, and cannot be broken by what is in it', async () => {
    const { host, summary } = await onHost(name);
    await host.summary(pageOf(everyBlock));
    const shown = summary();
    for (const part of ['Deployed', 'web', 'first item', 'SUCCEEDED', 'exit 1', 'more'])
      expect(shown).toContain(part);
    if (name === 'github') {
      expect(shown).toContain(
        '| a&#124;b&lt;img src=x onerror=1&gt;<br>c | &#96;x&#96; &#42;&#42;bold&#42;&#42; |\n',
      );
      expect(shown).toContain('````text\n```\nescape\n```\nexit 1\n````\n');
      expect(shown).toContain('```mermaid\npie\n```\n');
      expect(shown).not.toMatch(/<(?!br>|\/?details>|\/?summary>|https:)/);
    }
  });

  test('LANDFALL_SUMMARY gets the summary as Markdown on every host', async () => {
    const file = join((await onHost(name)).folder, 'asked-for.md');
    const { host } = await onHost(name, { env: { LANDFALL_SUMMARY: file } });
    await host.summary(pageOf([{ kind: 'heading', text: 'Deployed <web>' }]));
    expect(readFileSync(file, 'utf8')).toBe('### Deployed &lt;web&gt;\n\n');
  });

  test('a summary that cannot be written is a warning', async () => {
    const { host, log } = await onHost(name, { env: { LANDFALL_SUMMARY: '/' } });
    await host.summary(pageOf([{ kind: 'paragraph', text: 'x' }]));
    expect(plain(log())).toContain('warning: the summary could not be written to / (EISDIR)\n');
  });

  test('state that is saved is there for the clean-up after the job', async () => {
    const { host, later } = await onHost(name);
    await host.saveState('config-folder', "/tmp/it's\nhere");
    await host.saveState('registries', '[]');
    const after = await later();
    expect(after.readState('config-folder')).toBe("/tmp/it's\nhere");
    expect(after.readState('registries')).toBe('[]');
    expect(after.readState('constructor')).toBeUndefined();
  });

  test('a cancel aborts', async () => {
    const { host, cancel } = await onHost(name);
    expect(host.cancellation.aborted).toBe(false);
    cancel();
    expect(host.cancellation.aborted).toBe(true);
  });

  test('the temporary folder is private, or the runner’s own', async () => {
    const { host, folder } = await onHost(name);
    if (name === 'github') expect(host.temporaryFolder).toBe(join(folder, 'temporary'));
    else expect(statSync(host.temporaryFolder).mode & 0o777).toBe(0o700);
    expect(host.workspace).toBe(join(folder, 'workspace'));
  });

  test('a run has an id and a URL where it can be viewed', async () => {
    const { host } = await onHost(name);
    expect(host.run).toEqual(
      {
        github: {
          id: '4711',
          attempt: 2,
          number: '12',
          origin: '4711',
          job: 'deploy',
          step: '__landfall-ci_landfall_2',
          url: 'https://github.com/acme/web/actions/runs/4711',
          event: 'push',
        },
        circleci: {
          id: 'b3a1',
          attempt: 1,
          origin: '5f0e',
          number: '12',
          job: 'deploy',
          url: 'https://circleci.com/gh/acme/web/12',
        },
        codebuild: {
          id: 'web:4c1d',
          attempt: 1,
          number: '12',
          job: 'web',
          url: 'https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/012345678901/projects/web/build/web%3A4c1d',
        },
        terminal: { id: expect.stringMatching(/^[0-9a-f-]{36}$/), attempt: 1 },
      }[name],
    );
  });
});

test.each([
  ['github', 'GITHUB_EVENT_NAME', 'schedule', 'schedule'],
  ['circleci', 'LANDFALL_EVENT', 'scheduled_pipeline', 'schedule'],
  ['circleci', 'LANDFALL_EVENT', 'webhook', 'push'],
  ['circleci', 'LANDFALL_EVENT', 'api', 'api'],
  ['codebuild', 'CODEBUILD_WEBHOOK_EVENT', 'PUSH', 'push'],
  ['codebuild', 'CODEBUILD_WEBHOOK_EVENT', 'PULL_REQUEST_REOPENED', 'pull_request'],
  ['codebuild', 'LANDFALL_EVENT', 'schedule', 'schedule'],
  ['terminal', 'LANDFALL_EVENT', 'schedule', 'schedule'],
] as const)('on %s a run with %s=%s was started by: %s', async (name, variable, value, event) => {
  const { host } = await onHost(name, { env: { [variable]: value } });
  expect(host.run.event).toBe(event);
});

describe('H01: an output that cannot be passed on is HOST_OUTPUT_FAILED and names the file', () => {
  const cases = [
    ['github', 'GITHUB_OUTPUT', undefined, 'GITHUB_OUTPUT is not set'],
    [
      'github',
      'GITHUB_OUTPUT',
      '/nowhere/output',
      'GITHUB_OUTPUT (/nowhere/output) cannot be written (ENOENT)',
    ],
    ['github', 'GITHUB_OUTPUT', '/tmp', 'GITHUB_OUTPUT (/tmp) cannot be written (EISDIR)'],
    ['circleci', 'BASH_ENV', undefined, 'BASH_ENV is not set'],
    ['circleci', 'BASH_ENV', '/tmp', '/tmp could not be written (EISDIR)'],
    ['codebuild', 'LANDFALL_ENV_FILE', '/nowhere/x.env', '/nowhere/x.env could not be written (ENOENT)'],
  ] as const;
  test.each(cases)('%s with %s=%s', async (name, variable, value, message) => {
    const { host } = await onHost(name, { env: { [variable]: value } });
    const failure = await host.setOutput('digest', 'sha256:1').catch((thrown) => thrown);
    expect(isLandfallError(failure, 'HOST_OUTPUT_FAILED')).toBe(true);
    expect(failure.summary).toContain(message);
  });
});

test('L17: an output that GitHub will not hand to other jobs, because it holds a masked value, is warned of', async () => {
  const { host, output, log } = await onHost('github');
  host.mask('012345678901');
  await host.setOutput('registry', '012345678901.dkr.ecr.eu-west-1.amazonaws.com');
  await host.setOutput('digest', 'sha256:1');
  expect(output('registry')).toBe('012345678901.dkr.ecr.eu-west-1.amazonaws.com');
  const warnings = log()
    .split('\n')
    .filter((line) => line.includes('masked value'));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('the output registry contains a masked value');
});

test('an output that is a secret as a whole is one on purpose: no warning', async () => {
  const { host, output, log } = await onHost('github');
  host.mask('s3cret-pa$$word');
  await host.setOutput('password', 's3cret-pa$$word');
  expect(output('password')).toBe('s3cret-pa$$word');
  expect(log()).not.toContain('masked value');
});

test('what is masked for one step is in no line of it, and the runner is not asked to mask it', async () => {
  const { host, log } = await onHost('github');
  host.mask('s3cret-pa$$word', 'step');
  host.log.info('it is s3cret-pa$$word');
  expect(log()).toContain('it is ***');
  expect(log()).not.toContain('add-mask');
});

test('a variable file that ends without a line break does not swallow the next export', async () => {
  const { host, folder, output } = await onHost('circleci');
  writeFileSync(join(folder, 'bash_env'), 'export OTHER=1');
  await host.setOutput('digest', 'sha256:1');
  expect(output('digest')).toBe('sha256:1');
});

test.each([
  ['github', 'GITHUB_OUTPUT'],
  ['circleci', 'BASH_ENV'],
] as const)('on %s an output that the disk has no room for is DISK_FULL', async (name, variable) => {
  const { host } = await onHost(name, { env: { [variable]: '/dev/full' } });
  const failure = await host.setOutput('digest', 'sha256:1').catch((thrown) => thrown);
  expect(isLandfallError(failure, 'DISK_FULL')).toBe(true);
  expect(failure.summary).toMatch(/^no space left to write \/dev\/full \(\d+ bytes free\)$/);
});

describe('the file that carries outputs from command to command', () => {
  const cases = [
    ['codebuild', 'CODEBUILD_BUILD_ID', 'workspace/landfall.env'],
    ['terminal', 'LANDFALL_RUN_ID', 'terminal.env'],
  ] as const;
  test.each(cases)('on %s is emptied by the first operation of another build', async (name, id, file) => {
    const { host, folder, again } = await onHost(name, { env: { [id]: 'web:1' } });
    await host.setOutput('image', 'web@sha256:1');
    const path = join(folder, file);
    expect(readFileSync(path, 'utf8')).toMatch(/^# Outputs of Landfall in build web:1\n/);
    await again({ [id]: 'web:1' });
    expect(readFileSync(path, 'utf8')).toContain('sha256:1');
    await again({ [id]: 'web:2\ntouch pwned' });
    expect(readFileSync(path, 'utf8')).toBe('# Outputs of Landfall in build web:2_touch_pwned\n');
  });

  test('is only added to when someone else began it, or when nothing tells one build from another', async () => {
    const { host, folder, again } = await onHost('terminal');
    const path = join(folder, 'terminal.env');
    await host.setOutput('image', 'web@sha256:1');
    await again({});
    expect(readFileSync(path, 'utf8')).toContain('sha256:1');
    writeFileSync(path, 'export OTHER=1\n');
    await again({ LANDFALL_RUN_ID: '7' });
    expect(readFileSync(path, 'utf8')).toBe('export OTHER=1\n');
  });
});

test.each<[string, (file: string) => void, string]>([
  ['cut short', (file) => writeFileSync(file, '{"registries":"['), 'is truncated or cannot be read'],
  ['a list', (file) => writeFileSync(file, '["registries"]'), 'has an unexpected format'],
  ['world-writable', (file) => chmodSync(file, 0o666), 'is writable by other users'],
  [
    'a link to elsewhere',
    (file) => {
      renameSync(file, `${file}.moved`);
      symlinkSync(`${file}.moved`, file);
    },
    'is not a regular file',
  ],
])('M07: a state file that is %s says nothing, and why is known', async (_, spoil, problem) => {
  const { host, later } = await onHost('circleci');
  await host.saveState('registries', '["a"]');
  const { problemOfState, stateFiles } = await import('./state/run-state.ts');
  const file = stateFiles(host.temporaryFolder, 'test')[0]!;
  expect(problemOfState(file)).toBeUndefined();
  spoil(file);
  expect(problemOfState(file)).toBe(problem);
  expect((await later()).readState('registries')).toBeUndefined();
});

const everyBlock: readonly PageBlock[] = [
  { kind: 'heading', text: 'Deployed' },
  { kind: 'paragraph', text: '# web is live\nat https://example.com/a_b_c?x=1&y=2' },
  { kind: 'list', items: ['first item', '- second'] },
  {
    kind: 'table',
    head: ['service', 'verdict'],
    rows: [
      ['web', 'SUCCEEDED'],
      ['a|b<img src=x onerror=1>\nc', '`x` **bold**'],
    ],
  },
  { kind: 'code', language: 'text', text: '```\nescape\n```\nexit 1' },
  { kind: 'picture', mermaid: 'pie', text: '====' },
  { kind: 'details', title: 'more', blocks: [{ kind: 'paragraph', text: 'inside' }] },
];

/** Without the colours, so that one expectation serves every host. */
const plain = (text: string) => text.replace(/\u001b\[\d*m/g, '');

test('terminal: without a file for variables the line that sets one is printed, as a shell can run it', async () => {
  const { host, log } = await onHost('terminal', { env: { LANDFALL_ENV_FILE: undefined } });
  await host.exportVariable('DOCKER_CONFIG', "/tmp/it's here");
  expect(log()).toBe("to use it in this shell: export DOCKER_CONFIG='/tmp/it'\\''s here'\n");
});
