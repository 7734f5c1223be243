import type {
  Deployment,
  RegisterTaskDefinitionRequest,
  Service,
  ServiceDeployment,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { LandfallError } from '../errors/landfall-error.ts';
import type { Ecs } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';

/** What ECS shows from so many milliseconds after the update on. A part not named stays as it was. */
export interface Scene {
  readonly at: number;
  readonly deployments?: readonly Deployment[];
  readonly serviceDeployment?: Partial<ServiceDeployment> | 'none';
  readonly service?: Partial<Service> | 'missing' | 'empty';
  readonly stoppedTasks?: readonly Task[];
  /** Every read fails with this from here on; `undefined` ends it. */
  readonly error?: LandfallError | undefined;
}

export interface Script {
  readonly clock: Clock;
  readonly service?: Partial<Service>;
  /** What the service runs before the update. */
  readonly live?: Partial<TaskDefinition>;
  readonly scenes?: readonly Scene[];
  /** Errors thrown by successive calls; `apply` says whether the call takes effect all the same. */
  readonly registerFails?: readonly { error: LandfallError; apply: boolean }[];
  readonly updateFails?: readonly { error: LandfallError; apply: boolean }[];
  readonly denied?: readonly (keyof Ecs)[];
}

export const arn = (rest: string) => `arn:aws:ecs:eu-west-1:123456789012:${rest}`;
const td = (family: string, revision: number) => arn(`task-definition/${family}:${revision}`);
export const baseContainer = { name: 'web', image: 'web:1', essential: true };

/** A service called `web` in cluster `main`, one deployment live, and a script of what follows an update. */
export function scriptedEcs(script: Script): Partial<Ecs> {
  const { clock } = script;
  const revisions: TaskDefinition[] = [
    {
      family: 'web',
      revision: 1,
      taskDefinitionArn: td('web', 1),
      status: 'ACTIVE',
      containerDefinitions: [baseContainer],
      ...script.live,
    },
  ];
  let updatedAt: number | undefined;
  let updates = 0;
  const registerFails = [...(script.registerFails ?? [])];
  const updateFails = [...(script.updateFails ?? [])];
  const old: Deployment = {
    id: 'ecs-svc/1000',
    status: 'PRIMARY',
    taskDefinition: td('web', 1),
    createdAt: new Date(clock.now() - 86_400_000),
    desiredCount: 1,
    runningCount: 1,
    pendingCount: 0,
    failedTasks: 0,
    rolloutState: 'COMPLETED',
  };
  let target = td('web', 1);
  let createdAt = new Date(clock.now());
  const id = () => `ecs-svc/${1000 + updates * 1000}`;
  const fresh = (): Deployment => ({
    ...old,
    id: id(),
    taskDefinition: target,
    createdAt,
    runningCount: 0,
    pendingCount: 1,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id()} in progress.`,
  });
  const scenes = () =>
    updatedAt === undefined
      ? []
      : (script.scenes ?? []).filter((scene) => scene.at <= clock.now() - updatedAt!);
  const latest = <K extends keyof Scene>(key: K): Scene[K] | undefined =>
    scenes().findLast((scene) => key in scene)?.[key];
  const serviceNow = (): Service => ({
    serviceName: 'web',
    serviceArn: arn('service/main/web'),
    clusterArn: arn('cluster/main'),
    status: 'ACTIVE',
    desiredCount: 1,
    runningCount: 1,
    pendingCount: 0,
    taskDefinition: target,
    events: [],
    deployments:
      updatedAt === undefined
        ? [old]
        : [...(latest('deployments') ?? [fresh(), { ...old, status: 'ACTIVE' }])],
    ...(updatedAt !== undefined && {
      currentServiceDeployment: arn(`service-deployment/main/web/${id().slice(8)}`),
    }),
    ...script.service,
    ...(typeof latest('service') === 'object' ? (latest('service') as Partial<Service>) : {}),
  });
  const serviceDeploymentNow = (): ServiceDeployment => ({
    serviceDeploymentArn: arn(`service-deployment/main/web/${id().slice(8)}`),
    status: 'IN_PROGRESS',
    createdAt,
    updatedAt: new Date(clock.now()),
    targetServiceRevision: {
      arn: arn(`service-revision/main/web/${id().slice(8)}`),
      requestedTaskCount: 1,
      runningTaskCount: 0,
      pendingTaskCount: 1,
    },
    ...(latest('serviceDeployment') as Partial<ServiceDeployment> | undefined),
  });
  const guard = (method: keyof Ecs) => {
    if (script.denied?.includes(method)) {
      const action = `ecs:${method[0]!.toUpperCase()}${method.slice(1)}`;
      throw new LandfallError('ACCESS_DENIED', {
        summary: `the caller may not ${action} on service/main/web`,
        facts: { action },
      });
    }
    const error = latest('error');
    if (error) throw error;
  };
  return {
    describeServices: async ({ services = [] }) => {
      guard('describeServices');
      const shown = latest('service');
      if (shown === 'empty') return {};
      if (shown === 'missing' || services[0] !== 'web')
        return { services: [], failures: [{ arn: arn(`service/main/${services[0]}`), reason: 'MISSING' }] };
      return { services: [serviceNow()], failures: [] };
    },
    describeTaskDefinition: async ({ taskDefinition }) => {
      const found =
        revisions.find((one) => one.taskDefinitionArn === taskDefinition) ??
        revisions.findLast((one) => one.family === taskDefinition);
      if (!found)
        throw new LandfallError('REQUEST_REFUSED', { summary: 'Unable to describe task definition.' });
      return { taskDefinition: found, tags: [] };
    },
    registerTaskDefinition: async (request: RegisterTaskDefinitionRequest) => {
      const fail = registerFails.shift();
      const revision = revisions.length + 1;
      const made = {
        ...request,
        revision,
        status: 'ACTIVE',
        taskDefinitionArn: td(request.family!, revision),
      } as TaskDefinition;
      if (!fail || fail.apply) revisions.push(made);
      if (fail) throw fail.error;
      return { taskDefinition: made };
    },
    updateService: async (request) => {
      const fail = updateFails.shift();
      if (!fail || fail.apply) {
        updates += 1;
        updatedAt = clock.now();
        createdAt = new Date(updatedAt);
        target = request.taskDefinition ?? target;
      }
      if (fail) throw fail.error;
      return { service: { ...serviceNow(), deployments: [fresh(), { ...old, status: 'ACTIVE' }] } };
    },
    describeServiceDeployments: async () => {
      guard('describeServiceDeployments');
      if (latest('serviceDeployment') === 'none') return { serviceDeployments: [], failures: [] };
      return { serviceDeployments: [serviceDeploymentNow()], failures: [] };
    },
    listServiceDeployments: async () => {
      guard('listServiceDeployments');
      return { serviceDeployments: [] };
    },
    listTasks: async () => {
      guard('listTasks');
      return { taskArns: (latest('stoppedTasks') ?? []).map((task) => task.taskArn!) };
    },
    describeTasks: async () => ({ tasks: [...(latest('stoppedTasks') ?? [])] }),
    stopServiceDeployment: async ({ serviceDeploymentArn }) => ({ serviceDeploymentArn }),
  };
}
