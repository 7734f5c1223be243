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
} from '@aws-sdk/client-ecr';
import type { Ecr } from '@landfall/core/world/aws';
import { type Connection, callerOf, clientConfiguration } from '../connection.ts';

export function openEcr(connection: Connection, region: string): Ecr {
  const client = new ECRClient(clientConfiguration(connection, 'ECR', region));
  const call = callerOf(connection, 'ecr', region, client);
  return {
    getAuthorizationToken: call(
      'GetAuthorizationToken',
      'read',
      ['authorizationData[]'],
      (input, options) => client.send(new GetAuthorizationTokenCommand(input), options),
      // A login is the first step of a job: better to say soon that the account is throttled.
      { attempts: 4 },
    ),
    describeImages: call('DescribeImages', 'read', ['imageDetails[]'], (input, options) =>
      client.send(new DescribeImagesCommand(input), options),
    ),
    batchDeleteImage: call('BatchDeleteImage', 'repeatable', [], (input, options) =>
      client.send(new BatchDeleteImageCommand(input), options),
    ),
    batchGetImage: call('BatchGetImage', 'read', ['images[]'], (input, options) =>
      client.send(new BatchGetImageCommand(input), options),
    ),
    describeRepositories: call('DescribeRepositories', 'read', ['repositories[]'], (input, options) =>
      client.send(new DescribeRepositoriesCommand(input), options),
    ),
    // Writes of ECR set a state, so doing one twice means the same; a second create says that it exists.
    createRepository: call('CreateRepository', 'repeatable', ['repository{}'], (input, options) =>
      client.send(new CreateRepositoryCommand(input), options),
    ),
    putImageTagMutability: call(
      'PutImageTagMutability',
      'repeatable',
      ['imageTagMutability'],
      (input, options) => client.send(new PutImageTagMutabilityCommand(input), options),
    ),
    putImageScanningConfiguration: call(
      'PutImageScanningConfiguration',
      'repeatable',
      ['imageScanningConfiguration{}'],
      (input, options) => client.send(new PutImageScanningConfigurationCommand(input), options),
    ),
    getLifecyclePolicy: call('GetLifecyclePolicy', 'read', ['lifecyclePolicyText'], (input, options) =>
      client.send(new GetLifecyclePolicyCommand(input), options),
    ),
    putLifecyclePolicy: call('PutLifecyclePolicy', 'repeatable', ['lifecyclePolicyText'], (input, options) =>
      client.send(new PutLifecyclePolicyCommand(input), options),
    ),
    getRepositoryPolicy: call('GetRepositoryPolicy', 'read', ['policyText'], (input, options) =>
      client.send(new GetRepositoryPolicyCommand(input), options),
    ),
    setRepositoryPolicy: call('SetRepositoryPolicy', 'repeatable', ['policyText'], (input, options) =>
      client.send(new SetRepositoryPolicyCommand(input), options),
    ),
    listTagsForResource: call('ListTagsForResource', 'read', ['tags[]'], (input, options) =>
      client.send(new ListTagsForResourceCommand(input), options),
    ),
    tagResource: call('TagResource', 'repeatable', [], (input, options) =>
      client.send(new TagResourceCommand(input), options),
    ),
    describeImageScanFindings: call(
      'DescribeImageScanFindings',
      'read',
      ['imageScanStatus{}'],
      (input, options) => client.send(new DescribeImageScanFindingsCommand(input), options),
    ),
    startImageScan: call('StartImageScan', 'once', ['imageScanStatus{}'], (input, options) =>
      client.send(new StartImageScanCommand(input), options),
    ),
    batchGetRepositoryScanningConfiguration: call(
      'BatchGetRepositoryScanningConfiguration',
      'read',
      [],
      (input, options) => client.send(new BatchGetRepositoryScanningConfigurationCommand(input), options),
    ),
    describeRepositoryCreationTemplates: call(
      'DescribeRepositoryCreationTemplates',
      'read',
      [],
      (input, options) => client.send(new DescribeRepositoryCreationTemplatesCommand(input), options),
    ),
    describePullThroughCacheRules: call('DescribePullThroughCacheRules', 'read', [], (input, options) =>
      client.send(new DescribePullThroughCacheRulesCommand(input), options),
    ),
  };
}
