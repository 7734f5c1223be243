import type { Deployment, ServiceDeployment, TaskSet } from '@aws-sdk/client-ecs';
import type { Evidence, Run, Snapshot } from '../evidence.ts';

/** "Reads lie for a while": so long may a read be behind a write. */
export const grace = 30_000;

/** What was so between two instants, both included. */
export function between(history: readonly Snapshot[], from: number, to: number): readonly Snapshot[] {
  const after = history.findIndex((one) => one.at > from);
  const first = after < 0 ? history.length - 1 : Math.max(0, after - 1);
  const end = history.findLastIndex((one) => one.at <= to);
  return history.slice(first, Math.max(first, end) + 1);
}

export const asOf = (history: readonly Snapshot[], at: number): Snapshot =>
  history.findLast((one) => one.at <= at) ?? history[0]!;

/** What a run could still see at its end: green speaks of its last read, which may be behind. */
export function visibleAtEnd({ history }: Evidence, run: Run): readonly Snapshot[] {
  // Of several services one is done before the others, and no longer checked.
  if (run.service !== undefined) return between(history, run.startedAt - grace, run.endedAt);
  const lastRead = run.calls.at(-1)?.at ?? run.endedAt;
  return between(history, lastRead - grace, run.endedAt);
}

const revisionId = (arn: string | undefined) => `ecs-svc/${arn?.replace(/^.*\//, '')}`;

/** The id that the target of a service deployment has among the deployments of its service. */
export const idOf = (deployment: ServiceDeployment): string =>
  revisionId(deployment.targetServiceRevision?.arn);

/** The id of what a service deployment is rolled back to. */
export const rolledBackTo = (deployment: ServiceDeployment): string | undefined =>
  deployment.rollback?.serviceRevisionArn && revisionId(deployment.rollback.serviceRevisionArn);

export const serviceDeploymentOf = (state: Snapshot, id: string): ServiceDeployment | undefined =>
  state.serviceDeployments.findLast((one) => idOf(one) === id);

/** By `createdAt`: no order is promised. */
export const newestOf = (state: Snapshot): ServiceDeployment | undefined =>
  state.serviceDeployments.reduce<ServiceDeployment | undefined>(
    (newest, one) => (newest && newest.createdAt! > one.createdAt! ? newest : one),
    undefined,
  );

export const isOver = (deployment: ServiceDeployment): boolean =>
  ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'].includes(deployment.status ?? '');

export const controllerOf = ({ service }: Snapshot): string => service?.deploymentController?.type ?? 'ECS';

export const primaryOf = ({ service }: Snapshot): Deployment | undefined =>
  service?.deployments?.find((one) => one.status === 'PRIMARY');

export const primarySetOf = ({ service }: Snapshot): TaskSet | undefined =>
  service?.taskSets?.find((one) => one.status === 'PRIMARY');

/** The revision that is PRIMARY, under any controller. */
export const primaryRevision = (state: Snapshot): string | undefined =>
  (controllerOf(state) === 'ECS' ? primaryOf(state) : primarySetOf(state))?.taskDefinition;

/** "Killed or cut off before a verdict": what it began may still be in progress. */
export const isCutOff = ({ said }: Run): boolean =>
  said === undefined ||
  /^(?:CANCELLED|TIMED_OUT|STALLED|PAUSED|\w*UNKNOWN)$/.test(said.error?.code ?? said.outputs.verdict ?? '');
