import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { nameInArn } from '../account/arn.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import { chunks, perCall } from '../reading/chunks.ts';
import { allPages } from '../reading/pages.ts';
import type { CallOptions, Ecs } from '../world/aws.ts';
import { digitsOf } from './deployments.ts';
import type { EvidenceCalls } from './evidence-calls.ts';
import { listServiceDeployments } from './newest-deployment.ts';

/** The names of all services of a cluster. */
export async function listServiceNames(
  ecs: Ecs,
  cluster: string,
  options: CallOptions,
): Promise<readonly string[]> {
  const arns = await allPages(async (nextToken) => {
    const answer = await ecs.listServices({ cluster, maxResults: 100, nextToken }, options);
    return { items: answer.serviceArns, next: answer.nextToken };
  });
  return arns.map(nameInArn);
}

/** Reads many services of one cluster in as few calls as the API allows. By name; `missing` where ECS knows none. */
export async function readServices(
  ecs: Ecs,
  cluster: string,
  names: readonly string[],
  { withTags = false, ...options }: CallOptions & { readonly withTags?: boolean },
): Promise<ReadonlyMap<string, Service | 'missing'>> {
  const found = new Map<string, Service | 'missing'>();
  const read = (services: string[], tagged: boolean) =>
    ecs.describeServices({ cluster, services, ...(tagged && { include: ['TAGS'] }) }, options);
  const answers = await Promise.all(
    chunks(names, perCall.describeServices).map((services) =>
      read(services, withTags).catch((error: unknown) => {
        // ECS has no tags in every partition, and none for services with ARNs of the old format.
        if (!withTags || !isLandfallError(error, 'REQUEST_REFUSED')) throw error;
        return read(services, false);
      }),
    ),
  );
  for (const { services = [], failures = [] } of answers) {
    for (const service of services) if (service.serviceName) found.set(service.serviceName, service);
    for (const failure of failures) {
      const name = failure.arn && nameInArn(failure.arn);
      if (name && failure.reason === 'MISSING') found.set(name, 'missing');
    }
  }
  const unanswered = names.filter((name) => !found.has(name));
  if (unanswered.length > 0) {
    throw new LandfallError('RESPONSE_INVALID', {
      summary: `ecs:DescribeServices returned neither a service nor a failure for ${unanswered.join(', ')}`,
      facts: { operation: 'ecs:DescribeServices', services: unanswered },
    });
  }
  return found;
}

/** Reads many service deployments, by ARN; one that ECS does not return is omitted. */
export async function readServiceDeployments(
  ecs: Ecs,
  arns: readonly string[],
  options: CallOptions,
): Promise<ReadonlyMap<string, ServiceDeployment>> {
  const answers = await Promise.all(
    chunks(arns, perCall.describeServiceDeployments).map((serviceDeploymentArns) =>
      ecs.describeServiceDeployments({ serviceDeploymentArns }, options),
    ),
  );
  const all = answers.flatMap((answer) => answer.serviceDeployments ?? []);
  return new Map(all.map((one) => [one.serviceDeploymentArn ?? '', one]));
}

/** A deployment of a service. */
interface DeploymentOf {
  readonly cluster: string;
  readonly service: string;
  readonly deploymentId: string;
  /** ECS's clock, milliseconds. */
  readonly createdAt: number;
}

/** A service deployment is ours when its target revision ends in the digits of our deployment's id. */
export const isOurs = (ours: Pick<DeploymentOf, 'deploymentId'>, targetRevisionArn: string | undefined) =>
  targetRevisionArn !== undefined && digitsOf(targetRevisionArn) === digitsOf(ours.deploymentId);

/** Looks our service deployment up in the list of the service's. One service to a call: only when it must be. */
export async function findServiceDeployment(
  ecs: Ecs,
  ours: DeploymentOf,
  options: CallOptions,
): Promise<string | undefined> {
  const { cluster, service: name } = ours;
  const since = new Date(ours.createdAt - 1000);
  const all = await listServiceDeployments(ecs, { cluster, name }, options.signal, since);
  return all.find((one) => isOurs(ours, one.targetServiceRevisionArn))?.serviceDeploymentArn;
}

/** The stopped tasks of our deployment: two calls, so only when something has failed. */
export async function readStoppedTasks(ecs: Ecs, ours: DeploymentOf, evidence: EvidenceCalls) {
  const { taskArns = [] } = await ecs.listTasks(
    { cluster: ours.cluster, serviceName: ours.service, desiredStatus: 'STOPPED' },
    evidence(),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.describeTasks(
    { cluster: ours.cluster, tasks: taskArns.slice(0, perCall.describeTasks) },
    evidence(),
  );
  return tasks.filter((task) => task.startedBy === ours.deploymentId);
}
