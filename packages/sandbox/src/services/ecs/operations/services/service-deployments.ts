import type {
  ContinueServiceDeploymentRequest,
  ContinueServiceDeploymentResponse,
  DescribeServiceDeploymentsRequest,
  DescribeServiceDeploymentsResponse,
  DescribeServiceRevisionsRequest,
  DescribeServiceRevisionsResponse,
  ListServiceDeploymentsRequest,
  ListServiceDeploymentsResponse,
  ServiceRevision,
  StopServiceDeploymentRequest,
  StopServiceDeploymentResponse,
} from '@aws-sdk/client-ecs';
import { AwsFault } from '../../../../api/aws-service.ts';
import { handlersOf } from '../../../../api/handlers.ts';
import { isFinal } from '../../deployments/deployments.ts';
import { USER } from '../../deployments/rollout-reasons.ts';
import { clusterArn } from '../../model/arns.ts';
import { conflict, invalid, unsupported } from '../../model/faults.ts';
import { page } from '../../model/paging.ts';
import type { RevisionRecord, ServiceRecord } from '../../model/records.ts';
import { moment } from '../../views/moment.ts';
import { serviceDeploymentBrief, serviceDeploymentView } from '../../views/service-deployment.ts';
import { findCluster, findService } from '../lookup.ts';
import type { Operation, Operations } from '../operations.ts';

/** Service deployments can be seen for 90 days. */
const KEPT = 90 * 86_400_000;

const ListServiceDeployments: Operation<ListServiceDeploymentsRequest, ListServiceDeploymentsResponse> = (
  { ecs, staleness },
  input,
) => {
  const service = findService(ecs, findCluster(ecs, input.cluster), input.service);
  const after = time(input.createdAt?.after);
  const before = time(input.createdAt?.before);
  const oldest = ecs.clock.now() - KEPT;
  const visible = (
    staleness.hidesNewest(service.arn) ? service.serviceDeployments.slice(0, -1) : service.serviceDeployments
  ).filter((record) => record.createdAt >= oldest);
  const matching = visible
    .filter(
      (record) =>
        (input.status === undefined || input.status.length === 0 || input.status.includes(record.status)) &&
        (after === undefined || record.createdAt >= after) &&
        (before === undefined || record.createdAt <= before),
    )
    .reverse();
  const { items, ...rest } = page(matching, input, { default: 20, most: 100 });
  return {
    serviceDeployments: items.map((record) => serviceDeploymentBrief(ecs, service, record)),
    ...rest,
  };
};

const DescribeServiceDeployments: Operation<
  DescribeServiceDeploymentsRequest,
  DescribeServiceDeploymentsResponse
> = ({ ecs }, input) => {
  const arns = input.serviceDeploymentArns ?? [];
  if (arns.length === 0) throw invalid('serviceDeploymentArns cannot be empty.');
  if (arns.length > 20) throw invalid('serviceDeploymentArns can have at most 20 items.');
  const serviceDeployments = [];
  const failures = [];
  for (const arn of arns) {
    const known = ecs.state.serviceDeployments.get(arn);
    if (known === undefined) failures.push({ arn, reason: 'MISSING' });
    else serviceDeployments.push(serviceDeploymentView(ecs, known.service, known.deployment));
  }
  return { serviceDeployments, failures };
};

const DescribeServiceRevisions: Operation<
  DescribeServiceRevisionsRequest,
  DescribeServiceRevisionsResponse
> = (operations, input) => {
  const { ecs } = operations;
  const arns = input.serviceRevisionArns ?? [];
  if (arns.length === 0) throw invalid('serviceRevisionArns cannot be empty.');
  if (arns.length > 20) throw invalid('serviceRevisionArns can have at most 20 items.');
  const serviceRevisions = [];
  const failures = [];
  for (const arn of arns) {
    const known = ecs.state.revisions.get(arn);
    if (known === undefined) failures.push({ arn, reason: 'MISSING' });
    else serviceRevisions.push(revisionView(operations, known.service, known.revision));
  }
  return { serviceRevisions, failures };
};

const StopServiceDeployment: Operation<StopServiceDeploymentRequest, StopServiceDeploymentResponse> = (
  { ecs, scheduler },
  input,
) => {
  const known = ecs.state.serviceDeployments.get(input.serviceDeploymentArn ?? '');
  if (known === undefined) {
    throw new AwsFault('ServiceDeploymentNotFoundException', 'Service deployment not found.');
  }
  const { service, deployment } = known;
  if (input.stopType !== undefined && input.stopType !== 'ROLLBACK') {
    throw unsupported(`Stop type ${input.stopType} is not supported.`);
  }
  if (isFinal(deployment)) {
    throw conflict(`Service deployment in ${deployment.status} status cannot be stopped.`, [deployment.arn]);
  }
  if (deployment.status === 'PENDING' || deployment.status === 'IN_PROGRESS') {
    scheduler.fail(service, deployment, USER);
  }
  return { serviceDeploymentArn: deployment.arn };
};

const ContinueServiceDeployment: Operation<
  ContinueServiceDeploymentRequest,
  ContinueServiceDeploymentResponse
> = ({ ecs, scheduler }, input) => {
  const known = ecs.state.serviceDeployments.get(input.serviceDeploymentArn ?? '');
  if (known === undefined) {
    throw new AwsFault('ServiceDeploymentNotFoundException', 'Service deployment not found.');
  }
  const { service, deployment } = known;
  const hook = deployment.hooks.find((candidate) => candidate.hookId === input.hookId);
  if (hook === undefined || hook.targetType !== 'PAUSE') throw invalid('Lifecycle hook not found.');
  if (hook.status !== 'AWAITING_ACTION') {
    throw conflict(`Lifecycle hook in ${hook.status} status cannot be continued.`, [deployment.arn]);
  }
  if (input.action === 'ROLLBACK') {
    hook.status = 'FAILED';
    scheduler.fail(service, deployment, USER);
  } else {
    hook.status = 'SUCCEEDED';
    scheduler.wake(service);
  }
  ecs.changed();
  return { serviceDeploymentArn: deployment.arn };
};

const revisionView = (
  { ecs }: Operations,
  service: ServiceRecord,
  revision: RevisionRecord,
): ServiceRevision => ({
  ...revision.settings,
  serviceRevisionArn: revision.arn,
  serviceArn: service.arn,
  clusterArn: clusterArn(ecs.place, service.cluster),
  createdAt: moment(revision.createdAt),
});

export const serviceDeploymentOperations = (operations: Operations) =>
  handlersOf(operations, {
    ListServiceDeployments,
    DescribeServiceDeployments,
    DescribeServiceRevisions,
    StopServiceDeployment,
    ContinueServiceDeployment,
  });

/** Over HTTP a time is a number of seconds; in process it may be a Date. */
function time(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  return value instanceof Date ? value.getTime() : Number(value) * 1_000;
}
