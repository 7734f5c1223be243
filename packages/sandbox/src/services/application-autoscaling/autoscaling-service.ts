import { type Authorization, AwsFault, type AwsService } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { page } from '../../api/page.ts';
import { type AutoScalingParts, type Policy, policyKey, type ScalableTarget, Targets } from './targets.ts';

type Operation = OperationOf<Targets>;

const invalid = (message: string) => new AwsFault('ValidationException', message);
const notFound = (message: string) => new AwsFault('ObjectNotFoundException', message);

const dimension = 'ecs:service:DesiredCount';

/** Only services of ECS scale here. */
// biome-ignore lint/suspicious/noExplicitAny: see Handler
function resourceOf(input: any): { id: string; cluster: string; service: string } {
  const [, cluster, service] = /^service\/([^/]+)\/([^/]+)$/.exec(input.ResourceId) ?? [];
  if (input.ServiceNamespace !== 'ecs' || input.ScalableDimension !== dimension)
    throw invalid('Unsupported service namespace, resource type or scalable dimension');
  if (cluster === undefined || service === undefined)
    throw invalid(`Unsupported service namespace, resource type or scalable dimension: ${input.ResourceId}`);
  return { id: input.ResourceId, cluster, service };
}

// biome-ignore lint/suspicious/noExplicitAny: see Handler
function find({ byResource }: Targets, input: any): ScalableTarget {
  const { id } = resourceOf(input);
  const target = byResource.get(id);
  if (!target)
    throw notFound(
      `No scalable target found for service namespace: ecs, resource ID: ${id}, scalable dimension: ${dimension}`,
    );
  return target;
}

const notSuspended = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};

/**
 * Creates it, or updates what the request names. The count of the service is moved into the bounds at once, unless
 * scaling in that direction is suspended: so ending a suspension moves it, too.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 */
const RegisterScalableTarget: Operation = (targets, input) => {
  const { byResource, parts } = targets;
  const { id, cluster, service } = resourceOf(input);
  const known = byResource.get(id);
  const min = input.MinCapacity ?? known?.min;
  const max = input.MaxCapacity ?? known?.max;
  if (min === undefined || max === undefined)
    throw invalid('Both MinCapacity and MaxCapacity are required to register a new scalable target');
  if (min > max) throw invalid('Maximum capacity cannot be less than minimum capacity');
  if (known && Object.keys(input.Tags ?? {}).length > 0)
    throw invalid('Tags can only be specified when a new scalable target is registered; use TagResource');
  const count = parts.services.read(cluster, service);
  if (count === undefined) throw invalid(`ECS service doesn't exist: ${id}`);
  const target: ScalableTarget = {
    id: known?.id ?? hexadecimal(parts, 25),
    resourceId: id,
    min,
    max,
    suspended: { ...notSuspended, ...known?.suspended, ...input.SuspendedState },
    created: known?.created ?? parts.clock.now(),
    tags: known?.tags ?? input.Tags ?? {},
  };
  byResource.set(id, target);
  targets.hasRole = true;
  move(targets, target, count, count);
  parts.changed();
  return { ScalableTargetARN: arnOf(parts, target) };
};

const DescribeScalableTargets: Operation = ({ byResource, parts }, input) => {
  const found = page(
    listed([...byResource.values()], input, ({ resourceId }) => resourceId),
    ({ resourceId }) => resourceId,
    pageOf(input),
  );
  return {
    ScalableTargets: found.items.map((target) => ({
      ServiceNamespace: 'ecs',
      ResourceId: target.resourceId,
      ScalableDimension: dimension,
      MinCapacity: target.min,
      MaxCapacity: target.max,
      RoleARN: roleArn(parts),
      CreationTime: new Date(target.created),
      SuspendedState: target.suspended,
      ScalableTargetARN: arnOf(parts, target),
    })),
    NextToken: found.nextToken,
  };
};

