import { readFileSync } from 'node:fs';
import type { CommitFacts } from '@landfall/core/world/host';
import { gitFacts } from '../git/facts.ts';
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
    readonly head?: { readonly sha?: string; readonly ref?: string };
    readonly base?: { readonly ref?: string };
  };
  readonly merge_group?: { readonly base_ref?: string; readonly head_commit?: PushedCommit };
  readonly head_commit?: PushedCommit | null;
  readonly repository?: { readonly default_branch?: string };
}

/**
 * For a pull request GITHUB_SHA is a merge commit that nobody wrote and that vanishes: the head is what was
 * reviewed. https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export async function gitHubCommit(env: Environment, workspace: string): Promise<CommitFacts> {
  const payload = readPayload(env.GITHUB_EVENT_PATH);
  const { pull_request: pull, merge_group: group } = payload;
  const checkedOut = env.GITHUB_SHA;
  const sha = pull?.head?.sha ?? checkedOut;
  const pushed = [payload.head_commit, group?.head_commit].find((one) => one?.id === sha);
  const branch = pull?.head?.ref ?? (env.GITHUB_REF_TYPE === 'branch' ? env.GITHUB_REF_NAME : undefined);
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
