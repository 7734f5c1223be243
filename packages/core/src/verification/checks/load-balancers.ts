import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { arnParts } from '../../account/arn.ts';
import { type Probe, probe } from '../../reading/probe.ts';
import type { World } from '../../world/world.ts';
import { type Check, error, ok, skip, warn } from '../check.ts';
import { notFound } from '../not-found.ts';
import { containersOf, networkModeOf, type Subject } from '../subject.ts';

type TargetGroups = ReadonlyMap<string, Probe<TargetGroup>>;

const groupsOf = (balancer: LoadBalancer): readonly string[] =>
  [balancer.targetGroupArn, balancer.advancedConfiguration?.alternateTargetGroupArn].filter(
    (arn) => arn !== undefined,
  );

export async function readTargetGroups({ service }: Subject, { aws, host }: World): Promise<TargetGroups> {
  const arns = [...new Set((service?.loadBalancers ?? []).flatMap(groupsOf))];
  const asked = await Promise.all(
    arns.map((arn) =>
      probe(async () => {
        const elbv2 = await aws.elbv2(arnParts(arn)?.region);
        // One call for each: a call for several fails when one is gone, and does not say which.
        const answer = await elbv2.describeTargetGroups(
          { TargetGroupArns: [arn] },
          { signal: host.cancellation },
        );
        return answer.TargetGroups?.[0];
      }),
    ),
  );
  return new Map(arns.map((arn, index) => [arn, asked[index]!]));
}

/** The service's load balancer entries against the containers and the target groups. */
export function checkLoadBalancers(subject: Subject, groups: TargetGroups): readonly Check[] {
  const { service } = subject;
  if (!service)
    return [skip('load-balancer', 'load balancers', 'are not checked, because no service is set')];
  const balancers = service.loadBalancers ?? [];
  if (balancers.length === 0) return [skip('load-balancer', 'service', 'has no load balancer')];
  return balancers.flatMap((balancer) => [
    portCheck(subject, balancer),
    ...groupsOf(balancer).map((arn) => groupCheck(subject, arn, groups.get(arn) ?? { kind: 'absent' })),
  ]);
}

function portCheck(subject: Subject, { containerName, containerPort }: LoadBalancer): Check {
  const name = `${containerName}:${containerPort}`;
  const containers = containersOf(subject);
  const container = containers.find((one) => one.name === containerName);
  if (!container) {
    return error(
      'load-balancer',
      name,
      `is where the load balancer sends requests, but the task definition has no container ${containerName} (it has ${containers.map((one) => one.name).join(', ')})`,
      `Name the container ${containerName}, or change the load balancer entry of the service.`,
    );
  }
  const ports = (container.portMappings ?? []).map((one) => one.containerPort);
  if (!ports.includes(containerPort)) {
    return error(
      'load-balancer',
      name,
      `is where the load balancer sends requests, but the container maps ${ports.length > 0 ? `port ${ports.join(', ')} only` : 'no port'}`,
      `Add { "containerPort": ${containerPort} } to the portMappings of container ${containerName}.`,
    );
  }
  return ok('load-balancer', name, 'is mapped by the container');
}

function groupCheck(subject: Subject, arn: string, asked: Probe<TargetGroup>): Check {
  const name = `target group ${arn.split('/')[1] ?? arn}`;
  if (asked.kind !== 'found') {
    return notFound('load-balancer', name, asked, {
      message: 'does not exist',
      remedy: `Create it again, or remove it from the service: ${arn}.`,
    });
  }
  const { TargetType: type, LoadBalancerArns: behind } = asked.value;
  const mode = networkModeOf(subject);
  const wanted = mode === 'awsvpc' ? 'ip' : 'instance';
  if (type !== wanted) {
    return error(
      'load-balancer',
      name,
      `has targets of the type ${type}, but the network mode ${mode} needs the type ${wanted}`,
      `Use a target group of the type ${wanted}.`,
    );
  }
  if (behind?.length === 0) {
    return warn(
      'load-balancer',
      name,
      'is not attached to a load balancer, so no requests reach the tasks',
      'Add a listener rule that forwards to it.',
    );
  }
  return ok('load-balancer', name, `exists, with targets of the type ${wanted}`);
}
