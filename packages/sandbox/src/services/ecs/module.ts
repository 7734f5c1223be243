import type { Balancers } from '../../ports/balancers.ts';
import type { SecretStore } from '../../ports/secrets.ts';
import { createImageResolver } from '../../registry/image-resolver.ts';
import { createRepositories } from '../../registry/storage/repositories.ts';
import { logGroupsOf } from '../logs/log-groups.ts';
import { createBuckets, createFileStore } from '../s3/buckets.ts';
import { createSecretStore, createSecrets } from '../secrets-manager/secrets.ts';
import type { ServiceModule, ServiceParts } from '../shared/service-module.ts';
import { createTargetGroups } from '../shared/target-groups.ts';
import { createParameterStore, createParameters } from '../ssm/parameters.ts';
import { createEcs, type EcsService } from './ecs-service.ts';
import { requests } from './requests.ts';
import { throttling } from './throttling.ts';

export const ecs: ServiceModule<EcsService> = {
  name: 'ecs',
  title: 'ECS',
  protocol: { kind: 'json-1.1', target: 'AmazonEC2ContainerServiceV20141113' },
  requests,
  throttling,
  create: (parts) =>
    createEcs({
      ...parts,
      logs: parts.shared(logGroupsOf),
      registry: createImageResolver({
        ...parts,
        repositories: parts.shared(createRepositories).byName,
        now: () => parts.clock.now(),
      }),
      secrets: secretsOf(parts),
      files: createFileStore(parts.global(createBuckets)),
      balancers: balancersOf(parts),
    }),
};

/** `valueFrom` names a secret by its ARN, or a parameter. */
function secretsOf({ shared, global, accountId, region }: ServiceParts): SecretStore {
  const secrets = createSecretStore(shared(createSecrets));
  const parameters = createParameterStore(global(createParameters), accountId, region);
  return {
    lookup: (valueFrom) =>
      (/^arn:[^:]*:secretsmanager:/.test(valueFrom) ? secrets : parameters).lookup(valueFrom),
  };
}

const balancersOf = ({ shared, partition, region, accountId }: ServiceParts): Balancers => ({
  targetGroup: ({ name, port, healthCheckPath }) =>
    shared(createTargetGroups).make(
      { Name: name, Port: port, HealthCheckPath: healthCheckPath, TargetType: 'ip' },
      { partition, region, accountId },
    ).TargetGroupArn,
});
