import type { Secret } from '@aws-sdk/client-ecs';
import { arnParts } from '../account/arn.ts';
import { containersOf, type Subject } from './subject.ts';

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

export interface SecretUse {
  /** `app: DB_PASSWORD`. */
  readonly user: string;
  readonly valueFrom: string;
  readonly reference: SecretReference;
}

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

export function secretUses(subject: Subject): readonly SecretUse[] {
  const use = (container: string | undefined, { name, valueFrom = '' }: Secret): SecretUse => ({
    user: `${container}: ${name}`,
    valueFrom,
    reference: secretReference(valueFrom),
  });
  return containersOf(subject).flatMap((container) => {
    const credentials = container.repositoryCredentials?.credentialsParameter;
    return [
      ...(container.secrets ?? []).map((one) => use(container.name, one)),
      ...(container.logConfiguration?.secretOptions ?? []).map((one) => use(`${container.name} log`, one)),
      ...(credentials === undefined
        ? []
        : [
            {
              user: `${container.name}: repositoryCredentials`,
              valueFrom: credentials,
              // Always a secret, by ARN or by name.
              reference: credentials.startsWith('arn:')
                ? secretReference(credentials)
                : {
                    kind: 'secret' as const,
                    id: credentials,
                    region: undefined,
                    key: undefined,
                    stage: undefined,
                    version: undefined,
                  },
            },
          ]),
    ];
  });
}
