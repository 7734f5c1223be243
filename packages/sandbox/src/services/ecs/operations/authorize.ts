import type { Authorization, Place } from '../../../api/aws-service.ts';
import { own } from '../../../models/read-input.ts';
import { clusterArn, nameOf, serviceArn, taskArn, taskDefinitionArn } from '../model/arns.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import { lookTaskDefinition } from './lookup.ts';

type Input = Readonly<Record<string, unknown>>;

const PASSED_TO_TASKS = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };
const PASSED_TO_ECS = { 'iam:PassedToService': 'ecs.amazonaws.com' };

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

/** A request, with what most answers need of it. */
interface Asked {
  readonly ecs: EcsContext;
  readonly place: Place;
  readonly operation: string;
  readonly input: Input;
  /** The cluster's name. */
  readonly cluster: string;
  readonly inCluster: Readonly<Record<string, string>>;
}

function authorizeOperation(ecs: EcsContext, operation: string, input: Input): Authorization {
  const { place } = ecs;
  const cluster = nameOf(text(input.cluster) ?? 'default');
  const inCluster = { 'ecs:cluster': clusterArn(place, cluster) };
  // CreateCluster, ListClusters, DescribeTaskDefinition, ListTaskDefinitions … have no resource of their own.
  const authorization = own(authorizations, operation) ?? (() => ({ resources: ['*'] }));
  return authorization({ ecs, place, operation, input, cluster, inCluster });
}

const serviceOf = ({ place, cluster }: Asked, reference: unknown): string =>
  text(reference)?.startsWith('arn:')
    ? String(reference)
    : serviceArn(place, cluster, nameOf(String(reference)));

const ofItsService = (asked: Asked): Authorization => ({
  resources: [serviceOf(asked, asked.input.service)],
  conditions: asked.inCluster,
});

function ofServiceSettings(asked: Asked): Authorization {
  const { ecs, place, operation, input, cluster, inCluster } = asked;
  const made = serviceArn(place, cluster, nameOf(text(input.serviceName) ?? ''));
  const definition = text(input.taskDefinition);
  return {
    resources: [operation === 'CreateService' ? made : serviceOf(asked, input.service)],
    conditions: {
      ...inCluster,
      ...(definition === undefined ? {} : { 'ecs:task-definition': definitionArn(ecs, definition) }),
    },
    also: [...passes(rolesOf(ecs, definition)), ...passesForVolumes(input)],
  };
}

const ofExpressService = ({ input }: Asked): Authorization => ({
  resources: [text(input.serviceArn) ?? '*'],
});

const ofServiceDeployment = ({ input }: Asked): Authorization => ({
  resources: withService(text(input.serviceDeploymentArn) ?? '*'),
});

const ofNewTasks = ({ ecs, input, inCluster }: Asked): Authorization => ({
  resources: [definitionArn(ecs, text(input.taskDefinition) ?? '')],
  conditions: inCluster,
  also: [
    ...passes([...rolesOf(ecs, text(input.taskDefinition)), ...overriddenRoles(input.overrides)]),
    ...passesForVolumes(input),
  ],
});

const ofTasks = ({ place, cluster, input, inCluster }: Asked): Authorization => ({
  resources: texts(input.tasks).map((task) => ownTask(place, cluster, task)),
  conditions: inCluster,
});

const ofAnyInCluster = ({ inCluster }: Asked): Authorization => ({ resources: ['*'], conditions: inCluster });

const ofTagged = ({ input }: Asked): Authorization => ({ resources: [text(input.resourceArn) ?? '*'] });

function ofTaskSet(asked: Asked): Authorization {
  const { place, cluster, input, inCluster } = asked;
  const set = text(input.taskSet);
  const own = serviceArn(place, cluster, nameOf(text(input.service) ?? '')).replace(
    ':service/',
    ':task-set/',
  );
  return {
    resources: [set?.startsWith('arn:') ? set : `${own}/${nameOf(set ?? '*')}`],
    conditions: { ...inCluster, 'ecs:service': serviceOf(asked, input.service) },
  };
}

