import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { nameImage } from '@landfall/core/image/tags/name-image';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { onHost } from '@landfall/hosts/testing/on-host';

const head = 'b'.repeat(40);
const base = 'c'.repeat(40);
const payload = {
  pull_request: {
    number: 7,
    head: { sha: head, ref: 'main', repo: { full_name: 'stranger/web' } },
    base: { ref: 'main', repo: { full_name: 'acme/web' } },
  },
  repository: { default_branch: 'main' },
};
const gitHub = {
  GITHUB_SHA: base,
  GITHUB_REF_TYPE: 'branch',
  GITHUB_HEAD_REF: 'main',
  GITHUB_BASE_REF: 'main',
};
const codeBuild = {
  CODEBUILD_RESOLVED_SOURCE_VERSION: head,
  CODEBUILD_SOURCE_VERSION: 'pr/7',
  CODEBUILD_WEBHOOK_HEAD_REF: 'refs/heads/main',
  CODEBUILD_WEBHOOK_BASE_REF: 'refs/heads/main',
};

test.each([
  ['github', { ...gitHub, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF_NAME: '7/merge' }],
  ['github', { ...gitHub, GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_REF_NAME: 'main' }],
  ['github', { ...gitHub, GITHUB_EVENT_NAME: 'pull_request_review', GITHUB_REF_NAME: '7/merge' }],
  ['codebuild', { ...codeBuild, CODEBUILD_WEBHOOK_EVENT: 'PULL_REQUEST_CREATED' }],
  ['codebuild', { ...codeBuild, CODEBUILD_WEBHOOK_EVENT: 'PULL_REQUEST_MERGED' }],
  ['circleci', { CIRCLE_SHA1: head, CIRCLE_BRANCH: 'pull/7', CIRCLE_PR_NUMBER: '7' }],
] as const)(
  "%s: a fork's pull request from a branch called main names no tag of its own choice: %j",
  async (name, env) => {
    const { host, folder, again } = await onHost(name, {});
    const event = join(folder, 'event.json');
    writeFileSync(event, JSON.stringify(payload));
    const session = await again({ ...env, GITHUB_EVENT_PATH: event });
    expect(host.name).toBe(name);
    const rules = ['{{branch}}', 'stage-<branch>', '{{ref}}', 'edge,branch=main', 'ref,event=branch', 'ref'];
    const tags = [...rules, 'raw,value=latest,enable={{is_default_branch}}'];
    const { targets } = await nameImage(
      { repository: 'ghcr.io/o/app', tags },
      { ...fakeWorld(), host: session },
    );
    expect(targets.map(({ tag }) => tag)).toEqual(['pr-7']);
  },
);
