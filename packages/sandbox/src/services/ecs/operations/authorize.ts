import type { Authorization } from '../../../protocol/aws-service.ts';
import type { EcsContext } from '../ecs-context.ts';
import { clusterArn, nameOf, type Place, serviceArn, taskArn, taskDefinitionArn } from '../model/place.ts';
import { lookTaskDefinition } from './lookup.ts';

type Input = Readonly<Record<string, unknown>>;

const PASSED_TO_TASKS = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/**
 * The resources and condition keys that IAM sees.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function authorize(ecs: EcsContext, operation: string, raw: unknown): Authorization {
  const input = (raw ?? {}) as Input;
  const authorization = authorizeOperation(ecs, operation, input);
  const also = [...(authorization.also ?? []), ...tagging(ecs.place, operation, input, authorization)];
  return { ...authorization, also };
}

/**
 * Who creates a resource with tags must be allowed to tag it:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
 */
function tagging(
  place: Place,
  operation: string,
  input: Input,
  { resources }: Authorization,
): NonNullable<Authorization['also']> {
  if (!Array.isArray(input.tags) || input.tags.length === 0) return [];
  const cluster = nameOf(text(input.cluster) ?? 'default');
  const created: Readonly<Record<string, string>> = {
    CreateCluster: clusterArn(place, text(input.clusterName) ?? 'default'),
    CreateExpressGatewayService: resources[0]!,
    CreateService: resources[0]!,
    CreateTaskSet: `${serviceArn(place, cluster, nameOf(text(input.service) ?? '')).replace(':service/', ':task-set/')}/*`,
    RegisterTaskDefinition: resources[0]!,
    RunTask: taskArn(place, cluster, '*'),
    StartTask: taskArn(place, cluster, '*'),
  };
  const resource = created[operation];
  if (resource === undefined) return [];
  return [{ action: 'ecs:TagResource', resource, conditions: { 'ecs:CreateAction': operation } }];
}

function authorizeOperation(ecs: EcsContext, operation: string, input: Input): Authorization {
  const { place } = ecs;
  const cluster = nameOf(text(input.cluster) ?? 'default');
  const inCluster = { 'ecs:cluster': clusterArn(place, cluster) };
  const service = (reference: unknown): string =>
    text(reference)?.startsWith('arn:')
      ? String(reference)
      : serviceArn(place, cluster, nameOf(String(reference)));
  switch (operation) {
    case 'RegisterTaskDefinition':
      return {
        resources: [`${taskDefinitionArn(place, text(input.family) ?? '*', 0).replace(/:0$/, '')}:*`],
        also: passes([input.taskRoleArn, input.executionRoleArn]),
      };
    case 'CreateService':
    case 'UpdateService': {
      const own = serviceArn(place, cluster, nameOf(text(input.serviceName) ?? ''));
      const definition = text(input.taskDefinition);
      return {
        resources: [operation === 'CreateService' ? own : service(input.service)],
        conditions: {
          ...inCluster,
          ...(definition === undefined ? {} : { 'ecs:task-definition': definitionArn(ecs, definition) }),
        },
        also: passes(rolesOf(ecs, definition)),
      };
    }
    case 'CreateExpressGatewayService':
    case 'UpdateExpressGatewayService':
      return authorizeExpress(ecs, operation, input, cluster);
    case 'DescribeExpressGatewayService':
    case 'DeleteExpressGatewayService':
      return { resources: [text(input.serviceArn) ?? '*'] };
    case 'DeleteService':
    case 'ListServiceDeployments':
    case 'UpdateServicePrimaryTaskSet':
      return { resources: [service(input.service)], conditions: inCluster };
    case 'DescribeServices':
      return { resources: texts(input.services).map(service), conditions: inCluster };
    case 'DescribeServiceDeployments':
      return { resources: texts(input.serviceDeploymentArns).flatMap(withService) };
    case 'DescribeServiceRevisions':
      return { resources: texts(input.serviceRevisionArns).flatMap(withService) };
    case 'StopServiceDeployment':
    case 'ContinueServiceDeployment':
      return { resources: withService(text(input.serviceDeploymentArn) ?? '*') };
    case 'RunTask':
    case 'StartTask':
      return {
        resources: [definitionArn(ecs, text(input.taskDefinition) ?? '')],
        conditions: inCluster,
        also: passes([...rolesOf(ecs, text(input.taskDefinition)), ...overriddenRoles(input.overrides)]),
      };
    case 'ExecuteCommand':
      return {
        resources: [clusterArn(place, cluster), ownTask(place, cluster, text(input.task) ?? '')],
        conditions: { ...inCluster, 'ecs:container-name': text(input.container) ?? '' },
      };
    case 'GetTaskProtection':
    case 'UpdateTaskProtection':
      return {
        resources: texts(input.tasks).map((task) => ownTask(place, cluster, task)),
        conditions: inCluster,
      };
    case 'StopTask':
      return { resources: [ownTask(place, cluster, text(input.task) ?? '')], conditions: inCluster };
    case 'DescribeTasks':
      return {
        resources: texts(input.tasks).map((task) => ownTask(place, cluster, task)),
        conditions: inCluster,
      };
    case 'ListTasks':
    case 'ListServices':
      return { resources: ['*'], conditions: inCluster };
    case 'DescribeClusters':
      return {
        resources: (texts(input.clusters).length === 0 ? ['default'] : texts(input.clusters)).map((name) =>
          clusterArn(place, nameOf(name)),
        ),
      };
    case 'DeleteCluster':
      return { resources: [clusterArn(place, cluster)] };
    case 'DeleteTaskDefinitions':
      return {
        resources: texts(input.taskDefinitions).map((reference) => definitionArn(ecs, reference)),
      };
    case 'TagResource':
    case 'UntagResource':
    case 'ListTagsForResource':
      return { resources: [text(input.resourceArn) ?? '*'] };
    case 'CreateTaskSet':
      return { resources: ['*'], conditions: { ...inCluster, 'ecs:service': service(input.service) } };
    case 'DescribeTaskSets':
    case 'UpdateTaskSet':
    case 'DeleteTaskSet':
      return {
        resources: [
          text(input.taskSet)?.startsWith('arn:')
            ? text(input.taskSet)!
            : `${serviceArn(place, cluster, nameOf(text(input.service) ?? '')).replace(':service/', ':task-set/')}/${nameOf(text(input.taskSet) ?? '*')}`,
        ],
        conditions: { ...inCluster, 'ecs:service': service(input.service) },
      };
    default:
      // CreateCluster, ListClusters, DescribeTaskDefinition, ListTaskDefinitions … have no resource of their own.
      return { resources: ['*'] };
  }
}

