import { isObject } from '../documents/canonical.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { near } from '../inputs/near.ts';

export type Plain = Record<string, unknown>;

/** The smallest AppSpec: one service behind a load balancer. */
export const newAppSpec = (container: string, port: number): Plain => ({
  version: '0.0',
  Resources: [
    {
      TargetService: {
        Type: 'AWS::ECS::Service',
        Properties: { LoadBalancerInfo: { ContainerName: container, ContainerPort: port } },
      },
    },
  ],
});

/**
 * The resources of an AppSpec, each with this task definition, and everything else in it (hooks). Keys are
 * found whatever their case; a container that a load balancer names must be one of `containers`, if any are
 * known.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 * @throws FILE_UNREADABLE, CONTAINER_NOT_FOUND
 */
export function resourcesWith(
  taskDefinition: string,
  given: unknown,
  name: string,
  containers: readonly string[],
): { readonly resources: readonly Plain[]; readonly rest: Plain } {
  const resources = isObject(given) ? memberOf(given, 'Resources') : undefined;
  if (!isObject(given) || !Array.isArray(resources) || resources.length === 0) {
    throw wrong(name, 'must be an object with a list of Resources');
  }
  // The callers write the version themselves, so a missing one does no harm.
  if (Number(memberOf(given, 'version') ?? 0) !== 0) throw wrong(name, 'must say version: 0.0');
  return {
    resources: resources.map((resource) => withTaskDefinition(taskDefinition, resource, name, containers)),
    rest: Object.fromEntries(Object.entries(given).filter(([key]) => !/^(?:version|resources)$/i.test(key))),
  };
}

function withTaskDefinition(
  taskDefinition: string,
  resource: unknown,
  name: string,
  containers: readonly string[],
): Plain {
  const [target, ...more] = isObject(resource) ? Object.entries(resource) : [];
  if (!target || more.length > 0 || !isObject(target[1])) {
    throw wrong(name, 'must have one TargetService in each of its Resources');
  }
  const [key, service] = target;
  const properties = memberOf(service as Plain, 'Properties');
  if (!isObject(properties)) throw wrong(name, `has no Properties in ${key}`);
  const balancer = memberOf(properties, 'LoadBalancerInfo');
  if (isObject(balancer)) checkBalancer(balancer, name, containers);
  const others = entriesWithout(properties, 'TaskDefinition');
  return {
    [key]: {
      ...Object.fromEntries(entriesWithout(service as Plain, 'Properties')),
      Properties: { TaskDefinition: taskDefinition, ...Object.fromEntries(others) },
    },
  };
}

function checkBalancer(balancer: Plain, name: string, containers: readonly string[]): void {
  const container = memberOf(balancer, 'ContainerName');
  const port = memberOf(balancer, 'ContainerPort');
  if (typeof container !== 'string' || !Number.isInteger(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw wrong(name, 'must have a ContainerName and a ContainerPort from 1 to 65535 in LoadBalancerInfo');
  }
  if (containers.length > 0 && !containers.includes(container)) {
    throw new LandfallError('CONTAINER_NOT_FOUND', {
      summary: `${name} names container ${container}${near(container, containers)}; the task definition has ${containers.join(', ')}`,
      facts: { missing: [container], containers },
    });
  }
}

const entriesWithout = (object: Plain, key: string) =>
  Object.entries(object).filter(([one]) => one.toLowerCase() !== key.toLowerCase());

export const memberOf = (object: Plain, key: string): unknown =>
  Object.entries(object).find(([one]) => one.toLowerCase() === key.toLowerCase())?.[1];

const wrong = (name: string, problem: string) =>
  new LandfallError('FILE_UNREADABLE', {
    summary: `${name} is not an AppSpec for an Amazon ECS deployment: it ${problem}`,
    remedy: 'Correct the AppSpec file.',
    facts: { file: name, problem },
  });

/** An AppSpec as the user wrote it, parsed. */
export interface AppSpecFile {
  readonly path: string;
  readonly document: unknown;
}
