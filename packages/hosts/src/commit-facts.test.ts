import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { repositoryOf } from './git/facts.ts';
import { onHost } from './testing/on-host.ts';

const head = 'a'.repeat(40);
const merge = 'b'.repeat(40);

const event = (payload: unknown) => {
  const path = join(mkdtempSync(join(tmpdir(), 'landfall-event-')), 'event.json');
  writeFileSync(path, typeof payload === 'string' ? payload : JSON.stringify(payload));
  return path;
};

const committedAt = '2030-04-06T19:08:09+02:00';
const gitIn =
  (folder: string) =>
  (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, GIT_COMMITTER_DATE: committedAt },
    });

const commitOn = async (name: Parameters<typeof onHost>[0], env: Record<string, string>) =>
  (await onHost(name, { env })).host.commit();

describe('github', () => {
  test('a pull request is its head commit; the merge commit is only what was checked out', async () => {
    const GITHUB_EVENT_PATH = event({
      pull_request: { number: 7, head: { sha: head, ref: 'fix/it' }, base: { ref: 'release' } },
      repository: { default_branch: 'main' },
    });
    const GITHUB_SHA = merge;
    const facts = await commitOn('github', {
      GITHUB_EVENT_PATH,
      GITHUB_SHA,
      GITHUB_REF_TYPE: 'branch',
      GITHUB_REF_NAME: '7/merge',
    });
    expect(facts).toEqual({
      sha: head,
      checkedOutSha: merge,
      branch: 'fix/it',
      baseBranch: 'release',
      defaultBranch: 'main',
      pullRequest: 7,
      repository: 'acme/web',
      sourceUrl: 'https://github.com/acme/web',
    });
  });

  test('a pull request of which only the merge commit was fetched has the time of that', async () => {
    const { host } = await onHost('github', {
      env: {
        PATH: process.env.PATH!,
        HOME: '/nonexistent',
        GITHUB_EVENT_PATH: event({ pull_request: { number: 7, head: { sha: head, ref: 'fix/it' } } }),
        GITHUB_SHA: 'HEAD',
      },
    });
    gitIn(host.workspace)('init', '-q');
    gitIn(host.workspace)('commit', '-q', '--allow-empty', '-m', 'Merge it');
    expect(await host.commit()).toMatchObject({ sha: head, committedAt });
  });

  test('a merge queue has the branch that it merges into', async () => {
    const facts = await commitOn('github', {
      GITHUB_EVENT_PATH: event({
        merge_group: {
          base_ref: 'refs/heads/main',
          head_commit: { id: merge, message: 'Merge it', timestamp: committedAt },
        },
      }),
      GITHUB_SHA: merge,
    });
    expect(facts).toMatchObject({ sha: merge, baseBranch: 'main', message: 'Merge it', committedAt });
  });

  test('a schedule, whose event says nothing of the repository, runs on the default branch', async () => {
    const facts = await commitOn('github', {
      GITHUB_EVENT_PATH: event({ schedule: '0 3 * * *' }),
      GITHUB_EVENT_NAME: 'schedule',
      GITHUB_SHA: head,
      GITHUB_REF_TYPE: 'branch',
      GITHUB_REF_NAME: 'main',
    });
    expect(facts).toMatchObject({ branch: 'main', defaultBranch: 'main' });
  });

  test('a push has its message, author and time, and a tag is no branch', async () => {
    const GITHUB_EVENT_PATH = event({
      head_commit: { id: head, message: 'Mend it', timestamp: committedAt, author: { name: 'Ada' } },
      repository: { default_branch: 'main' },
    });
    const facts = await commitOn('github', {
      GITHUB_EVENT_PATH,
      GITHUB_SHA: head,
      GITHUB_REF_TYPE: 'tag',
      GITHUB_REF_NAME: 'v1.2.0',
    });
    expect(facts).toEqual({
      sha: head,
      tag: 'v1.2.0',
      message: 'Mend it',
      author: 'Ada',
      committedAt,
      defaultBranch: 'main',
      repository: 'acme/web',
      sourceUrl: 'https://github.com/acme/web',
    });
  });

  test.each(['', '{"pull_request":', 'null', '[]'])(
    'an event of %j leaves what the variables say',
    async (payload) => {
      const facts = await commitOn('github', { GITHUB_EVENT_PATH: event(payload), GITHUB_SHA: head });
      expect(facts.sha).toBe(head);
    },
  );
});

