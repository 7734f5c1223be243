import { readFileSync } from 'node:fs';
import type { CommitFacts } from '@landfall/core/world/host';
import { gitFacts, headOf } from '../git/facts.ts';
import { present } from '../git/present.ts';
import type { Environment } from '../surroundings.ts';

interface PushedCommit {
  readonly id?: string;
  readonly message?: string;
  readonly timestamp?: string;
  readonly author?: { readonly name?: string };
}

/** The fields of GitHub's event payloads that are read here; any of them may be absent. */
interface Payload {
  readonly pull_request?: {
    readonly number?: number;
    readonly head?: { readonly sha?: string };
    readonly base?: { readonly ref?: string };
  };
  readonly merge_group?: { readonly base_ref?: string; readonly head_commit?: PushedCommit };
  readonly head_commit?: PushedCommit | null;
  readonly repository?: { readonly default_branch?: string };
}

/**
 * The commit that the workspace holds, because that is what is built; without a checkout the one that actions/checkout
 * would fetch. A pull request's merge commit, which nobody wrote and which vanishes, stands for the head that it
 * merges. `pull_request_target`, `workflow_run` and `issue_comment` run on the base branch, whatever caused them.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export async function gitHubCommit(env: Environment, workspace: string): Promise<CommitFacts> {
  const payload = readPayload(env.GITHUB_EVENT_PATH);
  const { pull_request: pull, merge_group: group } = payload;
  const held = await headOf(workspace, env);
  const checkedOut = held?.sha ?? env.GITHUB_SHA;
  const head = pull?.head?.sha;
  const mergesHead = held
    ? head !== undefined && held.parents.includes(head)
    : env.GITHUB_EVENT_NAME !== 'pull_request_target';
  const sha = mergesHead ? (head ?? checkedOut) : checkedOut;
  const pushed = [payload.head_commit, group?.head_commit].find((one) => one?.id === sha);
  const branch = await branchOf(env, workspace, pull !== undefined, held?.sha);
  const known = present({
    sha,
    checkedOutSha: checkedOut !== sha ? checkedOut : undefined,
    branch,
    tag: env.GITHUB_REF_TYPE === 'tag' ? env.GITHUB_REF_NAME : undefined,
    pullRequest: pull?.number,
    repository: env.GITHUB_REPOSITORY,
    sourceUrl:
      env.GITHUB_SERVER_URL && env.GITHUB_REPOSITORY
        ? `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}`
        : undefined,
    message: pushed?.message,
    author: pushed?.author?.name,
    committedAt: pushed?.timestamp,
    baseBranch: pull?.base?.ref ?? group?.base_ref?.replace(/^refs\/heads\//, ''),
    // A schedule's payload holds the schedule alone; it always runs on the default branch.
    defaultBranch:
      payload.repository?.default_branch ?? (env.GITHUB_EVENT_NAME === 'schedule' ? branch : undefined),
  });
  if (known.sha && known.message && known.committedAt) return known;
  const facts = { ...(await gitFacts(workspace, env, known.sha)), ...known };
  if (facts.committedAt !== undefined || known.checkedOutSha === undefined) return facts;
  // A shallow checkout of a pull request has the merge commit only.
  const { committedAt } = await gitFacts(workspace, env, known.checkedOutSha);
  return { ...facts, ...present({ committedAt }) };
}

/**
 * The branch that the workspace holds. None of a pull request: whoever opens one names its branch. Where another
 * commit was checked out than the one that the run is of, only a checkout of that branch of this repository is.
 */
async function branchOf(
  env: Environment,
  workspace: string,
  isPull: boolean,
  held: string | undefined,
): Promise<string | undefined> {
  if (isPull || env.GITHUB_REF_TYPE !== 'branch') return undefined;
  const name = env.GITHUB_REF_NAME;
  if (held === undefined || held === env.GITHUB_SHA) return name;
  const { branch, repository } = await gitFacts(workspace, env);
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
