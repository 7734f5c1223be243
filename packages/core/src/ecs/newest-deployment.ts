import type { Service, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { allPages } from '../reading/pages.ts';
import { isDenied } from '../reading/trouble.ts';
import type { Ecs } from '../world/aws.ts';
import { digitsOf, primaryOf } from './deployments.ts';
import { newestFirst } from './newest-first.ts';
import { shortTaskDefinition } from './short-names.ts';

/** The newest service deployment of a service. */
export interface Newest {
  /** The deployment that it makes, `ecs-svc/…`. */
  readonly id: string;
  readonly arn: string;
  readonly status?: string | undefined;
  /** Quotes ECS. */
  readonly reason?: string | undefined;
  readonly taskDefinition?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly endedAt?: Date | undefined;
  /** The list shows no service deployment of what is PRIMARY, so it may be from before that. */
  readonly isBehind?: boolean;
}

interface Place {
  readonly cluster: string;
  readonly name: string;
}
interface Asking extends Place {
  readonly service: Service;
}

/** `none`: ECS remembers none, which it does for 90 days. `unreadable`: the caller may not ask. */
export async function readNewest(
  ecs: Ecs,
  target: Asking,
  signal: AbortSignal,
): Promise<Newest | 'none' | 'unreadable'> {
  try {
    const primary = primaryOf(target.service);
    // Nothing that was made before what is PRIMARY is newer than its own, unless a rollback made that PRIMARY again.
    const since = primary?.createdAt && new Date(primary.createdAt.getTime() - 1000);
    const recent = since ? await listServiceDeployments(ecs, target, signal, since) : [];
    const all = recent.length > 0 ? recent : await listServiceDeployments(ecs, target, signal);
    const [found] = newestFirst(all);
    if (!found) return 'none';
    const isPrimary = ({ targetServiceRevisionArn = '' }: ServiceDeploymentBrief) =>
      digitsOf(targetServiceRevisionArn) === digitsOf(primary?.id ?? '');
    const isBehind = recent.length === 0 && !all.some(isPrimary);
    return { ...(await newestOf(ecs, target, found, signal)), ...(isBehind && { isBehind }) };
  } catch (error) {
    if (isDenied(error)) return 'unreadable';
    throw error;
  }
}

/** All of them: no order is promised. */
export const listServiceDeployments = (
  ecs: Ecs,
  { cluster, name }: Place,
  signal: AbortSignal | undefined,
  since?: Date,
): Promise<readonly ServiceDeploymentBrief[]> =>
  allPages(async (nextToken) => {
    const page = await ecs.listServiceDeployments(
      {
        cluster,
        service: name,
        maxResults: 100,
        ...(since && { createdAt: { after: since } }),
        ...(nextToken !== undefined && { nextToken }),
      },
      signal ? { signal } : {},
    );
    return { items: page.serviceDeployments, next: page.nextToken };
  });

async function newestOf(
  ecs: Ecs,
  { service }: Asking,
  found: ServiceDeploymentBrief,
  signal: AbortSignal,
): Promise<Newest> {
  const revision = found.targetServiceRevisionArn ?? '';
  const id = `ecs-svc/${digitsOf(revision)}`;
  const shown = service.deployments?.find((one) => one.id === id)?.taskDefinition;
  return {
    id,
    arn: found.serviceDeploymentArn ?? '',
    status: found.status,
    reason: found.statusReason,
    taskDefinition: shown ?? (await taskDefinitionOf(ecs, revision, signal)),
    createdAt: found.createdAt?.getTime() ?? 0,
    endedAt: found.finishedAt,
  };
}

/** For who may not ask: a task definition that is live by a rollback looks like one that never left. */
export const untoldRollback = (service: string, taskDefinition: string) =>
  `${service}: cannot tell whether the last deployment of ${shortTaskDefinition(taskDefinition)} was rolled back: the caller lacks ecs:ListServiceDeployments or ecs:DescribeServiceRevisions`;

/** What a service revision runs. */
async function taskDefinitionOf(
  ecs: Ecs,
  revision: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { serviceRevisions } = await ecs.describeServiceRevisions(
    { serviceRevisionArns: [revision] },
    { signal },
  );
  return serviceRevisions?.[0]?.taskDefinition;
}
