import { readFileSync } from 'node:fs';
import type { CommitFacts } from '@landfall/core/world/host';
import { checkoutOf, gitFacts, headOf, ownRepository } from '../git/facts.ts';
import { present } from '../git/present.ts';
import type { Environment } from '../surroundings.ts';

interface PushedCommit {
  readonly id?: string;
  readonly message?: string;
  readonly timestamp?: string;
}

/** The fields of GitHub's event payloads that are read here; any of them may be absent. */
interface Payload {
  readonly pull_request?: {
    readonly number?: number;
    readonly head?: { readonly sha?: string };
    readonly base?: { readonly ref?: string };
  };
  readonly merge_group?: { readonly base_ref?: string; readonly head_commit?: PushedCommit };
  /** Of a push: the branch that a new tag was made on. */
  readonly base_ref?: string | null;
  readonly commits?: readonly PushedCommit[];
  readonly head_commit?: PushedCommit | null;
  readonly repository?: {
    readonly default_branch?: string;
    readonly description?: string | null;
    readonly license?: { readonly spdx_id?: string | null } | null;
  };
}

/**
 * These run on the base branch and with its credentials, regardless of who caused them, and may have checked out
 * what that user wrote: without a checkout that tells, nothing does.
 */
const forOthers = ['pull_request_target', 'workflow_run', 'issue_comment'];

/**
 * The commit that a folder holds; without a folder, or a checkout, the one that actions/checkout would fetch.
 * A pull request's merge commit, which CI generates and which vanishes, stands for the head that it merges.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export async function gitHubCommit(
  env: Environment,
  workspace: string,
  folder: string | undefined,
): Promise<CommitFacts> {
  const payload = readPayload(env.GITHUB_EVENT_PATH);
  const { pull_request: pull, merge_group: group } = payload;
  const event = env.GITHUB_EVENT_NAME ?? '';
  const checkout = folder === undefined ? workspace : checkoutOf(workspace, folder);
  const held = folder === undefined ? undefined : await headOf(checkout, env);
  const unknown = folder !== undefined && held === undefined && forOthers.includes(event);
  const checkedOut = held?.sha ?? (unknown ? undefined : env.GITHUB_SHA);
  const head = pull?.head?.sha;
  const mergesHead =
    head !== undefined && (held ? held.parents.includes(head) : event !== 'pull_request_target');
  const sha = mergesHead ? head : checkedOut;
  const pushed = [payload.head_commit, group?.head_commit, ...(payload.commits ?? [])].find(
    (one) => one?.id === sha,
  );
  const tag = env.GITHUB_REF_TYPE === 'tag' ? env.GITHUB_REF_NAME : undefined;
  const branch = pull ? undefined : await branchOf(env, checkout, checkedOut);
  const known = present({
    sha,
    checkedOutSha: checkedOut !== sha ? checkedOut : undefined,
    branch,
    tag,
    pullRequest: pull?.number,
    repository: env.GITHUB_REPOSITORY,
    sourceUrl:
      env.GITHUB_SERVER_URL && env.GITHUB_REPOSITORY
        ? `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}`
        : undefined,
    message: pushed?.message,
    committedAt: pushed?.timestamp,
    baseBranch:
      pull?.base?.ref ??
      (group?.base_ref ?? (tag === undefined ? undefined : payload.base_ref))?.replace(/^refs\/heads\//, ''),
    // A schedule's payload holds the schedule alone; it always runs on the default branch.
    defaultBranch: payload.repository?.default_branch ?? (event === 'schedule' ? branch : undefined),
    description: payload.repository?.description ?? undefined,
    license: payload.repository?.license?.spdx_id ?? undefined,
  });
  const below = checkout !== workspace;
  if (!known.sha || (known.message && known.committedAt && !below)) return known;
  const git = await gitFacts(checkout, env, known.sha);
  const facts = { ...git, ...known, ...ownRepository(git, below) };
  if (facts.committedAt !== undefined || known.checkedOutSha === undefined) return facts;
  // A shallow checkout of a pull request has the merge commit only.
  const { committedAt } = await gitFacts(checkout, env, known.checkedOutSha);
  return { ...facts, ...present({ committedAt }) };
}

/**
 * The branch that a checkout holds; none of a pull request, because its author chooses the branch name.
 * Where another commit was checked out than the one that the run is of, only a checkout of that branch of
 * this repository is on it.
 */
async function branchOf(
  env: Environment,
  checkout: string,
  checkedOut: string | undefined,
): Promise<string | undefined> {
  const name = env.GITHUB_REF_NAME;
  if (env.GITHUB_REF_TYPE !== 'branch' || checkedOut === undefined) return undefined;
  if (checkedOut === env.GITHUB_SHA) return name;
  const { branch, repository } = await gitFacts(checkout, env);
  return branch === name && repository === env.GITHUB_REPOSITORY ? name : undefined;
}

function readPayload(path: string | undefined): Payload {
  if (!path) return {};
  try {
    const payload: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof payload === 'object' && payload !== null ? payload : {};
  } catch {
    // Without the event the variables still say which commit it is.
    return {};
  }
}
