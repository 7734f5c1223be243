/** What reads of a service show, and what is known after them. */
import type { Deployment, Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { observe } from '../deployment/rollout/observe.ts';
import { beginRollout, type Rollout, type TrackedDeployment } from '../deployment/rollout/rollout.ts';
import type { Terms } from '../deployment/rollout/wait-conditions.ts';

export const td = (revision: number) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:${revision}`;
export const created = new Date('2030-01-01T00:00:10Z');
export const ours: TrackedDeployment = {
  cluster: 'main',
  service: 'web',
  serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/main/web',
  deploymentId: 'ecs-svc/2000',
  taskDefinition: td(2),
  createdAt: created.getTime(),
  previous: { deploymentId: 'ecs-svc/1000', taskDefinition: td(1) },
};
export const terms: Terms = {
  now: 60_000,
  deadline: 600_000,
  stallAfter: 300_000,
  grace: 30_000,
  until: 'completed',
  waitThroughPause: false,
  failFast: true,
};

export const mine = (more: Partial<Deployment> = {}): Deployment => ({
  id: 'ecs-svc/2000',
  status: 'PRIMARY',
  taskDefinition: td(2),
  createdAt: created,
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  failedTasks: 0,
  rolloutState: 'COMPLETED',
  ...more,
});
export const old = (more: Partial<Deployment> = {}): Deployment => ({
  id: 'ecs-svc/1000',
  status: 'ACTIVE',
  taskDefinition: td(1),
  createdAt: new Date('2029-12-31T00:00:00Z'),
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  failedTasks: 0,
  rolloutState: 'COMPLETED',
  ...more,
});
export const newer = (more: Partial<Deployment> = {}): Deployment => ({
  id: 'ecs-svc/3000',
  status: 'PRIMARY',
  taskDefinition: td(3),
  createdAt: new Date('2030-01-01T00:00:30Z'),
  desiredCount: 2,
  runningCount: 0,
  pendingCount: 2,
  rolloutState: 'IN_PROGRESS',
  ...more,
});
export const service = (deployments: Deployment[], more: Partial<Service> = {}): Service => ({
  serviceName: 'web',
  status: 'ACTIVE',
  desiredCount: 2,
  deployments,
  events: [],
  ...more,
});
export const sd = (status: string, more: Partial<ServiceDeployment> = {}): ServiceDeployment => ({
  serviceDeploymentArn: 'arn:sd',
  status: status as ServiceDeployment['status'],
  updatedAt: created,
  targetServiceRevision: {
    arn: 'arn:rev/2000',
    requestedTaskCount: 2,
    runningTaskCount: 2,
    pendingTaskCount: 0,
  },
  ...more,
});
export const seen = (
  parts: { service?: Service | 'missing'; serviceDeployment?: ServiceDeployment },
  times = 1,
  from: Rollout = beginRollout(ours, 0),
) => {
  let rollout = from;
  for (let n = 0; n < times; n += 1) rollout = observe({ at: 1000 * n, ...parts }, rollout).rollout;
  return rollout;
};
