import { arnParts } from '../../account/arn.ts';

/** `arn:aws:s3:::bucket/path/to/file`; undefined for what is not an ARN of an object. */
export function objectIn(name: string): { readonly bucket: string; readonly key: string } | undefined {
  const arn = arnParts(name);
  const [, bucket, key] = /^([^/]+)\/(.+)$/.exec(arn?.service === 's3' ? arn.resource : '') ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

/** One value that ECS reads for a container before it starts. */
export type SecretReference =
  | {
      readonly kind: 'secret';
      readonly id: string;
      readonly region: string | undefined;
      readonly key: string | undefined;
      readonly stage: string | undefined;
      readonly version: string | undefined;
    }
  | { readonly kind: 'parameter'; readonly name: string; readonly region: string | undefined };

/**
 * ECS's rule: the ARN of a secret, with `:json-key:version-stage:version-id` after it; anything else is an SSM
 * parameter, by ARN or by name. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
 */
export function secretReference(valueFrom: string): SecretReference {
  const arn = arnParts(valueFrom);
  if (arn?.service === 'secretsmanager') {
    const [kind, name, key, stage, version] = arn.resource.split(':');
    return {
      kind: 'secret',
      id: `arn:${arn.partition}:secretsmanager:${arn.region}:${arn.account}:${kind}:${name}`,
      region: arn.region,
      key: key || undefined,
      stage: stage || undefined,
      version: version || undefined,
    };
  }
  if (arn?.service === 'ssm') {
    const path = arn.resource.replace(/^parameter\//, '');
    return { kind: 'parameter', name: path.includes('/') ? `/${path}` : path, region: arn.region };
  }
  return { kind: 'parameter', name: valueFrom, region: undefined };
}