/** Its policies go with it. */
const DeregisterScalableTarget: Operation = (targets, input) => {
  const { byResource, policies, parts } = targets;
  const { resourceId } = find(targets, input);
  byResource.delete(resourceId);
  for (const [key, policy] of policies) if (policy.resourceId === resourceId) policies.delete(key);
  parts.changed();
  return {};
};

const configurationOf: Readonly<Record<string, string>> = {
  TargetTrackingScaling: 'TargetTrackingScalingPolicyConfiguration',
  StepScaling: 'StepScalingPolicyConfiguration',
  PredictiveScaling: 'PredictiveScalingPolicyConfiguration',
};

const PutScalingPolicy: Operation = (targets, input) => {
  const { policies, parts } = targets;
  const { resourceId } = find(targets, input);
  const key = policyKey({ resourceId, name: input.PolicyName });
  const known = policies.get(key);
  const PolicyType = input.PolicyType ?? known?.PolicyType ?? 'StepScaling';
  if (known && known.PolicyType !== PolicyType)
    throw invalid(`Policy ${input.PolicyName} is of the type ${known.PolicyType}`);
  const member = configurationOf[PolicyType] ?? '';
  for (const other of Object.values(configurationOf))
    if (other !== member && input[other] !== undefined)
      throw invalid(`${other} cannot be specified for policy type ${PolicyType}`);
  const configuration = input[member] ?? known?.[member as keyof Policy];
  if (configuration === undefined) throw invalid(`${member} is required for policy type ${PolicyType}`);
  const policy: Policy = {
    id: known?.id ?? uuid(parts),
    name: input.PolicyName,
    resourceId,
    PolicyType,
    [member]: configuration,
    created: known?.created ?? parts.clock.now(),
  };
  policies.set(key, policy);
  parts.changed();
  return { PolicyARN: policyArn(parts, policy), Alarms: alarmsOf(parts, policy) };
};

const DescribeScalingPolicies: Operation = ({ policies, parts }, input) => {
  const all = listed([...policies.values()], { ...input, ResourceIds: undefined }, policyKey).filter(
    ({ resourceId, name }) =>
      (input.ResourceId ?? resourceId) === resourceId && (input.PolicyNames?.includes(name) ?? true),
  );
  const found = page(all, policyKey, pageOf(input));
  return {
    ScalingPolicies: found.items.map(({ id: _id, name, resourceId, created, ...policy }) => ({
      PolicyARN: policyArn(parts, { id: _id, name, resourceId }),
      PolicyName: name,
      ServiceNamespace: 'ecs',
      ResourceId: resourceId,
      ScalableDimension: dimension,
      ...policy,
      Alarms: alarmsOf(parts, { resourceId, PolicyType: policy.PolicyType, id: _id }),
      CreationTime: new Date(created),
    })),
    NextToken: found.nextToken,
  };
};

const DeleteScalingPolicy: Operation = ({ policies, parts }, input) => {
  const { id } = resourceOf(input);
  const key = policyKey({ resourceId: id, name: input.PolicyName });
  if (!policies.delete(key))
    throw notFound(
      `No scaling policy found for service namespace: ecs, resource ID: ${id}, scalable dimension: ${dimension}, policy name: ${input.PolicyName}`,
    );
  parts.changed();
  return {};
};

function tagged({ byResource, parts }: Targets, arn: string): ScalableTarget {
  for (const target of byResource.values()) if (arnOf(parts, target) === arn) return target;
  throw new AwsFault('ResourceNotFoundException', `No scalable target found for ARN: ${arn}`, {
    members: { ResourceName: arn },
  });
}

const TagResource: Operation = (targets, input) => {
  const target = tagged(targets, input.ResourceARN);
  const tags = { ...target.tags, ...input.Tags };
  if (Object.keys(tags).length > 50)
    throw new AwsFault('TooManyTagsException', 'A scalable target has at most 50 tags.');
  targets.byResource.set(target.resourceId, { ...target, tags });
  targets.parts.changed();
  return {};
};

