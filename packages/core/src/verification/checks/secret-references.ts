import type { Secret } from '@aws-sdk/client-ecs';
import { type SecretReference, secretReference } from '../../task-definition/parse/value-sources.ts';
import { containersOf, type Subject } from '../subject.ts';

export interface SecretUse {
  /** `app: DB_PASSWORD`. */
  readonly user: string;
  readonly valueFrom: string;
  readonly reference: SecretReference;
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
