import { createHash } from 'node:crypto';
import type { Service } from '@aws-sdk/client-ecs';
import { primaryTaskSet } from '../../../ecs/task-sets.ts';
import { LandfallError } from '../../../errors/landfall-error.ts';
import {
  type AppSpecFile,
  memberOf,
  newAppSpec,
  type Plain,
  resourcesWith,
} from '../../../pipeline-files/app-spec-resources.ts';

/** An AppSpec as CreateDeployment takes it: JSON, and its checksum as lower-case hex. */
export interface AppSpec {
  readonly content: string;
  readonly sha256: string;
}

/**
 * The AppSpec of one deployment: the file's, or one made from the service, with the task definition in every
 * resource. A file without `LoadBalancerInfo` gets the service's.
 * @throws FILE_UNREADABLE, CONTAINER_NOT_FOUND, TASKDEF_INVALID
 */
export function appSpecFor(
  service: Service,
  taskDefinition: string,
  containers: readonly string[],
  file: AppSpecFile | undefined,
): AppSpec {
  const balancer = balancerOf(service);
  const name = file?.path ?? `the AppSpec generated from ${service.serviceName}`;
  const generated = balancer && newAppSpec(balancer.ContainerName, balancer.ContainerPort);
  if (!file && !generated) {
    throw new LandfallError('TASKDEF_INVALID', {
      summary: `${service.serviceName} has no load balancer to generate an AppSpec from`,
      remedy: 'Provide an AppSpec file with `codedeploy-appspec`.',
    });
  }
  const document = file?.document ?? generated;
  const { resources, rest } = resourcesWith(taskDefinition, document, name, containers);
  const { hooks, ...others } = splitHooks(rest);
  const content = JSON.stringify({
    // As a number: what YAML's `0.0` becomes in JSON, which CodeDeploy accepts.
    version: 0,
    Resources: resources.map((resource) => withBalancer(resource, balancer)),
    ...(hooks === undefined ? {} : { Hooks: hooks }),
    ...others,
  });
  return { content, sha256: sha256Of(content) };
}

export const sha256Of = (content: string): string => createHash('sha256').update(content).digest('hex');

/** As an AppSpec names it. */
interface Balancer {
  readonly ContainerName: string;
  readonly ContainerPort: number;
}

function balancerOf(service: Service): Balancer | undefined {
  const all = [...(service.loadBalancers ?? []), ...(primaryTaskSet(service)?.loadBalancers ?? [])];
  const [first] = all.flatMap(({ containerName: ContainerName, containerPort: ContainerPort }) =>
    ContainerName === undefined || ContainerPort === undefined ? [] : { ContainerName, ContainerPort },
  );
  return first;
}

function withBalancer(resource: Plain, balancer: Balancer | undefined): Plain {
  const [[key, target]] = Object.entries(resource) as [[string, { Properties: Plain }]];
  const { Properties } = target;
  const given = memberOf(Properties, 'LoadBalancerInfo');
  const info =
    given === undefined
      ? balancer
      : {
          ContainerName: memberOf(given as Plain, 'ContainerName'),
          ContainerPort: memberOf(given as Plain, 'ContainerPort'),
        };
  if (info === undefined) return resource;
  const rest = Object.entries(Properties).filter(([name]) => name.toLowerCase() !== 'loadbalancerinfo');
  return { [key]: { ...target, Properties: { ...Object.fromEntries(rest), LoadBalancerInfo: info } } };
}

function splitHooks(rest: Plain): Plain & { hooks?: unknown } {
  const others = Object.entries(rest).filter(([key]) => key.toLowerCase() !== 'hooks');
  const hooks = memberOf(rest, 'Hooks');
  return { ...Object.fromEntries(others), ...(hooks === undefined ? {} : { hooks }) };
}
