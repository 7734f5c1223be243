import type { Expectation } from '@landfall/aws/call/expectation';
import type { CallKind } from '@landfall/aws/call/retry';

export interface CallRow {
  readonly kind: CallKind | 'by-token';
  readonly expectation: Expectation;
  readonly attempts?: number;
}
const read = (...expectation: string[]): CallRow => ({ kind: 'read', expectation });
const login = (...expectation: string[]): CallRow => ({ kind: 'read', expectation, attempts: 4 });

/** The calls of the core's world, repeated and judged as packages/aws does it: the contract test compares the two. */
export const calls = {
  ecs: {
    DescribeClusters: read('clusters[]'),
    DescribeServices: read('services[]'),
    DescribeServiceDeployments: read('serviceDeployments[]'),
    ListServiceDeployments: read('serviceDeployments[]'),
    DescribeServiceRevisions: read('serviceRevisions[]'),
    ContinueServiceDeployment: { kind: 'repeatable', expectation: ['serviceDeploymentArn'] },
    StopServiceDeployment: { kind: 'repeatable', expectation: ['serviceDeploymentArn'] },
    CreateService: { kind: 'by-token', expectation: ['service{}'] },
    UpdateService: { kind: 'once', expectation: ['service{}'] },
    CreateExpressGatewayService: { kind: 'once', expectation: ['service{}'] },
    UpdateExpressGatewayService: { kind: 'once', expectation: ['service{}'] },
    DescribeExpressGatewayService: read('service{}'),
    RegisterTaskDefinition: { kind: 'once', expectation: ['taskDefinition.taskDefinitionArn'] },
    DescribeTaskDefinition: read('taskDefinition{}'),
    ListTaskDefinitions: read('taskDefinitionArns[s]'),
    RunTask: { kind: 'by-token', expectation: ['tasks[]'] },
    StopTask: { kind: 'repeatable', expectation: ['task{}'] },
    TagResource: { kind: 'repeatable', expectation: [] },
    UntagResource: { kind: 'repeatable', expectation: [] },
    ListTasks: read('taskArns[s]'),
    DescribeTasks: read('tasks[]'),
    CreateTaskSet: { kind: 'by-token', expectation: ['taskSet{}'] },
    DescribeTaskSets: read('taskSets[]'),
    UpdateServicePrimaryTaskSet: { kind: 'repeatable', expectation: ['taskSet{}'] },
    DeleteTaskSet: { kind: 'repeatable', expectation: ['taskSet{}'] },
  },
  ecr: {
    GetAuthorizationToken: login('authorizationData[]'),
    DescribeImages: read('imageDetails[]'),
    BatchGetImage: read('images[]'),
  },
  'ecr-public': { GetAuthorizationToken: login('authorizationData.authorizationToken') },
  logs: {
    DescribeLogGroups: read('logGroups[]'),
    GetLogEvents: read('events[]', 'nextForwardToken'),
    FilterLogEvents: read('events[]'),
  },
  sts: { GetCallerIdentity: read('Account', 'Arn') },
  secretsmanager: { GetSecretValue: read('ARN'), DescribeSecret: read('ARN') },
  iam: {
    GetRole: read('Role{}'),
    SimulatePrincipalPolicy: { kind: 'read', expectation: ['EvaluationResults[]'], attempts: 4 },
  },
  ssm: { GetParameters: read() },
  elasticloadbalancing: {
    DescribeTargetGroups: read('TargetGroups[]'),
    DescribeTargetHealth: read('TargetHealthDescriptions[]'),
  },
  codedeploy: {
    GetDeploymentGroup: read('deploymentGroupInfo{}'),
    GetDeploymentConfig: read('deploymentConfigInfo{}'),
    CreateDeployment: { kind: 'once', expectation: ['deploymentId'] },
    ListDeployments: read('deployments[s]'),
    GetDeployment: read('deploymentInfo{}'),
    BatchGetDeployments: read('deploymentsInfo[]'),
    GetDeploymentTarget: read('deploymentTarget{}'),
    StopDeployment: { kind: 'repeatable', expectation: ['status'] },
    ContinueDeployment: { kind: 'repeatable', expectation: [] },
  },
} as const satisfies Record<string, Record<string, CallRow>>;
