import type { Repository } from '@aws-sdk/client-ecr';
import { expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { LandfallError } from '../errors/landfall-error.ts';
import { fakeWorld } from '../testing/fake-world.ts';
import { ensureRepository } from './ensure-repository.ts';

const repository: Repository = {
  repositoryName: 'web',
  repositoryArn: 'arn:aws:ecr:eu-west-1:012345678901:repository/web',
  repositoryUri: '012345678901.dkr.ecr.eu-west-1.amazonaws.com/web',
  imageTagMutability: 'MUTABLE',
};

/** A repository of which reads show what `shows` makes of the last two states: the one before a write, and the one after. */
const ensure = async (
  inputs: Record<string, string>,
  shows: (before: Repository, after: Repository) => Repository,
) => {
  let before = repository;
  let after = repository;
  const world = fakeWorld({
    inputs: { repository: 'web', ...inputs },
    aws: {
      ecr: {
        describeRepositories: async () => ({ repositories: [shows(before, after)] }),
        listTagsForResource: async () => ({ tags: [] }),
        putImageTagMutability: async ({ imageTagMutability }) => {
          before = after;
          after = { ...after, imageTagMutability };
          return {};
        },
      },
    },
  });
  const result = await runReported(ensureRepository, world);
  const writes = world.requests.filter(({ operation }) => operation.startsWith('ecr:Put'));
  return { ...result, writes: writes.length, elapsed: world.clock.elapsed() };
};

test('a change that someone else undoes is an error that says what is not as wanted', async () => {
  const { error, outputs, writes, elapsed } = await ensure(
    { 'image-tag-mutability': 'IMMUTABLE' },
    (before) => before,
  );
  expect(error).toMatchObject({
    code: 'REPOSITORY_CONFLICT',
    summary: 'web was changed, but does not read back as requested; still to do: tags: MUTABLE → IMMUTABLE',
    remedy:
      'Something else is changing the repository at the same time: find out what, then run the step again.',
  });
  expect(outputs).toMatchObject({ changed: 'true', changes: '["tags: MUTABLE → IMMUTABLE"]' });
  expect(writes).toBe(1);
  expect(elapsed).toBe(30_000);
});

test('a change that reads show some seconds later is made once', async () => {
  let reads = 0;
  const { error, writes, elapsed } = await ensure(
    { 'image-tag-mutability': 'IMMUTABLE' },
    (before, after) => {
      reads += 1;
      return reads > 5 ? after : before;
    },
  );
  expect(error).toBeUndefined();
  expect(writes).toBe(1);
  expect(elapsed).toBe(6000);
});

test('a repository that is created and not shown yet is waited for', async () => {
  let reads = 0;
  const world = fakeWorld({
    inputs: { repository: 'web' },
    aws: {
      ecr: {
        describeRepositories: async () => {
          reads += 1;
          return reads > 3 ? { repositories: [repository] } : notFound();
        },
        listTagsForResource: async () => ({ tags: [] }),
        describeRepositoryCreationTemplates: async () => ({}),
        describePullThroughCacheRules: async () => ({}),
        createRepository: async () => ({ repository }),
      },
    },
  });
  const { error, outputs } = await runReported(ensureRepository, world);
  expect(error).toBeUndefined();
  expect(outputs).toMatchObject({ changed: 'true', changes: '["create web"]' });
});

const notFound = () => {
  throw new LandfallError('NOT_FOUND', { summary: '', facts: { code: 'RepositoryNotFoundException' } });
};

test('a repository that was created and shown may be missing in reads after that, of itself and of its parts', async () => {
  let made = false;
  let reads = 0;
  let policy: string | undefined;
  const late = [2, 3, 5, 8];
  const read = <T>(answer: T): T => {
    reads += 1;
    return !made || late.includes(reads) ? notFound() : answer;
  };
  const world = fakeWorld({
    inputs: { repository: 'web', 'keep-last': '5' },
    aws: {
      ecr: {
        describeRepositories: async () => read({ repositories: [repository] }),
        describeRepositoryCreationTemplates: async () => ({}),
        describePullThroughCacheRules: async () => ({}),
        createRepository: async () => {
          made = true;
          reads = 0;
          return { repository };
        },
        listTagsForResource: async () => ({ tags: [] }),
        getLifecyclePolicy: async () => read({ lifecyclePolicyText: policy }),
        putLifecyclePolicy: async ({ lifecyclePolicyText }) => {
          policy = lifecyclePolicyText;
          return { lifecyclePolicyText };
        },
      },
    },
  });
  const { error, outputs } = await runReported(ensureRepository, world);
  expect(error).toBeUndefined();
  expect(outputs).toMatchObject({ changes: '["create web","set the lifecycle policy"]' });
});

test('a repository that stays missing after it was shown was deleted by others, which is believed after a minute', async () => {
  let reads = 0;
  const world = fakeWorld({
    inputs: { repository: 'web', 'image-tag-mutability': 'IMMUTABLE' },
    aws: {
      ecr: {
        describeRepositories: async () => {
          reads += 1;
          return reads > 1 ? notFound() : { repositories: [repository] };
        },
        listTagsForResource: async () => ({ tags: [] }),
      },
    },
  });
  const { error } = await runReported(ensureRepository, world);
  expect(error).toMatchObject({
    code: 'NOT_FOUND',
    summary: 'web was deleted by someone else during this run',
  });
  expect(world.clock.elapsed()).toBe(60_000);
});

test('a policy that ECR stores in a different form counts as matching', async () => {
  const kept = '{"Version":"2008-10-17","Statement":[]}';
  let policyText: string | undefined;
  const world = fakeWorld({
    inputs: { repository: 'web', 'repository-policy': 'policy.json' },
    files: { 'policy.json': '{"Statement":[]}' },
    aws: {
      ecr: {
        describeRepositories: async () => ({ repositories: [repository] }),
        listTagsForResource: async () => ({ tags: [] }),
        getRepositoryPolicy: async () => ({ policyText }),
        setRepositoryPolicy: async () => {
          policyText = kept;
          return { policyText };
        },
      },
    },
  });
  const { error, outputs } = await runReported(ensureRepository, world);
  expect(error).toBeUndefined();
  expect(outputs.changes).toBe('["set the repository policy"]');
  expect(world.clock.elapsed()).toBe(0);
});