const UntagResource: Operation = (targets, input) => {
  const target = tagged(targets, input.ResourceARN);
  const tags = Object.fromEntries(
    Object.entries(target.tags).filter(([key]) => !input.TagKeys.includes(key)),
  );
  targets.byResource.set(target.resourceId, { ...target, tags });
  targets.parts.changed();
  return {};
};

const ListTagsForResource: Operation = (targets, input) => ({
  Tags: tagged(targets, input.ResourceARN).tags,
});

/** Of what there is, what the request asks for, by name. */
// biome-ignore lint/suspicious/noExplicitAny: see Handler
const listed = <Item>(items: readonly Item[], input: any, key: (item: Item) => string): readonly Item[] =>
  items
    .filter(
      (item) =>
        input.ServiceNamespace === 'ecs' &&
        (input.ScalableDimension ?? dimension) === dimension &&
        (input.ResourceIds?.includes(key(item)) ?? true),
    )
    .sort((one, other) => (key(one) < key(other) ? -1 : 1));

// biome-ignore lint/suspicious/noExplicitAny: see Handler
const pageOf = (input: any) => ({
  limit: Math.min(input.MaxResults ?? 50, 50),
  token: input.NextToken,
  invalid: () => new AwsFault('InvalidNextTokenException', 'The next token is invalid.'),
});

const arnOf = ({ partition, region, accountId }: AutoScalingParts, { id }: Pick<ScalableTarget, 'id'>) =>
  `arn:${partition}:application-autoscaling:${region}:${accountId}:scalable-target/${id}`;

const policyArn = (
  { partition, region, accountId }: AutoScalingParts,
  { id, resourceId, name }: Pick<Policy, 'id' | 'resourceId' | 'name'>,
) =>
  `arn:${partition}:autoscaling:${region}:${accountId}:scalingPolicy:${id}:resource/ecs/${resourceId}:policyName/${name}`;

/** Application Auto Scaling makes the alarms of target tracking; there is no CloudWatch that has them. */
const alarmsOf = (
  { partition, region, accountId }: AutoScalingParts,
  { id, resourceId, PolicyType }: Pick<Policy, 'id' | 'resourceId' | 'PolicyType'>,
) =>
  (PolicyType === 'TargetTrackingScaling' ? ['AlarmHigh', 'AlarmLow'] : []).map((kind) => {
    const AlarmName = `TargetTracking-${resourceId}-${kind}-${id}`;
    return {
      AlarmName,
      AlarmARN: `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${AlarmName}`,
    };
  });

const rolePath = 'aws-service-role/ecs.application-autoscaling.amazonaws.com';
const roleArn = ({ partition, accountId }: AutoScalingParts) =>
  `arn:${partition}:iam::${accountId}:role/${rolePath}/AWSServiceRoleForApplicationAutoScaling_ECSService`;

