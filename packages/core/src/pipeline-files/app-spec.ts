// yaml: writes `version: 0.0` and quotes what another reader would take for a number.
import { Document, Scalar } from 'yaml';
import { isObject } from '../documents/canonical.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { near } from '../inputs/near.ts';

export const taskDefinitionPlaceholder = '<TASK_DEFINITION>';

type Plain = Record<string, unknown>;

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
 * An AppSpec whose task definition CodePipeline fills in. Keys are found whatever their case; everything else
 * (hooks, network, capacity) stays. A container that the load balancer names must be one of `containers`.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 * @throws FILE_UNREADABLE, CONTAINER_NOT_FOUND
 */
export function appSpecText(given: unknown, name: string, containers: readonly string[]): string {
  const resources = isObject(given) ? memberOf(given, 'Resources') : undefined;
  if (!isObject(given) || !Array.isArray(resources) || resources.length === 0) {
    throw wrong(name, 'must be an object with a list of Resources');
  }
  if (Number(memberOf(given, 'version')) !== 0) throw wrong(name, 'must say version: 0.0');
  const edited = resources.map((resource) => withPlaceholder(resource, name, containers));
  const rest = Object.entries(given).filter(([key]) => !/^(?:version|resources)$/i.test(key));
  const version = new Scalar(0);
  version.minFractionDigits = 1;
  const document = new Document({ version, Resources: edited, ...Object.fromEntries(rest) });
  return document.toString({ lineWidth: 0 });
}

function withPlaceholder(resource: unknown, name: string, containers: readonly string[]): Plain {
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
      Properties: { TaskDefinition: taskDefinitionPlaceholder, ...Object.fromEntries(others) },
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

const memberOf = (object: Plain, key: string): unknown =>
  Object.entries(object).find(([one]) => one.toLowerCase() === key.toLowerCase())?.[1];

const wrong = (name: string, problem: string) =>
  new LandfallError('FILE_UNREADABLE', {
    summary: `${name} is no AppSpec of an Amazon ECS deployment: it ${problem}`,
    remedy: 'Correct the AppSpec file.',
    facts: { file: name, problem },
  });
