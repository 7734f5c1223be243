import type {
  ContainerDefinition,
  RegisterTaskDefinitionRequest,
  Service,
  TaskDefinition,
  Volume,
} from '@aws-sdk/client-ecs';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import { serviceMissingRemedy } from '../errors/service-missing.ts';
import { probe } from '../reading/probe.ts';
import type { WantedTaskDefinition } from '../task-definition/load/wanted-task-definition.ts';
import { registerIfChanged } from '../task-definition/register.ts';
import type { World } from '../world/world.ts';

/** What is to run, known before anything is written. */
export type RunTarget = {
  readonly family: string;
  readonly networkMode: string | undefined;
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  readonly containers: readonly ContainerDefinition[];
  readonly volumes: readonly Volume[];
} & (
  | { readonly kind: 'file'; readonly request: RegisterTaskDefinitionRequest }
  | { readonly kind: 'registered'; readonly taskDefinition: TaskDefinition }
);

/** @throws INPUT_INVALID, TASKDEF_INVALID, FILE_UNREADABLE, NOT_FOUND … before any effect */
export async function readRunTarget(source: WantedTaskDefinition, { aws, host }: World): Promise<RunTarget> {
  if (source.kind === 'file') return { ...source, ...partsOf(source.request) };
  const ecs = await aws.ecs();
  const { taskDefinition } = await ecs.describeTaskDefinition(
    { taskDefinition: source.name },
    { signal: host.cancellation },
  );
  if (!taskDefinition?.taskDefinitionArn) {
    throw new LandfallError('RESPONSE_INVALID', {
      summary: `ecs:DescribeTaskDefinition returned nothing for ${source.name}`,
    });
  }
  return { kind: 'registered', taskDefinition, ...partsOf(taskDefinition) };
}

const partsOf = ({
  family,
  networkMode,
  cpu,
  memory,
  containerDefinitions,
  volumes,
}: TaskDefinition | RegisterTaskDefinitionRequest) => ({
  family: family ?? '',
  networkMode,
  cpu,
  memory,
  containers: containerDefinitions ?? [],
  volumes: volumes ?? [],
});

/** The ARN of the revision to run; a file is registered only if no revision has its content. */
export async function revisionOf(target: RunTarget, { aws, clock, host }: World): Promise<string> {
  if (target.kind === 'registered') return target.taskDefinition.taskDefinitionArn!;
  const { arn, how } = await registerIfChanged(target.request, [], {
    ecs: await aws.ecs(),
    clock,
    signal: host.cancellation,
  });
  const said = {
    registered: 'registered',
    reused: 'already registered',
    adopted: 'registered (no response to the call)',
  };
  host.log.info(`task definition ${said[how]}: ${arn}`);
  return arn;
}

const clusterMissing = (cluster: string, region: string | undefined, cause?: LandfallError) =>
  new LandfallError('NOT_FOUND', {
    summary: `cluster ${cluster} was not found (region ${region})`,
    ...(cause && { cause }),
  });

/** That there is the cluster, where no service of it is read. @throws NOT_FOUND */
export async function checkCluster(cluster: string, { aws, host }: World): Promise<void> {
  const ecs = await aws.ecs();
  const found = await probe(() => ecs.listTasks({ cluster, maxResults: 1 }, { signal: host.cancellation }));
  if (found.kind === 'absent') throw clusterMissing(cluster, aws.region);
  if (found.kind === 'denied')
    host.log.notice(`cannot tell whether cluster ${cluster} exists: the caller lacks ${found.action}`);
}

/** The service whose settings are taken. */
export async function readService(name: string, cluster: string, { aws, host }: World): Promise<Service> {
  const ecs = await aws.ecs();
  const where = `in cluster ${cluster}, region ${aws.region}`;
  const { services = [] } = await ecs
    .describeServices({ cluster, services: [name] }, { signal: host.cancellation })
    .catch((error: unknown) => {
      if (!isLandfallError(error, 'NOT_FOUND')) throw error;
      throw clusterMissing(cluster, aws.region, error);
    });
  const [service] = services;
  if (service === undefined)
    throw new LandfallError('NOT_FOUND', {
      summary: `service ${name} was not found ${where}`,
      remedy: serviceMissingRemedy,
    });
  if (service.status === 'INACTIVE') {
    throw new LandfallError('SERVICE_NOT_ACTIVE', { summary: `service ${name} ${where} has been deleted` });
  }
  return service;
}
