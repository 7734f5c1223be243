import { readFileSync } from 'node:fs';
import type { CommitFacts } from '@landfall/core/world/host';
import { gitFacts } from '../git/facts.ts';
import { present } from '../git/present.ts';
import type { Environment } from '../surroundings.ts';

/** The fields of GitHub's event payloads that are read here; any of them may be absent. */
interface Payload {
  readonly pull_request?: {
    readonly number?: number;
    readonly head?: { readonly sha?: string; readonly ref?: string };
  };
  readonly head_commit?: {
    readonly id?: string;
    readonly message?: string;
    readonly author?: { readonly name?: string };
  } | null;
}

/**
 * For a pull request GITHUB_SHA is a merge commit that nobody wrote and that vanishes: the head is what was
 * reviewed. https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export async function gitHubCommit(env: Environment, workspace: string): Promise<CommitFacts> {
  const payload = readPayload(env.GITHUB_EVENT_PATH);
  const head = payload.pull_request?.head;
  const checkedOut = env.GITHUB_SHA;
  const sha = head?.sha ?? checkedOut;
  const pushed = payload.head_commit?.id === sha ? payload.head_commit : undefined;
  const known = present({
    sha,
    checkedOutSha: checkedOut !== sha ? checkedOut : undefined,
    branch: head?.ref ?? (env.GITHUB_REF_TYPE === 'branch' ? env.GITHUB_REF_NAME : undefined),
    tag: env.GITHUB_REF_TYPE === 'tag' ? env.GITHUB_REF_NAME : undefined,
    pullRequest: payload.pull_request?.number,
    repository: env.GITHUB_REPOSITORY,
    sourceUrl:
      env.GITHUB_SERVER_URL && env.GITHUB_REPOSITORY
        ? `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}`
        : undefined,
    message: pushed?.message,
    author: pushed?.author?.name,
  });
  return known.sha && known.message ? known : { ...(await gitFacts(workspace, env, known.sha)), ...known };
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
