import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { CommitFacts } from '@landfall/core/world/host';
import type { Environment } from '../surroundings.ts';
import { present } from './present.ts';

const isCheckout = (workspace: string) => existsSync(join(workspace, '.git'));

/**
 * The checkout that a folder of the workspace is in: one that a job put into the workspace, or the workspace.
 * A submodule, whose `.git` is a file, belongs to what is around it.
 */
export function checkoutOf(workspace: string, folder: string): string {
  try {
    const top = `${realpathSync(workspace)}${sep}`;
    for (let at = realpathSync(resolve(workspace, folder)); at.startsWith(top); at = dirname(at))
      if (statSync(join(at, '.git'), { throwIfNoEntry: false })?.isDirectory()) return at;
  } catch {
    // What does not exist, or may not be read, is in no checkout of its own.
  }
  return workspace;
}

/**
 * The host's facts of a commit, with those of the checkout: of the commit that a folder holds, where one is given. The
 * branch stays the host's word.
 */
export async function heldCommit(
  workspace: string,
  env: Environment,
  told: CommitFacts,
  folder: string | undefined,
): Promise<CommitFacts> {
  if (folder === undefined) return { ...(await gitFacts(workspace, env, told.sha)), ...told };
  const checkout = checkoutOf(workspace, folder);
  const { branch: _, ...held } = await gitFacts(checkout, env);
  return { ...held, ...told, ...present({ sha: held.sha }), ...ownRepository(held, checkout !== workspace) };
}

/** What was checked out below the workspace may be another repository than the run's. */
export const ownRepository = ({ repository, sourceUrl }: CommitFacts, below: boolean) =>
  below && repository !== undefined ? present({ repository, sourceUrl }) : {};

/**
 * The facts of the work tree that a folder is in, at its top or below. For a person's terminal alone: above
 * the workspace of a CI job there may be a repository that has nothing to do with it.
 */
export async function workTreeCommit(
  workspace: string,
  env: Environment,
  folder = '.',
): Promise<CommitFacts> {
  const top = checkoutAbove(checkoutOf(workspace, folder));
  if (top === undefined) return {};
  const [facts, changes] = await Promise.all([
    gitFacts(top, env),
    git(top, env, ['-c', 'core.fsmonitor=false', 'status', '--porcelain', '-z']),
  ]);
  const changed = (changes ?? '').split('\0').filter((line) => /^.. /.test(line)).length;
  return facts.sha === undefined || changed === 0 ? facts : { ...facts, changedFiles: changed };
}

function checkoutAbove(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (isCheckout(at)) return at;
    if (at === dirname(at)) return undefined;
  }
}

export interface Head {
  readonly sha: string;
  /** The commits it was made from, whether or not those were fetched. */
  readonly parents: readonly string[];
}

/** The commit that a checkout holds; undefined where there is no checkout, or git refuses to read it. */
export async function headOf(workspace: string, env: Environment): Promise<Head | undefined> {
  if (!isCheckout(workspace)) return undefined;
  const [sha, raw] = await Promise.all([
    git(workspace, env, ['rev-parse', '--verify', 'HEAD^{commit}']),
    // A shallow clone hides the parents from everything but the object itself.
    git(workspace, env, ['cat-file', 'commit', 'HEAD']),
  ]);
  if (sha === undefined || raw === undefined) return undefined;
  const [header = ''] = raw.split('\n\n', 1);
  return { sha: sha.trim(), parents: [...header.matchAll(/^parent (\S+)$/gm)].map(([, one]) => one!) };
}

/**
 * What the checkout itself says of a commit, where a host says less. Empty without a `.git` (a CodePipeline
 * source is a plain archive), without git, or when the commit was not fetched.
 */
export async function gitFacts(workspace: string, env: Environment, sha = 'HEAD'): Promise<CommitFacts> {
  if (!isCheckout(workspace) || !/^(?:HEAD|[0-9a-f]{40,64})$/.test(sha)) return {};
  const shown = await git(workspace, env, ['show', '--no-patch', '--format=%H%x00%cI%x00%B', sha]);
  if (shown === undefined) return {};
  const [commit, committedAt, message] = shown.split('\0');
  const [branch, origin, remoteHead] = await Promise.all([
    sha === 'HEAD' ? git(workspace, env, ['symbolic-ref', '--short', '-q', 'HEAD']) : undefined,
    git(workspace, env, ['config', '--get', 'remote.origin.url']),
    // `git clone` notes it; a fetch into an empty repository, as actions/checkout makes it, does not.
    git(workspace, env, ['symbolic-ref', '--short', '-q', 'refs/remotes/origin/HEAD']),
  ]);
  return present({
    sha: commit,
    committedAt,
    message: message?.trim(),
    branch: branch?.trim(),
    defaultBranch: remoteHead?.trim().replace(/^origin\//, ''),
    ...repositoryOf(origin?.trim() ?? ''),
  });
}

/**
 * `git@github.com:owner/name.git`, `https://user:token@host/owner/name` → name and address, without credentials.
 * A CodeCommit remote names no owner and no page that a person could read.
 */
export function repositoryOf(remote: string): Pick<CommitFacts, 'repository' | 'sourceUrl'> {
  const plain = remote.replace(/\/$/, '').replace(/\.git$/, '');
  const found =
    /^(?:https?|ssh):\/\/(?:[^@/]*@)?([\w.-]+)(?::\d+)?\/([\w.-]+(?:\/[\w.-]+)+)$/.exec(plain) ??
    /^[\w.-]+@([\w.-]+):([\w.-]+(?:\/[\w.-]+)+)$/.exec(plain);
  const [, host = '', repository = ''] = found ?? [];
  if (host === '' || host.startsWith('git-codecommit.')) return {};
  return { repository, sourceUrl: `https://${host}/${repository}` };
}

/** A reading command of git that ends within a moment: what `@actions/exec` serves well. */
async function git(workspace: string, env: Environment, args: string[]): Promise<string | undefined> {
  const { getExecOutput } = await import('@actions/exec');
  const only = (name: string) => (env[name] === undefined ? {} : { [name]: env[name] });
  try {
    const { exitCode, stdout } = await getExecOutput('git', ['-C', workspace, ...args], {
      silent: true,
      ignoreReturnCode: true,
      // No prompt, no configuration of the repository's own that could run a program.
      env: { ...only('PATH'), ...only('HOME'), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C.UTF-8' },
    });
    return exitCode === 0 ? stdout : undefined;
  } catch {
    // git is not installed, or refuses the folder: the facts stay absent.
    return undefined;
  }
}
