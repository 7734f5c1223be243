import type * as ecs from '@aws-sdk/client-ecs';
import type { AwsFault, RequestContext } from '../../../api/aws-service.ts';
import { seededRandom } from '../../../clock/random.ts';
import { createVirtualClock } from '../../../clock/virtual-clock.ts';
import type { ImageResolution } from '../../../ports/images.ts';
import type { LogEvent } from '../../../ports/log-store.ts';
import { noSuchKey } from '../../s3/buckets.ts';
import { createEcs, type EcsDeps } from '../ecs-service.ts';
import type { TaskRule } from '../task-rules/task-rule.ts';

/** The ECS service alone, on a virtual clock, with stores in memory: for tests of its behaviour. */
export function ecsBench(options: Partial<EcsDeps> & { readonly taskRules?: readonly TaskRule[] } = {}) {
  const clock = createVirtualClock();
  const groups = new Map<string, Map<string, LogEvent[]>>();
  const images = new Map<string, ImageResolution>();
  const secrets = new Map<string, string>();
  const files = new Map<string, string>();
  const service = createEcs({
    clock,
    accountId: '123456789012',
    region: 'eu-west-1',
    partition: 'aws',
    logs: {
      hasGroup: (group) => groups.has(group),
      createGroup: (group) => void (groups.has(group) || groups.set(group, new Map())),
      createStream: (group, stream) => void (groups.get(group) ?? new Map()).set(stream, []),
      put(group, stream, events) {
        const streams = groups.get(group) ?? new Map<string, LogEvent[]>();
        groups.set(group, streams);
        streams.set(stream, [...(streams.get(stream) ?? []), ...events]);
      },
      read: (group, stream) => groups.get(group)?.get(stream) ?? [],
    },
    registry: { resolve: (reference) => images.get(reference) ?? { kind: 'foreign' }, pull: () => undefined },
    secrets: {
      lookup: (valueFrom) => {
        const value = secrets.get(valueFrom);
        return value === undefined
          ? {
              kind: 'missing',
              from: 'asm',
              detail: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
            }
          : { kind: 'found', value };
      },
    },
    files: {
      read: (arn) => {
        const text = files.get(arn);
        return text === undefined ? { kind: 'missing', ...noSuchKey } : { kind: 'found', text };
      },
    },
    balancers: {
      targetGroup: ({ name }) =>
        `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/0123456789abcdef`,
    },
    tasks: 'scripted',
    random: seededRandom(1),
    changed: () => undefined,
    ...options,
  });
  if (options.taskRules !== undefined) service.setTaskRules(options.taskRules);
  const context: RequestContext = {
    clock,
    requestId: 'request',
    signal: new AbortController().signal,
    caller: {
      accessKeyId: 'AKIAEXAMPLE',
      accountId: '123456789012',
      region: 'eu-west-1',
      partition: 'aws',
      arn: 'arn:aws:iam::123456789012:user/tester',
    },
  };

  /** Calls an operation as a request would. */
  const call = <Output>(operation: string, input: object): Output =>
    service.handlers[operation]!(input, context) as Output;
  const refusal = (operation: string, input: object): { code: string; message: string } => {
    try {
      call(operation, input);
    } catch (error) {
      const { code, message } = error as AwsFault;
      return { code, message };
    }
    throw new Error(`${operation} was not refused`);
  };

  const register = (changes: Partial<ecs.ContainerDefinition> = {}, family = 'web'): string =>
    call<ecs.RegisterTaskDefinitionResponse>('RegisterTaskDefinition', {
      family,
      containerDefinitions: [{ name: 'app', image: 'example/web:1', memory: 128, ...changes }],
    }).taskDefinition!.taskDefinitionArn!;
  const describe = (name = 'web'): ecs.Service =>
    call<ecs.DescribeServicesResponse>('DescribeServices', { cluster: 'main', services: [name] })
      .services![0]!;
  const update = (input: Partial<ecs.UpdateServiceRequest>): ecs.Service =>
    call<ecs.UpdateServiceResponse>('UpdateService', { cluster: 'main', service: 'web', ...input }).service!;
  const create = (input: Partial<ecs.CreateServiceRequest>): ecs.Service =>
    call<ecs.CreateServiceResponse>('CreateService', {
      cluster: 'main',
      serviceName: 'web',
      desiredCount: 2,
      ...input,
    }).service!;
  const serviceDeployment = (name = 'web'): ecs.ServiceDeployment =>
    call<ecs.DescribeServiceDeploymentsResponse>('DescribeServiceDeployments', {
      serviceDeploymentArns: [describe(name).currentServiceDeployment],
    }).serviceDeployments![0]!;
  const tasks = (desiredStatus: 'RUNNING' | 'STOPPED', name = 'web'): ecs.Task[] => {
    const { taskArns } = call<ecs.ListTasksResponse>('ListTasks', {
      cluster: 'main',
      serviceName: name,
      desiredStatus,
    });
    if (taskArns!.length === 0) return [];
    return call<ecs.DescribeTasksResponse>('DescribeTasks', { cluster: 'main', tasks: taskArns }).tasks!;
  };
  /** The events so far, oldest first, task and deployment ids by the order in which they first appear. */
  const events = (name = 'web'): string[] => {
    const names = new Map<string, string>();
    const named = (kind: string) => (id: string) => {
      if (!names.has(id))
        names.set(id, `${kind}${[...names.values()].filter((known) => known.startsWith(kind)).length + 1}`);
      return names.get(id)!;
    };
    return [...(describe(name).events ?? [])]
      .reverse()
      .map((event) =>
        event
          .message!.replace(/ecs-svc\/\d+/g, named('deployment-'))
          .replace(/\b[0-9a-f]{32}\b/g, named('task-')),
      );
  };

  call('CreateCluster', { clusterName: 'main' });
  return {
    clock,
    service,
    call,
    refusal,
    register,
    create,
    update,
    describe,
    serviceDeployment,
    tasks,
    events,
    images,
    secrets,
    groups,
  };
}
