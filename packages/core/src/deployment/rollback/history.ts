import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { chunks, perCall } from '../../reading/chunks.ts';
import type { Ecs } from '../../world/aws.ts';
import { listServiceDeployments } from '../newest-deployment.ts';
import { digitsOf } from '../rollout.ts';
import type { Past } from '../rules/go-back.ts';
import { isStopped, isUnderWay, newestFirst } from '../rules/newest.ts';

/** One service deployment of the past; `version` is the ARN of a task definition. */
export interface PastDeployment extends Past {
  /** The deployment that it made, `ecs-svc/…`. */
  readonly id: string;
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
 * What a service has had deployed within the 90 days that ECS remembers, the oldest first. A revision that ECS no
 * longer tells of is left out.
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
  const versions = new Map(told.map((one) => [one.serviceRevisionArn, one.taskDefinition]));
  return all.flatMap((one) => {
    const revision = one.targetServiceRevisionArn ?? '';
    const version = versions.get(revision);
    return version === undefined ? [] : [pastOf(one, revision, version)];
  });
}

const pastOf = (one: ServiceDeploymentBrief, revision: string, version: string): PastDeployment => ({
  version,
  outcome: isUnderWay(one.status) ? 'open' : isStopped(one.status) ? 'undone' : 'live',
  id: `ecs-svc/${digitsOf(revision)}`,
  arn: one.serviceDeploymentArn ?? '',
  revision,
  status: one.status,
  reason: one.statusReason,
  createdAt: one.createdAt?.getTime() ?? 0,
  endedAt: one.finishedAt,
});
