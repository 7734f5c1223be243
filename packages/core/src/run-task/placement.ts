import type { Failure } from '@aws-sdk/client-ecs';

interface Row {
  readonly reason: RegExp;
  readonly says: string;
  readonly remedy: string;
}

/** "API failure reasons" in the ECS developer guide; first match wins. */
const rows: readonly Row[] = [
  {
    reason: /^RESOURCE:(?:MEMORY|CPU)/i,
    says: 'no container instance has enough free {what}',
    remedy: 'Add container instances, request less CPU or memory, or run the task on Fargate.',
  },
  {
    reason: /^RESOURCE:ENI/i,
    says: 'no container instance has a network interface left',
    remedy: 'Enable awsvpcTrunking, or add container instances.',
  },
  {
    reason: /^RESOURCE:/i,
    says: 'no container instance has {what} available',
    remedy: 'Add container instances that have it, or request less.',
  },
  {
    reason: /^AGENT/i,
    says: 'the container agent is not connected',
    remedy: 'Check the container instances of the cluster: their agent has lost its connection.',
  },
  {
    reason: /^ATTRIBUTE|^MemberOf|^distinctInstance/i,
    says: 'no container instance meets the requirements of the task definition',
    remedy: 'Check the placement constraints and the attributes that the task definition requires.',
  },
  {
    reason: /Capacity is unavailable/i,
    says: 'Fargate currently has no capacity',
    remedy: 'Run the step again, or allow subnets in more availability zones.',
  },
  {
    reason: /^(?:EMPTY CAPACITY|No Container Instances)/i,
    says: 'the cluster has no container instance',
    remedy:
      'Set `launch-type: FARGATE`, set `service` to take the launch type from, or add container instances.',
  },
];

interface PlacementFailure {
  /** `RESOURCE:MEMORY (no container instance has enough free memory)`. */
  readonly sentence: string;
  readonly remedy?: string;
}

export function placementFailure({ reason = '', detail, arn }: Failure): PlacementFailure {
  const row = rows.find((one) => one.reason.test(reason));
  const what = reason.split(':')[1]?.toLowerCase() ?? 'what is requested';
  const said = [row?.says.replace('{what}', what), detail, arn].filter((one) => one);
  return {
    sentence: `${reason || 'no reason given'}${said.length > 0 ? ` (${said.join('; ')})` : ''}`,
    ...(row && { remedy: row.remedy }),
  };
}
