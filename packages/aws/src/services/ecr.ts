import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  BatchGetRepositoryScanningConfigurationCommand,
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoriesCommand,
  DescribeRepositoryCreationTemplatesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
  StartImageScanCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import type { Ecr } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { ecrCalls } from '../calls/ecr.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<Ecr> = {
  GetAuthorizationToken: GetAuthorizationTokenCommand,
  DescribeImages: DescribeImagesCommand,
  BatchDeleteImage: BatchDeleteImageCommand,
  BatchGetImage: BatchGetImageCommand,
  DescribeRepositories: DescribeRepositoriesCommand,
  CreateRepository: CreateRepositoryCommand,
  PutImageTagMutability: PutImageTagMutabilityCommand,
  PutImageScanningConfiguration: PutImageScanningConfigurationCommand,
  GetLifecyclePolicy: GetLifecyclePolicyCommand,
  PutLifecyclePolicy: PutLifecyclePolicyCommand,
  GetRepositoryPolicy: GetRepositoryPolicyCommand,
  SetRepositoryPolicy: SetRepositoryPolicyCommand,
  ListTagsForResource: ListTagsForResourceCommand,
  TagResource: TagResourceCommand,
  UntagResource: UntagResourceCommand,
  DescribeImageScanFindings: DescribeImageScanFindingsCommand,
  StartImageScan: StartImageScanCommand,
  BatchGetRepositoryScanningConfiguration: BatchGetRepositoryScanningConfigurationCommand,
  DescribeRepositoryCreationTemplates: DescribeRepositoryCreationTemplatesCommand,
  DescribePullThroughCacheRules: DescribePullThroughCacheRulesCommand,
};

export function openEcr(connection: Connection, region: string): Ecr {
  const client = new ECRClient(clientConfiguration(connection, 'ECR', region));
  const send = sdkSend(client, commands);
  return openApi({ service: 'ecr', region, send }, ecrCalls, connection);
}