test.each(['circleci', 'codebuild'] as const)(
  '%s: what no variable tells, the clone does: the time of the commit and the default branch',
  async (name) => {
    const env: Record<string, string> = { PATH: process.env.PATH!, HOME: '/nonexistent' };
    const { host } = await onHost(name, { env });
    const git = gitIn(host.workspace);
    git('init', '-q', '-b', 'main');
    git('commit', '-q', '--allow-empty', '-m', 'Mend it');
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
    expect(await host.commit()).toMatchObject({ committedAt, defaultBranch: 'main', author: 'Ada' });
  },
);

test('circleci: commit, branch, pull request and repository', async () => {
  expect(
    await commitOn('circleci', {
      CIRCLE_SHA1: head,
      CIRCLE_BRANCH: 'main',
      CIRCLE_PULL_REQUEST: 'https://github.com/acme/web/pull/7',
      CIRCLE_REPOSITORY_URL: 'git@github.com:acme/web.git',
    }),
  ).toEqual({
    sha: head,
    branch: 'main',
    pullRequest: 7,
    repository: 'acme/web',
    sourceUrl: 'https://github.com/acme/web',
  });
});

describe('codebuild', () => {
  test('a webhook build knows its commit and branch', async () => {
    expect(
      await commitOn('codebuild', {
        CODEBUILD_RESOLVED_SOURCE_VERSION: head,
        CODEBUILD_WEBHOOK_HEAD_REF: 'refs/heads/main',
        CODEBUILD_WEBHOOK_TRIGGER: 'branch/main',
        CODEBUILD_SOURCE_REPO_URL: 'https://github.com/acme/web.git',
      }),
    ).toEqual({
      sha: head,
      branch: 'main',
      repository: 'acme/web',
      sourceUrl: 'https://github.com/acme/web',
    });
  });

  test('a pull request is known by its number, its branch and the branch it would be merged into', async () => {
    expect(
      await commitOn('codebuild', {
        CODEBUILD_RESOLVED_SOURCE_VERSION: head,
        CODEBUILD_SOURCE_VERSION: 'pr/7',
        CODEBUILD_WEBHOOK_HEAD_REF: 'refs/heads/topic',
        CODEBUILD_WEBHOOK_BASE_REF: 'refs/heads/main',
      }),
    ).toEqual({ sha: head, pullRequest: 7, branch: 'topic', baseBranch: 'main' });
  });

  test('a build that was started by hand has the tag that it was asked for', async () => {
    expect(
      await commitOn('codebuild', {
        CODEBUILD_RESOLVED_SOURCE_VERSION: head,
        CODEBUILD_SOURCE_VERSION: 'refs/tags/v1.2.0',
      }),
    ).toEqual({ sha: head, tag: 'v1.2.0' });
  });

  test('the version of an S3 object is no commit', async () => {
    expect(
      await commitOn('codebuild', {
        CODEBUILD_RESOLVED_SOURCE_VERSION: 'Cf0qJ2M1uQx',
        CODEBUILD_SOURCE_VERSION: 'arn:aws:s3:::bucket/source.zip',
      }),
    ).toEqual({});
  });
});

test('terminal: the checkout itself says what is known', async () => {
  const { host } = await onHost('terminal', { env: { PATH: process.env.PATH, HOME: '/nonexistent' } });
  expect(await host.commit()).toEqual({});
  const git = gitIn(host.workspace);
  git('init', '-q', '-b', 'main');
  git('commit', '-q', '--allow-empty', '-m', 'Mend it\n\n::set-output name=a::b');
  git('remote', 'add', 'origin', 'https://user:token@github.com/acme/web.git');
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
  expect(await host.commit()).toEqual({
    sha: git('rev-parse', 'HEAD').trim(),
    branch: 'main',
    defaultBranch: 'trunk',
    committedAt,
    author: 'Ada',
    message: 'Mend it\n\n::set-output name=a::b',
    repository: 'acme/web',
    sourceUrl: 'https://github.com/acme/web',
  });
});

test.each([
  ['git@github.com:acme/web.git', 'acme/web', 'https://github.com/acme/web'],
  [
    'https://user:token@gitlab.example/group/sub/web',
    'group/sub/web',
    'https://gitlab.example/group/sub/web',
  ],
  ['ssh://git@git.example:2222/acme/web.git', 'acme/web', 'https://git.example/acme/web'],
  ['/srv/git/web.git', undefined, undefined],
  ['https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/web', undefined, undefined],
])('the remote %s is the repository %s', (remote, repository, sourceUrl) => {
  expect(repositoryOf(remote)).toEqual(repository ? { repository, sourceUrl } : {});
});
