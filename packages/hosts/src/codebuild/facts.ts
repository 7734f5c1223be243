import type { CommitFacts } from '@landfall/core/world/host';
import { repositoryOf } from '../git/facts.ts';
import { present } from '../git/present.ts';
import type { Environment } from '../surroundings.ts';

const commitId = /^[0-9a-f]{40}$/;

/**
 * CODEBUILD_RESOLVED_SOURCE_VERSION is the commit, except for a source in S3, where it is a version of an object.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
 */
export function codeBuildCommit(env: Environment): CommitFacts {
  const [resolved, asked] = [env.CODEBUILD_RESOLVED_SOURCE_VERSION ?? '', env.CODEBUILD_SOURCE_VERSION ?? ''];
  const ref = [env.CODEBUILD_WEBHOOK_HEAD_REF, asked]
    .map((one) => /^refs\/(heads|tags)\/(.+)$/.exec(one ?? ''))
    .find((one) => one !== null);
  const trigger = /^(branch|tag|pr)\/(.+)$/.exec(env.CODEBUILD_WEBHOOK_TRIGGER ?? '');
  const pull = (trigger?.[1] === 'pr' ? trigger[2] : undefined) ?? /^pr\/(\d+)$/.exec(asked)?.[1];
  const named = (kind: 'branch' | 'tag', heads: 'heads' | 'tags') =>
    trigger?.[1] === kind ? trigger[2] : ref?.[1] === heads ? ref[2] : undefined;
  // The webhooks of some providers tell no number.
  const isPull = pull !== undefined || isPullRequest(env.CODEBUILD_WEBHOOK_EVENT);
  return present({
    sha: [resolved, asked].find((one) => commitId.test(one)),
    // The author of a pull request chooses its branch name, and nothing shows whether it comes from a fork.
    branch: isPull ? undefined : named('branch', 'heads'),
    tag: named('tag', 'tags'),
    pullRequest: pull && /^\d{1,9}$/.test(pull) ? Number(pull) : undefined,
    // Of a push it is a branch too, but of nothing that this one would be merged into.
    baseBranch: !isPull ? undefined : env.CODEBUILD_WEBHOOK_BASE_REF?.replace(/^refs\/heads\//, ''),
    ...repositoryOf(env.CODEBUILD_SOURCE_REPO_URL ?? ''),
  });
}

/**
 * `PUSH`, `PULL_REQUEST_UPDATED`, `RELEASED` → GitHub's words. Nothing tells that EventBridge started a build on a
 * schedule (an initiator may be any rule), so its target sets LANDFALL_EVENT.
 */
export function codeBuildEvent(env: Environment): string | undefined {
  if (env.LANDFALL_EVENT) return env.LANDFALL_EVENT;
  const event = env.CODEBUILD_WEBHOOK_EVENT;
  return isPullRequest(event) ? 'pull_request' : event?.toLowerCase();
}

const isPullRequest = (webhookEvent = '') => webhookEvent.startsWith('PULL_REQUEST');

const consoles: Record<string, string> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The build's page, from its ARN: `arn:aws:codebuild:<region>:<account>:build/<project>:<uuid>`. */
export function consoleUrl(env: Environment): string | undefined {
  const found = /^arn:([a-z-]+):codebuild:([a-z0-9-]+):(\d{12}):build\/([^:]+):([^:]+)$/.exec(
    env.CODEBUILD_BUILD_ARN ?? '',
  );
  if (!found) return undefined;
  const [, partition, region, account, project, build] = found;
  const domain = consoles[partition!] ?? 'console.aws.amazon.com';
  return `https://${region}.${domain}/codesuite/codebuild/${account}/projects/${project}/build/${encodeURIComponent(`${project}:${build}`)}`;
}
