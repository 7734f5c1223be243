import type { Principals } from '../authorization/principals.ts';
import type { SandboxClock } from '../clock/clock.ts';
import type { AwsService } from '../protocol/aws-service.ts';
import { createImageResolver } from '../registry/image-resolver.ts';
import type { BlobStore } from '../registry/storage/blob-store.ts';
import { createRepositories, type Repositories } from '../registry/storage/repositories.ts';
import type { Tokens } from '../registry/tokens.ts';
import { type CodeDeployService, createCodeDeploy } from '../services/codedeploy/codedeploy-service.ts';
import type { EcrParts } from '../services/ecr/ecr-parts.ts';
import { createEcrService, type EcrService } from '../services/ecr/ecr-service.ts';
import { createEcrPublicService } from '../services/ecr-public/ecr-public-service.ts';
import type { DockerOptions } from '../services/ecs/docker/docker-runner.ts';
import { createEcs, type EcsService } from '../services/ecs/ecs-service.ts';
import type { Timing } from '../services/ecs/timing.ts';
import { createElbv2 } from '../services/elbv2/elbv2-service.ts';
import { createTargetGroups } from '../services/elbv2/target-groups.ts';
import { createIamService } from '../services/iam/iam-service.ts';
import type { Roles } from '../services/iam/roles.ts';
import { createLogGroups, type LogGroups } from '../services/logs/log-groups.ts';
import { createLogsService } from '../services/logs/logs-service.ts';
import { type Buckets, createFileStore } from '../services/s3/buckets.ts';
import { createS3Service } from '../services/s3/s3-service.ts';
import { createSecretStore, type Secret } from '../services/secrets-manager/secrets.ts';
import { createSecretsManagerService } from '../services/secrets-manager/secrets-manager-service.ts';
import { createParameterStore, type Parameters, parametersIn } from '../services/ssm/parameters.ts';
import { createSsmService } from '../services/ssm/ssm-service.ts';
import { createStsService } from '../services/sts/sts-service.ts';

export interface RegionParts {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly clock: SandboxClock;
  readonly random: () => number;
  readonly tasks: 'scripted' | 'docker';
  readonly timing: Partial<Timing>;
  readonly docker: Partial<DockerOptions>;
  readonly enforce: boolean;
  readonly principals: Principals;
  readonly roles: Roles;
  readonly buckets: Buckets;
  readonly parameters: Parameters;
  readonly blobs: BlobStore;
  readonly tokens: Tokens;
  readonly tokenMilliseconds: number;
  host(): string | undefined;
  changed(): void;
}

/** Everything one account has in one region. */
export interface Region {
  readonly services: ReadonlyMap<string, AwsService>;
  readonly repositories: Repositories;
  readonly ecr: EcrService;
  readonly ecs: EcsService;
  readonly codedeploy: CodeDeployService;
  readonly logs: LogGroups;
  save(): unknown;
  restore(state: unknown): void;
  /** See LocalAws.close. */
  close(keep: boolean): Promise<void>;
}

export function createRegion(parts: RegionParts): Region {
  const { accountId, region, partition, clock, random, principals, changed } = parts;
  const now = () => clock.now();
  const repositories = createRepositories();
  const logs = createLogGroups(now, changed);
  const secrets = new Map<string, Secret>();
  const secretStore = createSecretStore(secrets);
  const parameterStore = createParameterStore(parts.parameters, accountId, region);
  const ecrParts: EcrParts = {
    repositories,
    blobs: parts.blobs,
    tokens: parts.tokens,
    principals,
    tokenMilliseconds: parts.tokenMilliseconds,
    host: parts.host,
    now,
    changed,
  };
  const ecr = createEcrService(ecrParts);
  const targetGroups = createTargetGroups({ random, changed });
  const ecs = createEcs({
    clock,
    accountId,
    region,
    partition,
    logs,
    registry: createImageResolver({
      repositories: repositories.byName,
      accountId,
      region,
      tokens: parts.tokens,
      host: parts.host,
      now,
    }),
    secrets: {
      lookup: (valueFrom) =>
        (/^arn:[^:]*:secretsmanager:/.test(valueFrom) ? secretStore : parameterStore).lookup(valueFrom),
    },
    files: createFileStore(parts.buckets),
    balancers: {
      targetGroup: ({ name, port, healthCheckPath }) =>
        targetGroups.make(
          { Name: name, Port: port, HealthCheckPath: healthCheckPath, TargetType: 'ip' },
          { partition, region, accountId },
        ).TargetGroupArn,
    },
    tasks: parts.tasks,
    timing: parts.timing,
    docker: parts.docker,
    random,
    changed,
  });
  const codedeploy = createCodeDeploy({
    clock,
    accountId,
    region,
    partition,
    random,
    taskSets: ecs.taskSets,
    changed,
  });
  const elbv2 = createElbv2({
    targets: ecs.targets,
    knows: (group) => targetGroups.has(group) || ecs.namesTargetGroup(group),
  });
  // In the order in which they are restored: ECS looks at the others, CodeDeploy at ECS.
  const services: AwsService[] = [
    createLogsService(logs),
    createSecretsManagerService({ secrets, random, changed }),
    ecr,
    createEcrPublicService(ecrParts),
    createStsService({ principals, enforce: parts.enforce, random, changed }),
    createIamService({ roles: parts.roles, principals, random, changed }),
    createSsmService({ parameters: parametersIn(parts.parameters, accountId, region), changed }),
    createS3Service({ buckets: parts.buckets, accountId, region, partition, changed }),
    {
      ...elbv2,
      handlers: { ...elbv2.handlers, ...targetGroups.handlers },
      save: targetGroups.save,
      restore: targetGroups.restore,
    },
    ecs,
    codedeploy,
  ];
  return {
    services: new Map(services.map((service) => [service.name, service])),
    repositories,
    ecr,
    ecs,
    codedeploy,
    logs,
    save: () => Object.fromEntries(services.map((service) => [service.name, service.save()])),
    restore(state) {
      const saved = state as Record<string, unknown>;
      for (const service of services) {
        if (saved[service.name] !== undefined) service.restore(saved[service.name]);
      }
    },
    close: (keep) => ecs.close({ keep }),
  };
}
