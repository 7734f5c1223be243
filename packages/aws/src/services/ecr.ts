import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
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
    batchGetImage: call('BatchGetImage', 'read', ['images[]'], (input, options) =>
      client.send(new BatchGetImageCommand(input), options),
    ),
  };
}
