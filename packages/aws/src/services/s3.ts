import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3 } from '@landfall/core/world/aws';
import { openApi } from '../call/open-api.ts';
import { s3Calls } from '../calls/s3.ts';
import { type Connection, clientConfiguration } from '../connection.ts';
import { type Commands, sdkSend } from '../sdk-send.ts';

const commands: Commands<S3> = {
  HeadObject: HeadObjectCommand,
};

export function openS3(connection: Connection, region: string): S3 {
  const client = new S3Client({
    ...clientConfiguration(connection, 'S3', region),
    // The ARN of a file does not contain the region of its bucket; S3 reports it.
    followRegionRedirects: true,
  });
  const send = sdkSend(client, commands);
  return openApi({ service: 's3', region, send }, s3Calls, connection);
}