/**
 * Express Mode registers the task definition and passes the roles in the caller's name: so its action's README
 * (aws-actions/amazon-ecs-deploy-express-service), and those who tried with less.
 */
function authorizeExpress(ecs: EcsContext, operation: string, input: Input, cluster: string): Authorization {
  const known = ecs.state.services.get(text(input.serviceArn) ?? '');
  const own =
    known?.arn ?? text(input.serviceArn) ?? serviceArn(ecs.place, cluster, text(input.serviceName) ?? '*');
  const [inCluster = cluster, name = '*'] = own.split(':service/').at(-1)!.split('/');
  const running = known?.settings.taskDefinition;
  const [taskRole, executionRole] = rolesOf(ecs, text(input.taskDefinitionArn) ?? running);
  const infrastructure = known?.express?.infrastructureRoleArn ?? text(input.infrastructureRoleArn);
  const definitions = `${taskDefinitionArn(ecs.place, `${inCluster}-${name}`, 0).replace(/:0$/, '')}:*`;
  return {
    resources: [own],
    conditions: { 'ecs:cluster': clusterArn(ecs.place, inCluster) },
    also: [
      { action: 'ecs:RegisterTaskDefinition', resource: definitions },
      ...(operation === 'UpdateExpressGatewayService'
        ? [{ action: 'ecs:DescribeTaskDefinition', resource: '*' }]
        : [{ action: 'ecs:DescribeClusters', resource: clusterArn(ecs.place, inCluster) }]),
      ...(ecs.state.clusters.has(inCluster) ? [] : [{ action: 'ecs:CreateCluster', resource: '*' }]),
      ...passes([input.taskRoleArn ?? taskRole, input.executionRoleArn ?? executionRole]),
      ...(infrastructure === undefined
        ? []
        : [
            {
              action: 'iam:PassRole',
              resource: infrastructure,
              conditions: { 'iam:PassedToService': 'ecs.amazonaws.com' },
            },
          ]),
    ],
  };
}

/** A deployment or revision of a service, and the service, which is asked about as well. */
const withService = (arn: string): readonly string[] => {
  const found = /^(.*):service-(?:deployment|revision)\/(.+)\/[^/]+$/.exec(arn);
  return found ? [`${found[1]}:service/${found[2]}`, arn] : [arn];
};

const ownTask = (place: Place, cluster: string, reference: string): string =>
  reference.startsWith('arn:') ? reference : taskArn(place, cluster, reference);

function definitionArn(ecs: EcsContext, reference: string): string {
  if (reference.startsWith('arn:')) return reference;
  const known = /:\D*$/.test(reference) ? undefined : lookTaskDefinition(ecs, reference);
  return (
    known?.arn ??
    `${taskDefinitionArn(ecs.place, reference.split(':')[0] ?? '', 0).replace(/:0$/, '')}:${reference.split(':')[1] ?? '*'}`
  );
}

function rolesOf(ecs: EcsContext, reference: string | undefined): unknown[] {
  if (reference === undefined || /:\D*$/.test(nameOf(reference))) return [];
  const content = lookTaskDefinition(ecs, reference)?.content;
  return [content?.taskRoleArn, content?.executionRoleArn];
}

function overriddenRoles(overrides: unknown): unknown[] {
  const { taskRoleArn, executionRoleArn } = (overrides ?? {}) as Input;
  return [taskRoleArn, executionRoleArn];
}

function passes(roles: readonly unknown[]): NonNullable<Authorization['also']> {
  const distinct = new Set(roles.flatMap((role) => text(role) ?? []));
  return [...distinct].map((resource) => ({ action: 'iam:PassRole', resource, conditions: PASSED_TO_TASKS }));
}
