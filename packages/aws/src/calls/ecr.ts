import type { Ecr } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

/** Writes of ECR set a state, so that doing one twice means the same; a second create says that it exists. */
export const ecrCalls: CallTable<Ecr> = {
  // A login is the first step of a job: better to say soon that the account is throttled.
  GetAuthorizationToken: { kind: 'read', answer: { authorizationData: 'objects' }, attempts: 4 },
  DescribeImages: { kind: 'read', answer: { imageDetails: 'objects' } },
  BatchDeleteImage: { kind: 'repeatable', answer: {} },
  BatchGetImage: { kind: 'read', answer: { images: 'objects' } },
  DescribeRepositories: { kind: 'read', answer: { repositories: 'objects' } },
  CreateRepository: { kind: 'repeatable', answer: { repository: 'object' } },
  PutImageTagMutability: { kind: 'repeatable', answer: { imageTagMutability: 'string' } },
  PutImageScanningConfiguration: { kind: 'repeatable', answer: { imageScanningConfiguration: 'object' } },
  GetLifecyclePolicy: { kind: 'read', answer: { lifecyclePolicyText: 'string' } },
  PutLifecyclePolicy: { kind: 'repeatable', answer: { lifecyclePolicyText: 'string' } },
  GetRepositoryPolicy: { kind: 'read', answer: { policyText: 'string' } },
  SetRepositoryPolicy: { kind: 'repeatable', answer: { policyText: 'string' } },
  ListTagsForResource: { kind: 'read', answer: { tags: 'objects' } },
  TagResource: { kind: 'repeatable', answer: {} },
  UntagResource: { kind: 'repeatable', answer: {} },
  DescribeImageScanFindings: { kind: 'read', answer: { imageScanStatus: 'object' } },
  // Counts against the one scan of an image that ECR allows in 24 hours.
  StartImageScan: { kind: 'once', answer: { imageScanStatus: 'object' } },
  BatchGetRepositoryScanningConfiguration: { kind: 'read', answer: {} },
  DescribeRepositoryCreationTemplates: { kind: 'read', answer: {} },
  DescribePullThroughCacheRules: { kind: 'read', answer: {} },
};
