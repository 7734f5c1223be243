import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ensureRepository } from '@landfall/core/operations/ensure-repository';
import { runReported } from '@landfall/report/run-reported';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { type AwsWorldOptions, awsWorld } from './aws-world.ts';
import { ensureRepositoryIn, repositoryNamed } from './repository-fixture.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ enforce: true });
});
afterAll(() => sandbox.close());

const ensure = (inputs: Record<string, string>, options?: AwsWorldOptions) =>
  ensureRepositoryIn(sandbox, inputs, options);

describe('a registry with rules of its own', () => {
  const lifecyclePolicy = JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 7 },
        action: { type: 'expire' },
      },
    ],
  });
  beforeAll(async () => {
    await sandbox.dispatch('ecr', 'CreateRepositoryCreationTemplate', {
      prefix: 'templated',
      appliedFor: ['CREATE_ON_PUSH'],
      imageTagMutability: 'IMMUTABLE',
      lifecyclePolicy,
      encryptionConfiguration: { encryptionType: 'KMS' },
      resourceTags: [
        { Key: 'owner', Value: 'platform' },
        { Key: 'team', Value: 'none' },
      ],
    });
    await sandbox.dispatch('ecr', 'CreateRepositoryCreationTemplate', {
      prefix: 'ROOT',
      appliedFor: ['REPLICATION', 'PULL_THROUGH_CACHE'],
      imageTagMutability: 'IMMUTABLE',
    });
    await sandbox.dispatch('ecr', 'CreatePullThroughCacheRule', {
      ecrRepositoryPrefix: 'docker-hub',
      upstreamRegistryUrl: 'registry-1.docker.io',
    });
  });

  test('has a missing repository made by its template, except where an input says otherwise', async () => {
    const repository = 'templated/web';
    const host = { inputs: { repository, 'resource-tags': 'team=web', 'keep-last': '50' } };
    const world = await awsWorld(sandbox, host);
    const { error, outputs } = await runReported(ensureRepository, world);
    expect(error).toBeUndefined();
    expect(JSON.parse(outputs.changes!)).toEqual(['create templated/web', 'set the lifecycle policy']);
    expect(world.host.lines[0]).toBe(
      'notice: templated/web is created from the creation template templated of this registry, unless an input overrides it',
    );
    const made = await repositoryNamed(sandbox, repository);
    expect(made).toMatchObject({
      imageTagMutability: 'IMMUTABLE',
      encryptionConfiguration: { encryptionType: 'KMS' },
    });
    expect((await made.lifecycle()).rules[0].selection.countNumber).toBe(50);
    const { tags } = (await sandbox.dispatch('ecr', 'ListTagsForResource', {
      resourceArn: made.repositoryArn,
    })) as { tags: object[] };
    expect(tags).toEqual([
      { Key: 'owner', Value: 'platform' },
      { Key: 'team', Value: 'web' },
    ]);
    // Once it is there, it is as its owners want it.
    await ensure({ repository, 'image-tag-mutability': 'MUTABLE' });
    expect((await ensure({ repository, 'keep-last': '50' })).outputs.changes).toBe('[]');
  });

  test('has its template followed when the answer that the repository was created is lost', async () => {
    const repository = 'templated/lost';
    sandbox.fault({
      service: 'ecr',
      operation: 'CreateRepository',
      count: 1,
      fault: { kind: 'reset', effect: 'applied' },
    });
    const { error, outputs } = await ensure({ repository });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({
      changed: 'true',
      changes: JSON.stringify(['create templated/lost', 'set the lifecycle policy']),
    });
    expect(await (await repositoryNamed(sandbox, repository)).lifecycle()).toEqual(
      JSON.parse(lifecyclePolicy),
    );
  });

  describe('and a repository whose run was cut off before the policies of its template were set', () => {
    const repository = 'templated/cut';
    const resourceArn = () => `arn:aws:ecr:${sandbox.region}:${sandbox.accountId}:repository/${repository}`;
    const tagsOf = async () =>
      (
        (await sandbox.dispatch('ecr', 'ListTagsForResource', { resourceArn: resourceArn() })) as {
          tags: object[];
        }
      ).tags;
    const notice =
      'notice: templated/cut was created by a run that did not finish: the missing policies of its creation template are being set';
    const again = async (inputs: Record<string, string> = {}) => {
      const world = await awsWorld(sandbox, { inputs: { repository, ...inputs } });
      return { ...(await runReported(ensureRepository, world)), lines: world.host.lines };
    };
    beforeEach(async () => {
      sandbox.fault({
        service: 'ecr',
        operation: 'PutLifecyclePolicy',
        count: 1,
        fault: { kind: 'error', code: 'AccessDeniedException', message: 'no', status: 400 },
      });
      expect((await ensure({ repository })).error?.code).toBe('ACCESS_DENIED');
      expect(await tagsOf()).toContainEqual({ Key: 'landfall:unfinished', Value: 'templated' });
    });
    afterEach(() => sandbox.dispatch('ecr', 'DeleteRepository', { repositoryName: repository }));

    test('gets them from the next run, and is finished then', async () => {
      const dry = await again({ 'dry-run': 'true' });
      expect(JSON.parse(dry.outputs.changes!)).toEqual(['set the lifecycle policy']);
      const { error, outputs, lines } = await again();
      expect(error).toBeUndefined();
      expect(JSON.parse(outputs.changes!)).toEqual(['set the lifecycle policy']);
      expect(lines).toContain(notice);
      expect(await (await repositoryNamed(sandbox, repository)).lifecycle()).toEqual(
        JSON.parse(lifecyclePolicy),
      );
      expect(await tagsOf()).toEqual([
        { Key: 'owner', Value: 'platform' },
        { Key: 'team', Value: 'none' },
      ]);
      expect(await again()).toMatchObject({
        outputs: { changes: '[]' },
        lines: ['info: templated/cut already matches the inputs'],
      });
    });

    test('keeps what others have given it meanwhile', async () => {
      const theirs = lifecyclePolicy.replace('7', '8');
      await sandbox.dispatch('ecr', 'PutLifecyclePolicy', {
        repositoryName: repository,
        lifecyclePolicyText: theirs,
      });
      await sandbox.dispatch('ecr', 'PutImageTagMutability', {
        repositoryName: repository,
        imageTagMutability: 'MUTABLE',
      });
      expect(await again()).toMatchObject({ ok: true, outputs: { changed: 'false', changes: '[]' } });
      const made = await repositoryNamed(sandbox, repository);
      expect(made.imageTagMutability).toBe('MUTABLE');
      expect(await made.lifecycle()).toEqual(JSON.parse(theirs));
      expect(await tagsOf()).not.toContainEqual(expect.objectContaining({ Key: 'landfall:unfinished' }));
    });

    test('is named where its template may not be read, and stays unfinished', async () => {
      sandbox.fault({
        service: 'ecr',
        operation: 'DescribeRepositoryCreationTemplates',
        count: 1,
        fault: { kind: 'error', code: 'AccessDeniedException', message: 'no', status: 400 },
      });
      const { ok, lines } = await again();
      expect(ok).toBe(true);
      expect(lines).toContain(
        'notice: templated/cut was created by a run that did not finish, and the creation template templated can no longer be read: some of its policies may be missing. If the repository is as it should be, remove its tag landfall:unfinished',
      );
      expect(await tagsOf()).toContainEqual({ Key: 'landfall:unfinished', Value: 'templated' });
    });
  });

  test('is not asked twice: a template for replication and caches alone makes no repository of ours', async () => {
    await ensure({ repository: 'elsewhere/web' });
    expect(await repositoryNamed(sandbox, 'elsewhere/web')).toMatchObject({ imageTagMutability: 'MUTABLE' });
  });

  test('says what it means to push under the prefix of a cache', async () => {
    const inputs = { repository: 'docker-hub/library/nginx', 'image-tag-mutability': 'IMMUTABLE' };
    const world = await awsWorld(sandbox, { inputs });
    expect((await runReported(ensureRepository, world)).ok).toBe(true);
    expect(world.host.lines.slice(0, 2)).toEqual([
      'notice: docker-hub/library/nginx is in the pull-through cache docker-hub of registry-1.docker.io: ECR creates such a repository on the first pull, and stores what it pulls there alongside what is pushed',
      'notice: its tags are immutable, so the cache cannot update tags that move at registry-1.docker.io',
    ]);
  });

  test('that may not be read is one notice for each of its rules, and the repository is made', async () => {
    const principal = sandbox.addPrincipal({
      policy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['ecr:DescribeRepositories', 'ecr:CreateRepository', 'ecr:ListTagsForResource'],
            Resource: '*',
          },
        ],
      },
    });
    const world = await awsWorld(sandbox, { inputs: { repository: 'templated/unread' }, principal });
    expect((await runReported(ensureRepository, world)).ok).toBe(true);
    const notices = world.host.lines.filter((line) => line.startsWith('notice'));
    expect(notices).toHaveLength(2);
    expect(notices[0]).toContain('ecr:DescribeRepositoryCreationTemplates');
    expect(notices[1]).toContain('ecr:DescribePullThroughCacheRules');
  });

  test('of a kind that the region does not have is one notice, and the repository is made', async () => {
    sandbox.fault({
      service: 'ecr',
      operation: 'DescribePullThroughCacheRules',
      count: 1,
      fault: { kind: 'error', code: 'UnsupportedOperationException', message: 'Not here', status: 400 },
    });
    const world = await awsWorld(sandbox, { inputs: { repository: 'templated/region' } });
    expect((await runReported(ensureRepository, world)).ok).toBe(true);
    const notices = world.host.lines.filter((line) => line.startsWith('notice'));
    expect(notices[0]).toContain('ecr:DescribePullThroughCacheRules');
    expect((await repositoryNamed(sandbox, 'templated/region')).imageTagMutability).toBe('IMMUTABLE');
  });
});