const authorizations: Readonly<Record<string, (asked: Asked) => Authorization>> = {
  RegisterTaskDefinition: ({ place, input }) => ({
    resources: [`${taskDefinitionArn(place, text(input.family) ?? '*', 0).replace(/:0$/, '')}:*`],
    also: passes([input.taskRoleArn, input.executionRoleArn]),
  }),
  CreateService: ofServiceSettings,
  UpdateService: ofServiceSettings,
  CreateExpressGatewayService: authorizeExpress,
  UpdateExpressGatewayService: authorizeExpress,
  DescribeExpressGatewayService: ofExpressService,
  DeleteExpressGatewayService: ofExpressService,
  DeleteService: ofItsService,
  ListServiceDeployments: ofItsService,
  UpdateServicePrimaryTaskSet: ofItsService,
  DescribeServices: (asked) => ({
    resources: texts(asked.input.services).map((service) => serviceOf(asked, service)),
    conditions: asked.inCluster,
  }),
  DescribeServiceDeployments: ({ input }) => ({
    resources: texts(input.serviceDeploymentArns).flatMap(withService),
  }),
  DescribeServiceRevisions: ({ input }) => ({
    resources: texts(input.serviceRevisionArns).flatMap(withService),
  }),
  StopServiceDeployment: ofServiceDeployment,
  ContinueServiceDeployment: ofServiceDeployment,
  RunTask: ofNewTasks,
  StartTask: ofNewTasks,
  ExecuteCommand: ({ place, cluster, input, inCluster }) => ({
    resources: [clusterArn(place, cluster), ownTask(place, cluster, text(input.task) ?? '')],
    conditions: { ...inCluster, 'ecs:container-name': text(input.container) ?? '' },
  }),
  GetTaskProtection: ofTasks,
  UpdateTaskProtection: ofTasks,
  DescribeTasks: ofTasks,
  StopTask: ({ place, cluster, input, inCluster }) => ({
    resources: [ownTask(place, cluster, text(input.task) ?? '')],
    conditions: inCluster,
  }),
  ListTasks: ofAnyInCluster,
  ListServices: ofAnyInCluster,
  DescribeClusters: ({ place, input }) => ({
    resources: (texts(input.clusters).length === 0 ? ['default'] : texts(input.clusters)).map((name) =>
      clusterArn(place, nameOf(name)),
    ),
  }),
  DeleteCluster: ({ place, cluster }) => ({ resources: [clusterArn(place, cluster)] }),
  DeleteTaskDefinitions: ({ ecs, input }) => ({
    resources: texts(input.taskDefinitions).map((reference) => definitionArn(ecs, reference)),
  }),
  TagResource: ofTagged,
  UntagResource: ofTagged,
  ListTagsForResource: ofTagged,
  CreateTaskSet: (asked) => ({
    resources: ['*'],
    conditions: { ...asked.inCluster, 'ecs:service': serviceOf(asked, asked.input.service) },
  }),
  DescribeTaskSets: ofTaskSet,
  UpdateTaskSet: ofTaskSet,
  DeleteTaskSet: ofTaskSet,
};

/**
 * Express Mode registers the task definition and passes the roles in the caller's name: so its action's README
 * (aws-actions/amazon-ecs-deploy-express-service), and those who tried with less.
 */
function authorizeExpress({ ecs, operation, input, cluster }: Asked): Authorization {
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
      ...(infrastructure === undefined ? [] : passes([infrastructure], PASSED_TO_ECS)),
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

function passes(
  roles: readonly unknown[],
  conditions: Readonly<Record<string, string>> = PASSED_TO_TASKS,
): NonNullable<Authorization['also']> {
  const distinct = new Set(roles.flatMap((role) => text(role) ?? []));
  return [...distinct].map((resource) => ({ action: 'iam:PassRole', resource, conditions }));
}

/** ECS creates and attaches EBS volumes by a role: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html */
const passesForVolumes = ({ volumeConfigurations }: Input) =>
  passes(
    Array.isArray(volumeConfigurations)
      ? volumeConfigurations
          .map((one) => (one as Input).managedEBSVolume as Input | undefined)
          .map((one) => one?.roleArn)
      : [],
    PASSED_TO_ECS,
  );
