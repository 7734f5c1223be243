import model from '../../models/extract/s3.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import type { ServiceModule } from '../shared/service-module.ts';
import { createBuckets } from './buckets.ts';
import { writeS3Answer, writeS3Error } from './s3-answer.ts';
import { readS3Request } from './s3-request.ts';
import { createS3Service } from './s3-service.ts';

/** S3 in the path style, as SDKs and the aws CLI send it to an address that is an IP. */
export const s3: ServiceModule = {
  name: 's3',
  title: 'S3',
  protocol: {
    kind: 'rest',
    read: readS3Request,
    write: writeS3Answer,
    writeError: writeS3Error,
    requestIdHeader: 'x-amz-request-id',
  },
  requests: {
    model: model as unknown as ApiModel,
    refusal: {
      code: 'InvalidArgument',
      seen: 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
    },
    // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    knownWords: {
      'enum CreateBucketConfiguration.LocationConstraint': {
        code: 'InvalidLocationConstraint',
        message: 'The specified location constraint is not valid.',
      },
    },
  },
  create: (parts) => createS3Service({ ...parts, buckets: parts.global(createBuckets) }),
};
