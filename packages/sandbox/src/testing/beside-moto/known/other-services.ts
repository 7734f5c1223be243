import { example, type KnownDifference, moto, reference, sandbox } from './known-difference.ts';

const autoScaling = (operation: string) =>
  `https://docs.aws.amazon.com/autoscaling/application/APIReference/API_${operation}.html`;

export const otherDifferences: readonly KnownDifference[] = [
  {
    calls: [
      'codedeploy GetApplication: one',
      'codedeploy GetDeployment: one',
      'codedeploy BatchGetDeployments: one',
    ],
    what: ['moto 200 TypeError, the sandbox 200'],
    why: `The SDK cannot read moto's answer: its times are texts, where the protocol has epoch seconds: ${example('deploy', 'get-application')}`,
  },
  {
    calls: ['codedeploy GetDeploymentGroup'],
    what: moto(
      'deploymentGroupInfo.alarmConfiguration: object',
      'deploymentGroupInfo.autoScalingGroups: list',
      'deploymentGroupInfo.ec2TagFilters: list',
      'deploymentGroupInfo.ec2TagSet: object',
      'deploymentGroupInfo.lastAttemptedDeployment: object',
      'deploymentGroupInfo.lastSuccessfulDeployment: object',
      'deploymentGroupInfo.onPremisesInstanceTagFilters: list',
      'deploymentGroupInfo.onPremisesTagSet: object',
      'deploymentGroupInfo.targetRevision: object',
      'deploymentGroupInfo.triggerConfigurations: list',
    ),
    why: `moto gives every member there could be, empty: ${example('deploy', 'get-deployment-group')}`,
  },
  {
    calls: ['codedeploy ListDeploymentGroups'],
    what: [...moto('nextToken: string'), 'moto 200, the sandbox 400 ApplicationDoesNotExistException'],
    why: `An empty token is none, and an application must exist: ${reference('codedeploy', 'ListDeploymentGroups')}`,
  },
  {
    calls: ['ecr PutImage: another one under an immutable tag'],
    what: ['moto 400 ImageAlreadyExistsException, the sandbox 400 ImageTagAlreadyExistsException'],
    why: `The image is another, the tag is not: ${reference('AmazonECR', 'PutImage')}`,
  },
  {
    calls: ['ecr PutImage: in a repository that is missing', 'ecr BatchCheckLayerAvailability'],
    what: [
      'moto 500 SyntaxError, the sandbox 400 RepositoryNotFoundException',
      'moto 500 SyntaxError, the sandbox 200',
    ],
    why: `moto breaks: ${reference('AmazonECR', 'PutImage')}, ${reference('AmazonECR', 'BatchCheckLayerAvailability')}`,
  },
  {
    calls: ['ecr DescribeImages', 'ecr BatchGetImage'],
    what: sandbox(
      'imageDetail.imageSizeInBytes: number',
      'imageDetail.imageStatus: string',
      'failure.imageId.imageDigest: string',
    ),
    why: `moto leaves them out: ${reference('AmazonECR', 'ImageDetail')}, ${reference('AmazonECR', 'ImageFailure')}`,
  },
  {
    calls: ['ecr PutLifecyclePolicy: one that is not valid'],
    what: ['moto 200, the sandbox 400 InvalidParameterException'],
    why: 'A policy has rules: https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html',
  },
  {
    calls: ['elbv2 CreateTargetGroup'],
    what: sandbox('TargetGroup.LoadBalancerArns: list'),
    why: 'The sandbox has no load balancers to attach: a group counts as behind one from the start.',
  },
  {
    calls: ['iam CreateRole: a new one'],
    what: moto('Role.RoleLastUsed: object'),
    why: `Only GetRole tells it: ${reference('IAM', 'Role')}`,
  },
  {
    calls: ['iam CreateRole: with a policy that is no JSON'],
    what: ['moto 200, the sandbox 400 MalformedPolicyDocumentException'],
    why: `moto does not read the policy: ${reference('IAM', 'CreateRole')}`,
  },
  {
    calls: ['secretsmanager '],
    what: ['moto 404 ResourceNotFoundException, the sandbox 400 ResourceNotFoundException'],
    why: `The status is 400: ${reference('secretsmanager', 'GetSecretValue')}`,
  },
  {
    calls: ['secretsmanager DescribeSecret', 'secretsmanager ListSecrets'],
    what: sandbox('LastAccessedDate: timestamp', 'SecretList[].LastAccessedDate: timestamp'),
    why: `moto does not keep it: ${reference('secretsmanager', 'SecretListEntry')}`,
  },
  {
    calls: ['logs DescribeLogGroups'],
    what: sandbox('logGroup.logGroupClass: string'),
    why: `moto does not keep it: ${reference('AmazonCloudWatchLogs', 'LogGroup')}`,
  },
  {
    calls: ['sts AssumeRole: for longer than there can be'],
    what: ['moto 200, the sandbox 400 ValidationError'],
    why: `At most 43,200 seconds: ${reference('STS', 'AssumeRole')}`,
  },
  {
    calls: ['sts AssumeRoleWithWebIdentity'],
    what: sandbox('Audience: string', 'Provider: string', 'SubjectFromWebIdentityToken: string'),
    why: `moto does not tell whose token it is: ${reference('STS', 'AssumeRoleWithWebIdentity')}`,
  },
  {
    calls: ['scheduler CreateScheduleGroup: one that is there already'],
    what: ['moto 200, the sandbox 409 ConflictException'],
    why: `moto replaces it: ${reference('scheduler', 'CreateScheduleGroup')}`,
  },
  {
    calls: ['scheduler CreateSchedule: one that is there already'],
    what: ['moto 400 ConflictException, the sandbox 409 ConflictException'],
    why: `The status is 409: ${reference('scheduler', 'CreateSchedule')}`,
  },
  {
    calls: [
      'scheduler CreateSchedule: in a group that is missing',
      'scheduler DeleteScheduleGroup: one that is missing',
    ],
    what: ['moto 500 SyntaxError, the sandbox 404 ResourceNotFoundException'],
    why: `moto fails: ${reference('scheduler', 'DeleteScheduleGroup')}`,
  },
  {
    calls: ['scheduler CreateSchedule: an expression that is none'],
    what: ['moto 200, the sandbox 400 ValidationException'],
    why: `moto does not read it: ${reference('scheduler', 'CreateSchedule')}`,
  },
  {
    calls: ['scheduler GetSchedule: one'],
    what: sandbox('ActionAfterCompletion: string'),
    why: `moto does not keep it: ${reference('scheduler', 'GetSchedule')}`,
  },
  {
    calls: ['application-autoscaling RegisterScalableTarget: without bounds'],
    what: ['moto 200, the sandbox 400 ValidationException'],
    why: `A new target has both bounds: ${autoScaling('RegisterScalableTarget')}`,
  },
  {
    calls: ['application-autoscaling DescribeScalableTargets: one'],
    what: sandbox(
      'ScalableTarget.RoleARN: string',
      'ScalableTarget.SuspendedState.DynamicScalingOutSuspended: boolean',
      'ScalableTarget.SuspendedState.ScheduledScalingSuspended: boolean',
    ),
    why: `moto shows what was sent, and not what is: ${autoScaling('DescribeScalableTargets')}`,
  },
  {
    calls: [
      'application-autoscaling TagResource',
      'application-autoscaling ListTagsForResource',
      'application-autoscaling UntagResource',
    ],
    what: ['moto 500 SyntaxError, the sandbox 200'],
    why: `moto has no tags of targets: ${autoScaling('TagResource')}`,
  },
  {
    calls: ['application-autoscaling PutScalingPolicy: of a target that is missing'],
    what: ['moto 200, the sandbox 400 ObjectNotFoundException'],
    why: `A policy is one of a target: ${autoScaling('PutScalingPolicy')}`,
  },
  {
    calls: [
      'application-autoscaling DeleteScalingPolicy: one that is missing',
      'application-autoscaling DeregisterScalableTarget: one that is missing',
    ],
    what: ['moto 400 ValidationException, the sandbox 400 ObjectNotFoundException'],
    why: `The error has a name of its own: ${autoScaling('DeregisterScalableTarget')}`,
  },
];
