import { AwsFault, type AwsService, type Handler } from '../protocol/aws-service.ts';
import { hex } from '../world/random.ts';

interface TargetGroup {
  readonly TargetGroupArn: string;
  readonly TargetGroupName: string;
  readonly Protocol: string;
  readonly Port: number;
  readonly TargetType: string;
  readonly LoadBalancerArns: readonly string[];
}

/**
 * Target groups of Elastic Load Balancing: made and described. There are no load balancers; a group counts as
 * behind one unless its tag `sandbox:load-balancer` is `none`.
 */
export function createTargetGroups(parts: { readonly random: () => number; changed(): void }): TargetGroups {
  const groups = new Map<string, TargetGroup>();
  const CreateTargetGroup: Handler = (input, { caller }) => {
    const name = String(input.Name ?? '');
    if (!/^[A-Za-z0-9-]{1,32}$/.test(name)) {
      throw new AwsFault(
        'ValidationError',
        `Target group name '${name}' cannot be longer than '32' characters`,
      );
    }
    if ([...groups.values()].some(({ TargetGroupName }) => TargetGroupName === name)) {
      throw new AwsFault(
        'DuplicateTargetGroupName',
        `A target group with the same name '${name}' exists, but with different settings`,
      );
    }
    const root = `arn:${caller.partition}:elasticloadbalancing:${caller.region}:${caller.accountId}`;
    const tags: { Key?: string; Value?: string }[] = input.Tags ?? [];
    const alone = tags.some(({ Key, Value }) => Key === 'sandbox:load-balancer' && Value === 'none');
    const group: TargetGroup = {
      TargetGroupArn: `${root}:targetgroup/${name}/${hex(parts.random, 16)}`,
      TargetGroupName: name,
      Protocol: String(input.Protocol ?? 'HTTP'),
      Port: Number(input.Port ?? 80),
      TargetType: String(input.TargetType ?? 'instance'),
      LoadBalancerArns: alone ? [] : [`${root}:loadbalancer/app/sandbox/${hex(parts.random, 16)}`],
    };
    groups.set(group.TargetGroupArn, group);
    parts.changed();
    return { TargetGroups: [group] };
  };
  const DescribeTargetGroups: Handler = (input) => {
    const arns: string[] | undefined = input.TargetGroupArns;
    if (arns?.some((arn) => !groups.has(arn))) {
      throw new AwsFault('TargetGroupNotFound', 'One or more target groups not found');
    }
    return { TargetGroups: arns ? arns.map((arn) => groups.get(arn)) : [...groups.values()] };
  };
  return {
    handlers: { CreateTargetGroup, DescribeTargetGroups },
    save: () => [...groups.values()],
    restore(state) {
      groups.clear();
      for (const group of state as TargetGroup[]) groups.set(group.TargetGroupArn, group);
    },
  };
}

type TargetGroups = Pick<AwsService, 'handlers' | 'save' | 'restore'>;
