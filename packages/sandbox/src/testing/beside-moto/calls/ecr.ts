import { createHash } from 'node:crypto';
import type { Calls } from '../ask.ts';

const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifests: [],
});
const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
const missing = `sha256:${'0'.repeat(64)}`;

export const ecrCalls: Calls = async (ask) => {
  const web = { repositoryName: 'web' };
  const gone = { repositoryName: 'gone' };
  const { repository } = await ask('a new one, with tags', 'CreateRepository', {
    ...web,
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: false },
    tags: [{ Key: 'team', Value: 'web' }],
  });
  await ask('one that is there already', 'CreateRepository', web);
  await ask('with a name that cannot be', 'CreateRepository', { repositoryName: 'Web!' });
  await ask('all', 'DescribeRepositories', {});
  await ask('one', 'DescribeRepositories', { repositoryNames: ['web'] });
  await ask('one that is missing', 'DescribeRepositories', { repositoryNames: ['gone'] });
  await ask('for this account', 'GetAuthorizationToken', {});

  const image = { ...web, imageManifest: manifest, imageTag: '1' };
  await ask('a new one', 'PutImage', image);
  await ask('the same again', 'PutImage', image);
  await ask('another one under an immutable tag', 'PutImage', {
    ...image,
    imageManifest: manifest.replace('[]', '[ ]'),
  });
  await ask('in a repository that is missing', 'PutImage', { ...image, ...gone });
  await ask('all', 'DescribeImages', web);
  await ask('by tag', 'DescribeImages', { ...web, imageIds: [{ imageTag: '1' }] });
  await ask('by a tag that is missing', 'DescribeImages', { ...web, imageIds: [{ imageTag: '9' }] });
  await ask('in a repository that is missing', 'DescribeImages', gone);
  await ask('all', 'ListImages', web);
  await ask('in a repository that is missing', 'ListImages', gone);
  await ask('by tag', 'BatchGetImage', { ...web, imageIds: [{ imageTag: '1' }] });
  await ask('by digest', 'BatchGetImage', { ...web, imageIds: [{ imageDigest: digest }] });
  await ask('by a tag and a digest that are missing', 'BatchGetImage', {
    ...web,
    imageIds: [{ imageTag: '9' }, { imageDigest: missing }],
  });
  await ask('in a repository that is missing', 'BatchGetImage', { ...gone, imageIds: [{ imageTag: '1' }] });
  await ask('one that is missing', 'BatchCheckLayerAvailability', { ...web, layerDigests: [missing] });

  await ask('of an image that is missing', 'StartImageScan', { ...web, imageId: { imageTag: '9' } });
  await ask('before a scan', 'DescribeImageScanFindings', { ...web, imageId: { imageTag: '1' } });
  await ask('of an image', 'StartImageScan', { ...web, imageId: { imageTag: '1' } });
  await ask('of an image again', 'StartImageScan', { ...web, imageId: { imageTag: '1' } });
  await ask('in a repository that is missing', 'StartImageScan', { ...gone, imageId: { imageTag: '1' } });

  await ask('to mutable', 'PutImageTagMutability', { ...web, imageTagMutability: 'MUTABLE' });
  await ask('to what cannot be', 'PutImageTagMutability', { ...web, imageTagMutability: 'SOMETIMES' });
  await ask('in a repository that is missing', 'PutImageTagMutability', {
    ...gone,
    imageTagMutability: 'MUTABLE',
  });
  await ask('on', 'PutImageScanningConfiguration', {
    ...web,
    imageScanningConfiguration: { scanOnPush: true },
  });
  const lifecyclePolicyText = JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5 },
        action: { type: 'expire' },
      },
    ],
  });
  await ask('where there is none', 'GetLifecyclePolicy', web);
  await ask('one', 'PutLifecyclePolicy', { ...web, lifecyclePolicyText });
  await ask('one that is not valid', 'PutLifecyclePolicy', { ...web, lifecyclePolicyText: '{"rules":[]}' });
  await ask('one', 'GetLifecyclePolicy', web);
  await ask('one', 'DeleteLifecyclePolicy', web);
  const policyText = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'pull',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::210987654321:root' },
        Action: ['ecr:BatchGetImage'],
      },
    ],
  });
  await ask('where there is none', 'GetRepositoryPolicy', web);
  await ask('one', 'SetRepositoryPolicy', { ...web, policyText });
  await ask('one that is no policy', 'SetRepositoryPolicy', { ...web, policyText: 'no' });
  await ask('one', 'GetRepositoryPolicy', web);
  await ask('one', 'DeleteRepositoryPolicy', web);

  const resourceArn = repository?.repositoryArn;
  await ask('a repository', 'TagResource', { resourceArn, tags: [{ Key: 'stage', Value: 'test' }] });
  await ask('of a repository', 'ListTagsForResource', { resourceArn });
  await ask('of a repository', 'UntagResource', { resourceArn, tagKeys: ['stage'] });
  await ask('of a repository that is missing', 'ListTagsForResource', {
    resourceArn: String(resourceArn).replace('/web', '/gone'),
  });
  await ask('one that has images', 'DeleteRepository', web);
  await ask('by tag, and one that is missing', 'BatchDeleteImage', {
    ...web,
    imageIds: [{ imageTag: '1' }, { imageTag: '9' }],
  });
  await ask('in a repository that is missing', 'BatchDeleteImage', {
    ...gone,
    imageIds: [{ imageTag: '1' }],
  });
  await ask('an empty one', 'DeleteRepository', web);
  await ask('one that is missing', 'DeleteRepository', gone);
};
