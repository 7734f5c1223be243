import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { deploymentOf, digitsOf } from '../../ecs/deployments.ts';
import type { EcsAccess } from '../../ecs/ecs-access.ts';
import { listServiceDeployments } from '../../ecs/newest-deployment.ts';
import { isUnderWay, newestFirst } from '../../ecs/newest-first.ts';
import { isOurs } from '../../ecs/read-services.ts';
import { isRevision } from '../../ecs/short-names.ts';
import { chunks, perCall } from '../../reading/chunks.ts';
import { isDenied } from '../../reading/trouble.ts';
import type { TrackedDeployment } from '../rollout/rollout.ts';
import type { Target } from './read-service-targets.ts';

/** Which deployment a step waits for; what is not given does not matter. */
export interface WaitRequest {
  readonly deploymentId: string | undefined;
  readonly taskDefinition: string | undefined;
}

/** A deployment to wait for, and its service deployment. */
export interface Found {
  readonly ours: TrackedDeployment;
  readonly arn: string;
  readonly status: string | undefined;
}

/**
 * The newest service deployment of a service that matches the request: by its id, of a task definition, or
 * any. `none`: ECS shows no such one. `unreadable`: the caller may not ask.
 */
export async function findRequested(
  run: EcsAccess,
  target: Target,
  { deploymentId, taskDefinition }: WaitRequest,
): Promise<Found | 'none' | 'unreadable'> {
  const { ecs, world } = run;
  const signal = world.host.cancellation;
  try {
    const all = newestFirst(await listServiceDeployments(ecs, target, signal));
    const those = deploymentId
      ? all.filter((one) => isOurs({ deploymentId }, one.targetServiceRevisionArn))
      : all;
    for (const some of chunks(those, perCall.describeServiceRevisions)) {
      const arns = some.flatMap((one) => one.targetServiceRevisionArn ?? []);
      const named = await definitionsOf(run, target, arns, taskDefinition !== undefined);
      const found = some.find(
        ({ targetServiceRevisionArn: arn = '' }) =>
          taskDefinition === undefined ||
          deploymentId !== undefined ||
          isRevision(named.get(arn), taskDefinition),
      );
      if (found) return foundOf(target, found, all, named.get(found.targetServiceRevisionArn ?? ''));
    }
    return 'none';
  } catch (error) {
    if (isDenied(error)) return 'unreadable';
    throw error;
  }
}

/** What each revision runs. The service shows those of its deployments; the others are read. */
async function definitionsOf(
  { ecs, world }: EcsAccess,
  { service }: Target,
  arns: readonly string[],
  all: boolean,
): Promise<ReadonlyMap<string, string | undefined>> {
  const shown = (arn: string) => deploymentOf(service, idOf(arn))?.taskDefinition;
  const known = new Map(arns.map((arn) => [arn, shown(arn)]));
  const unknown = (all ? arns : arns.slice(0, 1)).filter((arn) => known.get(arn) === undefined);
  if (unknown.length === 0) return known;
  const { serviceRevisions = [] } = await ecs.describeServiceRevisions(
    { serviceRevisionArns: [...unknown] },
    { signal: world.host.cancellation },
  );
  for (const one of serviceRevisions) known.set(one.serviceRevisionArn ?? '', one.taskDefinition);
  return known;
}

const idOf = (revisionArn: string | undefined) => `ecs-svc/${digitsOf(revisionArn ?? '')}`;

function foundOf(
  { cluster, name, service }: Target,
  found: ServiceDeploymentBrief,
  all: readonly ServiceDeploymentBrief[],
  taskDefinition: string | undefined,
): Found {
  const time = (one: ServiceDeploymentBrief) => one.createdAt?.getTime() ?? 0;
  const isOver = !isUnderWay(found.status) && found.status !== 'SUCCESSFUL';
  return {
    ours: {
      cluster,
      service: name,
      serviceArn: service.serviceArn ?? '',
      deploymentId: idOf(found.targetServiceRevisionArn),
      taskDefinition: taskDefinition ?? '',
      createdAt: time(found),
      earlier: all
        .filter((one) => time(one) < time(found))
        .map(({ targetServiceRevisionArn }) => idOf(targetServiceRevisionArn)),
      ...(isOver && found.finishedAt && { endedAt: found.finishedAt }),
    },
    arn: found.serviceDeploymentArn ?? '',
    status: found.status,
  };
}
