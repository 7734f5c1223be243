import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** The events of a fork's pull request whose branch has the name of the one it would be merged into. */
const forked = {
  pull_request: {
    number: 7,
    head: { sha: head, ref: 'main', repo: { full_name: 'stranger/web' } },
    base: { ref: 'main', repo: { full_name: 'acme/web' } },
  },
  repository: { default_branch: 'main' },
};

describe('github', () => {
  test('a pull request is its head commit, on no branch; the merge commit is only what was checked out', async () => {
    const facts = await commitOn('github', {
      GITHUB_EVENT_PATH: event(forked),
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_HEAD_REF: 'main',
      GITHUB_SHA: merge,
      GITHUB_REF_TYPE: 'branch',
      GITHUB_REF_NAME: '7/merge',
    });
    expect(facts).toEqual({
      sha: head,
      checkedOutSha: merge,
      baseBranch: 'main',
      defaultBranch: 'main',
      pullRequest: 7,
      repository: 'acme/web',
      sourceUrl: 'https://github.com/acme/web',
    });
  });

  /** A checkout of the base branch, the head of a pull request and their merge; HEAD is on the one named. */
  const checkout = async (
    held: 'base' | 'head' | 'merge',
    env: (sha: Record<'base' | 'head' | 'merge', string>) => Record<string, string>,
  ) => {
    const { host, again } = await onHost('github', {
      env: { PATH: process.env.PATH!, HOME: '/nonexistent' },
    });
    const git = gitIn(host.workspace);
    git('init', '-q', '-b', 'main');
    git('remote', 'add', 'origin', 'https://github.com/acme/web');
    git('commit', '-q', '--allow-empty', '-m', 'Base');
    git('switch', '-q', '-c', 'topic');
    git('commit', '-q', '--allow-empty', '-m', 'Head');
    git('switch', '-q', '--detach', 'main');
    git('merge', '-q', '--no-ff', '-m', 'Merge it', 'topic');
    const of = (name: string) => git('rev-parse', name).trim();
    const sha = { base: of('main'), head: of('topic'), merge: of('HEAD') };
    git('checkout', '-q', sha[held]);
    // What actions/checkout leaves behind: the commit alone.
    const session = await again(env(sha));
    return { sha, git, host, session, commit: () => session.commit('.') };
  };
  const target = (sha: Record<'base' | 'head', string>) => ({
    GITHUB_EVENT_PATH: event({
      pull_request: { ...forked.pull_request, head: { sha: sha.head, ref: 'main' } },
    }),
    GITHUB_EVENT_NAME: 'pull_request_target',
    GITHUB_SHA: sha.base,
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REF_NAME: 'main',
  });

  test.each([
    ['the base, which it checks out by default,', 'base', 'base'],
    ['the head, where a workflow checks that out,', 'head', 'head'],
    ['the head, where a workflow checks out its merge,', 'merge', 'head'],
  ] as const)('pull_request_target is the commit of %s and on no branch', async (_, held, is) => {
    const { sha, commit } = await checkout(held, target);
    const facts = await commit();
    expect([facts.sha, facts.checkedOutSha, facts.branch, facts.pullRequest]).toEqual([
      sha[is],
      held === is ? undefined : sha[held],
      undefined,
      7,
    ]);
  });

  test.each(['pull_request_target', 'workflow_run', 'issue_comment'])(
    '%s without a checkout: a builder would fetch the base, and of what the workspace holds nothing is known',
    async (GITHUB_EVENT_NAME) => {
      const pull = GITHUB_EVENT_NAME === 'pull_request_target';
      const env = {
        ...target({ base: merge, head }),
        ...(!pull && { GITHUB_EVENT_PATH: event({}) }),
        GITHUB_EVENT_NAME,
      };
      const { host } = await onHost('github', { env });
      const fetched = await host.commit();
      expect([fetched.sha, fetched.branch]).toEqual([merge, pull ? undefined : 'main']);
      const held = await host.commit('.');
      expect([held.sha, held.checkedOutSha, held.branch]).toEqual([undefined, undefined, undefined]);
    },
  );

  test('a folder that is in a checkout of its own has the commit of that, and its repository', async () => {
    const { sha, host, session } = await checkout('base', target);
    const below = join(host.workspace, 'pull');
    execFileSync('git', ['clone', '-q', '--branch', 'topic', host.workspace, below]);
    gitIn(below)('remote', 'set-url', 'origin', 'https://github.com/stranger/web');
    mkdirSync(join(below, 'app'));
    expect(await session.commit('pull/app')).toMatchObject({
      sha: sha.head,
      repository: 'stranger/web',
      sourceUrl: 'https://github.com/stranger/web',
    });
    // What leads to it by a link, and what a submodule holds, whose `.git` is a file.
    symlinkSync(join(below, 'app'), join(host.workspace, 'link'));
    expect((await session.commit('link')).sha).toBe(sha.head);
    mkdirSync(join(host.workspace, 'module'));
    writeFileSync(join(host.workspace, 'module', '.git'), 'gitdir: ../pull/.git\n');
    for (const folder of ['.', 'module', 'none', '..'])
      expect(await session.commit(folder)).toMatchObject({ sha: sha.base, repository: 'acme/web' });
  });

  test('a pull request that was merged as one commit is that commit', async () => {
    const { sha, commit } = await checkout('base', ({ base, head: last }) => ({
      ...target({ base, head: last }),
      GITHUB_EVENT_NAME: 'pull_request',
    }));
    expect((await commit()).sha).toBe(sha.base);
  });

  test('a pull request of which only the merge commit was fetched has the time of that', async () => {
    const { host, env, again } = await onHost('github', {
      env: { PATH: process.env.PATH!, HOME: '/nonexistent' },
    });
    const git = gitIn(host.workspace);
    git('init', '-q', '-b', 'main');
    git('commit', '-q', '--allow-empty', '-m', 'Base');
    const base = git('rev-parse', 'HEAD').trim();
    const tree = git('rev-parse', 'HEAD^{tree}').trim();
    const raw = `tree ${tree}\nparent ${base}\nparent ${head}\nauthor Ada <a@b.example> 1 +0000\ncommitter Ada <a@b.example> 1901725689 +0200\n\nMerge it\n`;
    const made = execFileSync('git', ['-C', host.workspace, 'hash-object', '-t', 'commit', '-w', '--stdin'], {
      input: raw,
      env,
      encoding: 'utf8',
    }).trim();
    writeFileSync(join(host.workspace, '.git', 'shallow'), `${made}\n`);
    git('checkout', '-q', made);
    const session = await again({ GITHUB_EVENT_PATH: event(forked), GITHUB_SHA: made });
    expect(await session.commit('.')).toMatchObject({ sha: head, checkedOutSha: made, committedAt });
  });

  test('a workflow_run that checks out the commit of a pull request is not of the branch that it runs on', async () => {
    const { sha, git, commit } = await checkout('head', ({ base }) => ({
      GITHUB_EVENT_PATH: event({
        workflow_run: { head_branch: 'main' },
        repository: { default_branch: 'main' },
      }),
      GITHUB_EVENT_NAME: 'workflow_run',
      GITHUB_SHA: base,
      GITHUB_REF_TYPE: 'branch',
      GITHUB_REF_NAME: 'main',
    }));
    const detached = await commit();
    expect([detached.sha, detached.branch]).toEqual([sha.head, undefined]);
    // A job that commits to its branch before it builds is on that branch still.
    git('switch', '-q', 'main');
    git('commit', '-q', '--allow-empty', '-m', 'Release');
    expect(await commit()).toMatchObject({ sha: git('rev-parse', 'HEAD').trim(), branch: 'main' });
    git('remote', 'set-url', 'origin', 'https://github.com/stranger/web');
    expect((await commit()).branch).toBeUndefined();
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

  test('a push has its message and time, and a tag is no branch', async () => {
    const GITHUB_EVENT_PATH = event({
      head_commit: { id: head, message: 'Fix it', timestamp: committedAt },
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
      message: 'Fix it',
      committedAt,
      defaultBranch: 'main',
      repository: 'acme/web',
      sourceUrl: 'https://github.com/acme/web',
    });
  });

  test('a tag has the branch that it was made on, and the time of its commit is among those pushed', async () => {
    const facts = await commitOn('github', {
      GITHUB_EVENT_PATH: event({
        base_ref: 'refs/heads/main',
        head_commit: null,
        commits: [
          { id: merge, timestamp: '2000-01-01T00:00:00Z' },
          { id: head, timestamp: committedAt },
        ],
        repository: { description: 'The site', license: { spdx_id: 'MIT' } },
      }),
      GITHUB_SHA: head,
      GITHUB_REF_TYPE: 'tag',
      GITHUB_REF_NAME: 'v1.2.0',
    });
    expect(facts).toMatchObject({
      tag: 'v1.2.0',
      baseBranch: 'main',
      committedAt,
      description: 'The site',
      license: 'MIT',
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
    git('commit', '-q', '--allow-empty', '-m', 'Fix it');
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
    expect(await host.commit()).toMatchObject({ committedAt, defaultBranch: 'main' });
  },
);

test.each(['circleci', 'codebuild'] as const)(
  '%s: the commit is the one that the workspace holds, whichever the variables name',
  async (name) => {
    const env: Record<string, string> = {
      PATH: process.env.PATH!,
      HOME: '/nonexistent',
      CIRCLE_SHA1: head,
      CIRCLE_BRANCH: 'main',
      CODEBUILD_RESOLVED_SOURCE_VERSION: head,
      CODEBUILD_WEBHOOK_TRIGGER: 'branch/main',
    };
    const { host } = await onHost(name, { env });
    const git = gitIn(host.workspace);
    git('init', '-q', '-b', 'local');
    git('commit', '-q', '--allow-empty', '-m', 'Fix it');
    expect(await host.commit('.')).toMatchObject({ sha: git('rev-parse', 'HEAD').trim(), branch: 'main' });
  },
);

test('circleci: a pull request of a fork is on no branch', async () => {
  const facts = await commitOn('circleci', {
    CIRCLE_SHA1: head,
    CIRCLE_BRANCH: 'pull/7',
    CIRCLE_PR_NUMBER: '7',
  });
  expect(facts).toEqual({ sha: head, pullRequest: 7 });
});

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

  test.each([
    ['its webhook', { CODEBUILD_WEBHOOK_TRIGGER: 'pr/7' }, { pullRequest: 7 }],
    ['its source', { CODEBUILD_SOURCE_VERSION: 'pr/7' }, { pullRequest: 7 }],
    ['its event alone', { CODEBUILD_WEBHOOK_EVENT: 'PULL_REQUEST_CREATED' }, {}],
  ])('a pull request that is known by %s is on no branch', async (_, env, known) => {
    expect(
      await commitOn('codebuild', {
        CODEBUILD_RESOLVED_SOURCE_VERSION: head,
        CODEBUILD_WEBHOOK_HEAD_REF: 'refs/heads/main',
        CODEBUILD_WEBHOOK_BASE_REF: 'refs/heads/main',
        ...env,
      }),
    ).toEqual({ sha: head, baseBranch: 'main', ...known });
  });

  test('a build that was started manually has the tag that was requested', async () => {
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
  git('commit', '-q', '--allow-empty', '-m', 'Fix it\n\n::set-output name=a::b');
  git('remote', 'add', 'origin', 'https://user:token@github.com/acme/web.git');
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
  expect(await host.commit()).toEqual({
    sha: git('rev-parse', 'HEAD').trim(),
    branch: 'main',
    defaultBranch: 'trunk',
    committedAt,
    message: 'Fix it\n\n::set-output name=a::b',
    repository: 'acme/web',
    sourceUrl: 'https://github.com/acme/web',
  });
});

test('terminal: a folder of a work tree has its commit, and how many files differ from it', async () => {
  const { host, again } = await onHost('terminal', { env: { PATH: process.env.PATH, HOME: '/nonexistent' } });
  const git = gitIn(host.workspace);
  git('init', '-q', '-b', 'main');
  writeFileSync(join(host.workspace, '.gitignore'), 'made\n');
  writeFileSync(join(host.workspace, 'a'), '1');
  git('add', '.');
  git('commit', '-q', '-m', 'Fix it');
  const sha = git('rev-parse', 'HEAD').trim();
  const below = join(host.workspace, 'apps', 'web');
  mkdirSync(below, { recursive: true });
  const here = await again({}, below);
  expect(await here.commit()).toMatchObject({ sha, branch: 'main' });
  writeFileSync(join(host.workspace, 'made'), 'ignored');
  expect((await here.commit()).changedFiles).toBeUndefined();
  writeFileSync(join(host.workspace, 'a'), '2');
  writeFileSync(join(below, 'new file'), '');
  expect(await here.commit()).toMatchObject({ sha, changedFiles: 2 });
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
