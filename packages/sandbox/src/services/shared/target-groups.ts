import { AwsFault, type AwsService, type Handler, type Place } from '../../api/aws-service.ts';
import { hex } from '../../clock/random.ts';

interface TargetGroup {
  readonly TargetGroupArn: string;
  readonly TargetGroupName: string;
  readonly Protocol: string;
  readonly Port: number;
  readonly TargetType: string;
  readonly LoadBalancerArns: readonly string[];
}

/**
 * What Elastic Load Balancing fills in for a group of an Application Load Balancer:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 */
const DEFAULTS = {
  HealthCheckProtocol: 'HTTP',
  HealthCheckPort: 'traffic-port',
  HealthCheckEnabled: true,
  HealthCheckIntervalSeconds: 30,
  HealthCheckTimeoutSeconds: 5,
  HealthyThresholdCount: 5,
  UnhealthyThresholdCount: 2,
  HealthCheckPath: '/',
  Matcher: { HttpCode: '200' },
  ProtocolVersion: 'HTTP1',
  IpAddressType: 'ipv4',
};

/** The settings of a request over the defaults. */
function settingsOf(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const settings: Record<string, unknown> = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS)) if (input[name] !== undefined) settings[name] = input[name];
  return settings;
}

/**
 * Target groups of Elastic Load Balancing: made and described. There are no load balancers; a group counts as
 * behind one unless its tag `sandbox:load-balancer` is `none`.
 */
export function createTargetGroups(parts: { readonly random: () => number; changed(): void }): TargetGroups {
  const groups = new Map<string, TargetGroup>();
  const make: TargetGroups['make'] = (input, place) => {
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
    const root = `arn:${place.partition}:elasticloadbalancing:${place.region}:${place.accountId}`;
    const tags = (input.Tags ?? []) as { Key?: string; Value?: string }[];
    const alone = tags.some(({ Key, Value }) => Key === 'sandbox:load-balancer' && Value === 'none');
    const group: TargetGroup = {
      TargetGroupArn: `${root}:targetgroup/${name}/${hex(parts.random, 16)}`,
      TargetGroupName: name,
      Protocol: String(input.Protocol ?? 'HTTP'),
      Port: Number(input.Port ?? 80),
      ...(input.VpcId === undefined ? {} : { VpcId: String(input.VpcId) }),
      TargetType: String(input.TargetType ?? 'instance'),
      ...settingsOf(input),
      LoadBalancerArns: alone ? [] : [`${root}:loadbalancer/app/sandbox/${hex(parts.random, 16)}`],
    };
    groups.set(group.TargetGroupArn, group);
    parts.changed();
    return group;
  };
  const CreateTargetGroup: Handler = (input, { caller }) => ({ TargetGroups: [make(input, caller)] });
  const DescribeTargetGroups: Handler = (input) => {
    const arns: string[] | undefined = input.TargetGroupArns;
    const names: string[] | undefined = input.Names;
    if (arns !== undefined && names !== undefined) {
      throw new AwsFault(
        'ValidationError',
        'Target group ARNs and names cannot be specified at the same time',
      );
    }
    const all = [...groups.values()];
    if (arns) return { TargetGroups: arns.map((arn) => groups.get(arn) ?? missing()) };
    if (names) {
      return {
        TargetGroups: names.map(
          (name) => all.find(({ TargetGroupName }) => TargetGroupName === name) ?? missing(),
        ),
      };
    }
    return { TargetGroups: all };
  };
  return {
    handlers: { CreateTargetGroup, DescribeTargetGroups },
    make,
    has: (arn) => groups.has(arn),
    save: () => [...groups.values()],
    restore(state) {
      groups.clear();
      for (const group of state as TargetGroup[]) groups.set(group.TargetGroupArn, group);
    },
  };
}

function missing(): never {
  throw new AwsFault('TargetGroupNotFound', 'One or more target groups not found');
}

interface TargetGroups extends Pick<AwsService, 'handlers' | 'save' | 'restore'> {
  has(targetGroupArn: string): boolean;
  make(input: Readonly<Record<string, unknown>>, place: Place): TargetGroup;
}