const hexadecimal = ({ random }: AutoScalingParts, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
const uuid = (parts: AutoScalingParts) =>
  [8, 4, 4, 4, 12].map((length) => hexadecimal(parts, length)).join('-');

const describing = ['DescribeScalableTargets', 'DescribeScalingPolicies'];

/**
 * The resource is the scalable target, whose identifier is not known before it is there. What else is checked is what
 * a user needs: https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
 */
function authorize(
  { byResource, parts, hasRole }: Targets,
  operation: string,
  // biome-ignore lint/suspicious/noExplicitAny: see Handler
  input: any,
): Authorization {
  if (describing.includes(operation)) return { resources: ['*'] };
  if (input.ResourceARN !== undefined) return { resources: [input.ResourceARN] };
  const known = byResource.get(input.ResourceId);
  const { partition, region, accountId } = parts;
  const service = `arn:${partition}:ecs:${region}:${accountId}:${input.ResourceId}`;
  const also: Record<string, NonNullable<Authorization['also']>> = {
    RegisterScalableTarget: [
      { action: 'ecs:DescribeServices', resource: service },
      { action: 'ecs:UpdateService', resource: service },
      ...(hasRole
        ? []
        : [
            {
              action: 'iam:CreateServiceLinkedRole',
              resource: roleArn(parts),
              conditions: { 'iam:AWSServiceName': 'ecs.application-autoscaling.amazonaws.com' },
            },
          ]),
      ...(Object.keys(input.Tags ?? {}).length > 0
        ? [
            {
              action: 'application-autoscaling:TagResource',
              resource: arnOf(parts, known ?? { id: 'new' }),
            },
          ]
        : []),
    ],
    PutScalingPolicy: ['DescribeAlarms', 'PutMetricAlarm'].map((action) => ({
      action: `cloudwatch:${action}`,
      resource: `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:TargetTracking-${input.ResourceId}`,
    })),
    DeleteScalingPolicy: [
      {
        action: 'cloudwatch:DeleteAlarms',
        resource: `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:TargetTracking-${input.ResourceId}`,
      },
    ],
  };
  return {
    resources: [arnOf(parts, known ?? { id: 'new' })],
    conditions: {
      'application-autoscaling:service-namespace': input.ServiceNamespace,
      'application-autoscaling:scalable-dimension': input.ScalableDimension,
    },
    also: also[operation] ?? [],
  };
}

interface Saved {
  readonly targets: readonly ScalableTarget[];
  readonly policies: readonly Policy[];
  readonly hasRole: boolean;
}

/**
 * Application Auto Scaling of services: bounds, suspension, policies and tags. No metric is read, so no policy scales
 * by itself; `PUT /_sandbox/application-autoscaling/capacity/<cluster>/<service>` does what one would do.
 */
export function createAutoScaling(parts: AutoScalingParts): AwsService {
  const targets = new Targets(parts);
  const { byResource, policies } = targets;
  return {
    handlers: handlersOf(targets, {
      RegisterScalableTarget,
      DescribeScalableTargets,
      DeregisterScalableTarget,
      PutScalingPolicy,
      DescribeScalingPolicies,
      DeleteScalingPolicy,
      TagResource,
      UntagResource,
      ListTagsForResource,
    }),
    authorize: (operation, input) => authorize(targets, operation, input),
    tagsOf: (arn) => [...byResource.values()].find((target) => arnOf(parts, target) === arn)?.tags,
    save: (): Saved => ({
      targets: [...byResource.values()],
      policies: [...policies.values()],
      hasRole: targets.hasRole,
    }),
    restore(state) {
      const saved = structuredClone(state) as Saved;
      for (const target of saved.targets) byResource.set(target.resourceId, target);
      for (const policy of saved.policies) policies.set(policyKey(policy), policy);
      targets.hasRole = saved.hasRole;
    },
    admin(method, path, body) {
      const [what, cluster = '', service = ''] = path;
      const count = (body as { count?: unknown } | undefined)?.count;
      if (method !== 'PUT' || what !== 'capacity' || path.length !== 3 || typeof count !== 'number')
        throw new AwsFault(
          'NotFound',
          'PUT /_sandbox/application-autoscaling/capacity/<cluster>/<service> { "count" } is all there is.',
          { status: 404 },
        );
      return { count: scaleTo(targets, cluster, service, count) };
    },
  };
}

/** What a policy does that wants this many tasks. */
function scaleTo(targets: Targets, cluster: string, service: string, wanted: number): number {
  const { byResource, parts } = targets;
  const target = byResource.get(`service/${cluster}/${service}`);
  const count = parts.services.read(cluster, service);
  if (!target || count === undefined) throw notFound(`${cluster}/${service} is not a scalable target`);
  return move(targets, target, count, wanted);
}

/** Within the bounds, and not in a direction that is suspended. */
function move(
  { parts }: Targets,
  { resourceId, min, max, suspended }: ScalableTarget,
  count: number,
  wanted: number,
): number {
  const next = Math.min(Math.max(wanted, min), max);
  const isSuspended =
    next < count ? suspended.DynamicScalingInSuspended : suspended.DynamicScalingOutSuspended;
  if (next === count || isSuspended) return count;
  const [, cluster = '', service = ''] = resourceId.split('/');
  parts.services.set(cluster, service, next);
  return next;
}
