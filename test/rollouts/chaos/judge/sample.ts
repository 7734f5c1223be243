import type { Deployment, Service, ServiceDeployment, Task, TaskSet } from '@aws-sdk/client-ecs';
import type { Call, Evidence, Run, RunRequest, Snapshot } from './evidence.ts';

/** Small worlds to judge: version n runs `image(n)`, its deployment is `ecs-svc/n`. */
export const image = (version: number) => `example/web:${version}`;
export const revision = (version: number) =>
  `arn:aws:ecs:us-east-1:123456789012:task-definition/web:${version}`;
export const minute = 60_000;

export const deployment = (version: number, more: Partial<Deployment> = {}): Deployment => ({
  id: `ecs-svc/${version}`,
  status: 'PRIMARY',
  taskDefinition: revision(version),
  rolloutState: 'COMPLETED',
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  createdAt: new Date(version * 1000),
  ...more,
});

export const record = (version: number, more: Partial<ServiceDeployment> = {}): ServiceDeployment => ({
  serviceDeploymentArn: `arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/${version}`,
  status: 'SUCCESSFUL',
  targetServiceRevision: { arn: `arn:aws:ecs:us-east-1:123456789012:service-revision/main/web/${version}` },
  createdAt: new Date(version * 1000),
  finishedAt: new Date(version * 1000 + 500),
  ...more,
});

/** ECS has rolled back to version 1. */
export const rolledBack = (version: number): ServiceDeployment =>
  record(version, {
    status: 'ROLLBACK_SUCCESSFUL',
    rollback: { serviceRevisionArn: record(1).targetServiceRevision!.arn },
  });

export const taskSet = (version: number, more: Partial<TaskSet> = {}): TaskSet => ({
  id: `ecs-svc/${version}`,
  externalId: `d-${version}`,
  status: 'PRIMARY',
  taskDefinition: revision(version),
  stabilityStatus: 'STEADY_STATE',
  computedDesiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  createdAt: new Date(version * 1000),
  ...more,
});

export const codeDeploy = (version: number, more: object = {}, events: object = {}) => ({
  info: {
    deploymentId: `d-${version}`,
    status: 'Succeeded' as const,
    createTime: new Date(version * 1000),
    completeTime: new Date(version * 1000 + 500),
    revision: { appSpecContent: { content: JSON.stringify({ TaskDefinition: revision(version) }) } },
    ...more,
  },
  target: {
    lifecycleEvents: Object.entries(events).map(([lifecycleEventName, status]) => ({
      lifecycleEventName,
      status,
    })),
  },
});

export const service = (deployments: readonly Deployment[], more: Partial<Service> = {}): Service => ({
  serviceName: 'web',
  status: 'ACTIVE',
  desiredCount: 2,
  deploymentController: { type: 'ECS' },
  deployments: [...deployments],
  ...more,
});

export const state = (
  deployments: readonly Deployment[],
  serviceDeployments: readonly ServiceDeployment[],
  more: Partial<Snapshot> & { service?: Service } = {},
): Snapshot => ({
  at: 5 * minute,
  service: service(deployments),
  serviceDeployments,
  codeDeploy: [],
  ...more,
});

/** A service of another controller. */
export const bySets = (
  type: 'CODE_DEPLOY' | 'EXTERNAL',
  taskSets: readonly TaskSet[],
  deployments: Snapshot['codeDeploy'] = [],
  more: Partial<Service> = {},
): Snapshot => ({
  at: 5 * minute,
  service: service([], { deploymentController: { type }, taskSets: [...taskSets], ...more }),
  serviceDeployments: [],
  codeDeploy: deployments,
});

/** Version 1 is live, and nothing else was ever deployed. */
export const before = state([deployment(1)], [record(1)], { at: minute });

export const call = (operation: string, more: Partial<Call> = {}): Call => ({
  at: 10 * minute,
  service: 'ecs',
  operation,
  input: {},
  answer: {},
  made: [],
  wrote: false,
  ...more,
});

/** A read of the service, as it was shown. */
export const read = (at: number, shown: Snapshot): Call =>
  call('DescribeServices', { at, answer: { services: [shown.service] } });

export const made = (...ids: string[]): Call =>
  call('UpdateService', { at: 2 * minute, made: ids, wrote: true });

export const run = (asked: Partial<RunRequest>, more: Partial<Run> = {}): Run => ({
  asked: { operation: 'deploy', until: 'completed', onCancel: 'leave', image: image(2), ...asked },
  origin: 'run-1',
  attempt: 1,
  calls: [],
  startedAt: 2 * minute,
  endedAt: 10 * minute,
  lines: [],
  ...more,
});

export const green = (outputs: Record<string, string>): Run['said'] => ({ exitCode: 0, outputs });
export const red = (code: string, summary = 'web: web:2 is not live'): Run['said'] => ({
  exitCode: 1,
  outputs: { verdict: code },
  error: { code, summary },
});

export const task = (more: Partial<Task> = {}): Task => ({
  taskArn: 'arn:aws:ecs:us-east-1:123456789012:task/main/1',
  lastStatus: 'STOPPED',
  stopCode: 'EssentialContainerExited',
  containers: [
    { name: 'migrate', exitCode: 0 },
    { name: 'agent', exitCode: 0 },
  ],
  ...more,
});

export const evidence = (
  runs: readonly Run[],
  end: Snapshot | readonly Snapshot[],
  more: Partial<Evidence> = {},
): Evidence => ({
  runs,
  history: [before, ...(Array.isArray(end) ? end : [end])],
  images: Object.fromEntries([1, 2, 3].map((version) => [revision(version), image(version)])),
  tasks: [],
  behind: 0,
  ...more,
});
