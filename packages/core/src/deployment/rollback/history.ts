import type { ContainerImage, ServiceDeploymentBrief, ServiceRevision } from '@aws-sdk/client-ecs';
import { digitsOf } from '../../ecs/deployments.ts';
import { listServiceDeployments } from '../../ecs/newest-deployment.ts';
import { isStopped, isUnderWay, newestFirst } from '../../ecs/newest-first.ts';
import { chunks, perCall } from '../../reading/chunks.ts';
import type { Ecs } from '../../world/aws.ts';
import type { Past } from '../rules/go-back.ts';

/**
 * One service deployment of the past. `version` is the ARN of a task definition; where that is another one with the
 * digests that it ran, as a rollback registers it, the ARN of that other one.
 */
export interface PastDeployment extends Past {
  /** The deployment that it made, `ecs-svc/…`. */
  readonly id: string;
  /** What it deployed itself. */
  readonly taskDefinition: string;
  /** Of the service deployment. */
  readonly arn: string;
  /** The service revision, which tells the digests that ran. */
  readonly revision: string;
  readonly status: string | undefined;
  readonly reason: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly endedAt: Date | undefined;
}

/**
 * What a service has had deployed within the 90 days that ECS remembers, the oldest first. A revision that
 * ECS no longer reports is omitted.
 */
export async function readHistory(
  ecs: Ecs,
  service: { readonly cluster: string; readonly name: string },
  signal: AbortSignal,
): Promise<readonly PastDeployment[]> {
  const all = newestFirst(await listServiceDeployments(ecs, service, signal)).reverse();
  const revisions = [...new Set(all.flatMap((one) => one.targetServiceRevisionArn ?? []))];
  const answers = await Promise.all(
    chunks(revisions, perCall.describeServiceRevisions).map((serviceRevisionArns) =>
      ecs.describeServiceRevisions({ serviceRevisionArns }, { signal }),
    ),
  );
  const told = answers.flatMap((answer) => answer.serviceRevisions ?? []);
  const known = new Map(told.map((one) => [one.serviceRevisionArn, one]));
  const past: { readonly deployment: PastDeployment; readonly revision: ServiceRevision }[] = [];
  for (const one of all) {
    const revision = known.get(one.targetServiceRevisionArn ?? '');
    if (revision?.taskDefinition === undefined) continue;
    const original = past.findLast((earlier) => isPinned(revision, earlier.revision));
    const version = original?.deployment.version ?? revision.taskDefinition;
    past.push({ deployment: pastOf(one, revision, version), revision });
  }
  return past.map(({ deployment }) => deployment);
}

/**
 * Whether a revision runs by digest what an earlier one ran by tag, container by container, and is not an
 * earlier revision.
 */
function isPinned(revision: ServiceRevision, earlier: ServiceRevision): boolean {
  const [now, then] = [revision.containerImages ?? [], earlier.containerImages ?? []];
  if (revision.taskDefinition === earlier.taskDefinition || now.length !== then.length) return false;
  const pairs = now.map(
    (one) => [one, then.find((other) => other.containerName === one.containerName)] as const,
  );
  return (
    pairs.every(([one, other]) => other && (one.image === other.image || isDigestOf(one, other))) &&
    pairs.some(([one, other]) => other && one.image !== other.image)
  );
}

/** `web@sha256:…` now, `web:latest` then, which was the same image. */
const isDigestOf = (now: ContainerImage, then: ContainerImage) =>
  then.imageDigest !== undefined && now.image === `${withoutTag(then.image ?? '')}@${then.imageDigest}`;

export const withoutTag = (image: string): string => image.replace(/:[^:/@]*$/, '');

const pastOf = (
  one: ServiceDeploymentBrief,
  { serviceRevisionArn: revision = '', taskDefinition = '' }: ServiceRevision,
  version: string,
): PastDeployment => ({
  version,
  taskDefinition,
  outcome: isUnderWay(one.status) ? 'open' : isStopped(one.status) ? 'undone' : 'live',
  id: `ecs-svc/${digitsOf(revision)}`,
  arn: one.serviceDeploymentArn ?? '',
  revision,
  status: one.status,
  reason: one.statusReason,
  createdAt: one.createdAt?.getTime() ?? 0,
  endedAt: one.finishedAt,
});
