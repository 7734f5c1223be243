import { AwsFault, type AwsService, type Handler } from '../../api/aws-service.ts';
import type { Target } from '../ecs/task-set-port.ts';

const TARGET_GROUP =
  /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]+$/;

/** Why a target is not healthy: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html */
const REASONS = {
  initial: { Reason: 'Elb.RegistrationInProgress', Description: 'Target registration is in progress' },
  draining: {
    Reason: 'Target.DeregistrationInProgress',
    Description: 'Target deregistration is in progress',
  },
  healthy: {},
} as const;

/** Elastic Load Balancing, as far as a deployer asks it: the health of a target group's targets. */
export function createElbv2(deps: {
  readonly targets: (targetGroupArn: string) => readonly Target[];
  /** Whether there is such a group: one that was made, or that a service names. */
  readonly knows: (targetGroupArn: string) => boolean;
}): AwsService {
  const DescribeTargetHealth: Handler = (input: { TargetGroupArn?: string }) => {
    const group = input.TargetGroupArn ?? '';
    if (!TARGET_GROUP.test(group)) {
      throw new AwsFault('ValidationError', `'${group}' is not a valid target group ARN`);
    }
    const targets = deps.targets(group);
    if (targets.length === 0 && !deps.knows(group)) {
      throw new AwsFault('TargetGroupNotFound', 'One or more target groups not found');
    }
    return {
      TargetHealthDescriptions: targets.map(({ id, port, state, reason }) => ({
        Target: { Id: id, Port: port, AvailabilityZone: 'all' },
        HealthCheckPort: String(port),
        TargetHealth: { State: state, ...(state === 'unhealthy' ? unhealthy(reason) : REASONS[state]) },
      })),
    };
  };
  return {
    handlers: { DescribeTargetHealth },
    authorize: () => ({ resources: ['*'] }),
    save: () => ({}),
    restore: () => undefined,
  };
}

function unhealthy(reason = 'Health checks failed'): { Reason: string; Description: string } {
  if (reason.includes('these codes')) return { Reason: 'Target.ResponseCodeMismatch', Description: reason };
  if (/timed out/i.test(reason)) return { Reason: 'Target.Timeout', Description: reason };
  return { Reason: 'Target.FailedHealthChecks', Description: reason };
}
