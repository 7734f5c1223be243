import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { builtAction } from '../runner/built-actions.ts';
import { startJob } from '../runner/github-runner.ts';

const sha = '0123456789abcdef0123456789abcdef01234567';

test('the built action image-metadata gives a later build what docker/metadata-action gives it', async () => {
  const job = startJob({
    env: {
      GITHUB_SHA: sha,
      GITHUB_EVENT_NAME: 'push',
      GITHUB_REF_TYPE: 'tag',
      GITHUB_REF_NAME: 'v1.2.3',
    },
    event: {
      base_ref: 'refs/heads/main',
      head_commit: { id: sha, timestamp: '2030-04-06T19:08:09+02:00', message: 'Fix it' },
      repository: { default_branch: 'main', description: 'The site', license: { spdx_id: 'MIT' } },
    },
  });
  const step = await job.uses(builtAction('image-metadata'), {
    with: {
      images: 'ghcr.io/acme/web',
      tags: "type=sha\ntype=semver,pattern={{version}}\ntype=raw,value={{base_ref}}-{{commit_date 'YYYYMMDD'}}",
      'sep-tags': ',',
      'github-token': 'not-used',
    },
  });
  expect(step.conclusion).toBe('success');
  const tags = ['1.2.3', 'main-20300406', 'sha-0123456', 'latest'].map((tag) => `ghcr.io/acme/web:${tag}`);
  expect(step.outputs).toMatchObject({ version: '1.2.3', tags: tags.join() });
  expect(step.outputs.labels?.split('\n')).toEqual([
    'org.opencontainers.image.created=2030-04-06T17:08:09Z',
    'org.opencontainers.image.description=The site',
    'org.opencontainers.image.licenses=MIT',
    `org.opencontainers.image.revision=${sha}`,
    'org.opencontainers.image.source=https://github.com/acme/web',
    'org.opencontainers.image.title=web',
    'org.opencontainers.image.url=https://github.com/acme/web',
    'org.opencontainers.image.version=1.2.3',
  ]);
  const bake = JSON.parse(readFileSync(step.outputs['bake-file'] ?? '', 'utf8'));
  expect(bake.target['docker-metadata-action'].tags).toEqual(tags);
}, 300_000);
