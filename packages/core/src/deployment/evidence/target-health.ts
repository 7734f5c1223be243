import type { Service } from '@aws-sdk/client-ecs';
import { describe } from '../../errors/describe.ts';
import { isLandfallError } from '../../errors/landfall-error.ts';
import type { Aws, CallOptions } from '../../world/aws.ts';

/** What a load balancer thinks of the tasks it should send requests to, where it thinks ill of some. */
interface TargetHealthReport {
  /** One line per distinct reason: `target group web: 2 targets unhealthy: Target.ResponseCodeMismatch (…)`. */
  readonly lines: readonly string[];
  /** Why there is nothing to say: names the IAM action when one is missing. */
  readonly note?: string;
}

const wellEnough = new Set(['healthy', 'draining', 'unused']);

/**
 * Best effort, one call per target group of the service: it never throws, it says what it could not do.
 * Source: DescribeTargetHealth in the Elastic Load Balancing API reference.
 */
export async function targetHealth(
  service: Service,
  aws: Aws,
  options: CallOptions,
): Promise<TargetHealthReport> {
  const groups = [...new Set((service.loadBalancers ?? []).flatMap((one) => one.targetGroupArn ?? []))];
  if (groups.length === 0) return { lines: [] };
  try {
    const elb = await aws.elbv2();
    const answers = await Promise.all(
      groups.map(async (TargetGroupArn) => ({
        name: TargetGroupArn.split('/')[1] ?? TargetGroupArn,
        targets: (await elb.describeTargetHealth({ TargetGroupArn }, options)).TargetHealthDescriptions ?? [],
      })),
    );
    return { lines: answers.flatMap(({ name, targets }) => linesOf(name, targets)) };
  } catch (error) {
    const why = isLandfallError(error) ? error.summary : describe(error);
    return { lines: [], note: `the health of the load balancer's targets cannot be shown: ${why}` };
  }
}

interface Described {
  readonly TargetHealth?:
    | {
        readonly State?: string | undefined;
        readonly Reason?: string | undefined;
        readonly Description?: string | undefined;
      }
    | undefined;
}

function linesOf(group: string, targets: readonly Described[]): string[] {
  const ill = targets.filter(
    ({ TargetHealth: health }) => health?.State !== undefined && !wellEnough.has(health.State),
  );
  const reasons = Map.groupBy(
    ill,
    ({ TargetHealth: health }) =>
      `${health?.State}: ${health?.Reason ?? 'no reason given'}${health?.Description ? ` (${health.Description})` : ''}`,
  );
  return [...reasons].map(
    ([reason, same]) =>
      `target group ${group}: ${same.length} ${same.length === 1 ? 'target' : 'targets'} ${reason}`,
  );
}
