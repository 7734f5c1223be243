/**
 * AWS as the core sees it: the calls it makes, in the shapes of the AWS API. Only types come from the SDK.
 *
 * Every call: has a time limit of its own; is retried by one layer (the adapter) unless it is a write without
 * an idempotency token, which is sent once; fails with a LandfallError (ACCESS_DENIED, CREDENTIALS_EXPIRED,
 * THROTTLED, ENDPOINT_UNREACHABLE, RESPONSE_INVALID, REQUEST_REFUSED, NOT_FOUND …) whose facts hold
 * `{ operation, code, requestId, httpStatus }`; and, for a write whose answer was lost, `applied: 'unknown'`.
 */

import type * as autoscaling from '@aws-sdk/client-application-auto-scaling';
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type * as codedeploy from '@aws-sdk/client-codedeploy';
import type * as ecr from '@aws-sdk/client-ecr';
import type * as ecrPublic from '@aws-sdk/client-ecr-public';
import type * as ecs from '@aws-sdk/client-ecs';
import type * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as iam from '@aws-sdk/client-iam';
import type * as s3 from '@aws-sdk/client-s3';
import type * as scheduler from '@aws-sdk/client-scheduler';
import type * as secrets from '@aws-sdk/client-secrets-manager';
import type * as ssm from '@aws-sdk/client-ssm';
import type * as sts from '@aws-sdk/client-sts';

export interface CallOptions {
  /** Aborts the call. The host's cancellation is not applied by itself: a read that follows a cancel is a choice. */
  readonly signal?: AbortSignal;
  /** The call may take at most this many milliseconds, including retries. */
  readonly within?: number;
}

export type Call<Input, Output> = (input: Input, options?: CallOptions) => Promise<Output>;

export interface Ecs {
  describeServices: Call<ecs.DescribeServicesRequest, ecs.DescribeServicesResponse>;
  describeServiceDeployments: Call<
    ecs.DescribeServiceDeploymentsRequest,
    ecs.DescribeServiceDeploymentsResponse
  >;
  listServiceDeployments: Call<ecs.ListServiceDeploymentsRequest, ecs.ListServiceDeploymentsResponse>;
  describeServiceRevisions: Call<ecs.DescribeServiceRevisionsRequest, ecs.DescribeServiceRevisionsResponse>;
  continueServiceDeployment: Call<
    ecs.ContinueServiceDeploymentRequest,
    ecs.ContinueServiceDeploymentResponse
  >;
  stopServiceDeployment: Call<ecs.StopServiceDeploymentRequest, ecs.StopServiceDeploymentResponse>;
  createService: Call<ecs.CreateServiceRequest, ecs.CreateServiceResponse>;
  updateService: Call<ecs.UpdateServiceRequest, ecs.UpdateServiceResponse>;
  deleteService: Call<ecs.DeleteServiceRequest, ecs.DeleteServiceResponse>;
  describeClusters: Call<ecs.DescribeClustersRequest, ecs.DescribeClustersResponse>;
  listClusters: Call<ecs.ListClustersRequest, ecs.ListClustersResponse>;
  listServices: Call<ecs.ListServicesRequest, ecs.ListServicesResponse>;
  createExpressGatewayService: Call<
    ecs.CreateExpressGatewayServiceRequest,
    ecs.CreateExpressGatewayServiceResponse
  >;
  updateExpressGatewayService: Call<
    ecs.UpdateExpressGatewayServiceRequest,
    ecs.UpdateExpressGatewayServiceResponse
  >;
  describeExpressGatewayService: Call<
    ecs.DescribeExpressGatewayServiceRequest,
    ecs.DescribeExpressGatewayServiceResponse
  >;
  createTaskSet: Call<ecs.CreateTaskSetRequest, ecs.CreateTaskSetResponse>;
  describeTaskSets: Call<ecs.DescribeTaskSetsRequest, ecs.DescribeTaskSetsResponse>;
  updateServicePrimaryTaskSet: Call<
    ecs.UpdateServicePrimaryTaskSetRequest,
    ecs.UpdateServicePrimaryTaskSetResponse
  >;
  deleteTaskSet: Call<ecs.DeleteTaskSetRequest, ecs.DeleteTaskSetResponse>;
  registerTaskDefinition: Call<ecs.RegisterTaskDefinitionRequest, ecs.RegisterTaskDefinitionResponse>;
  listTaskDefinitions: Call<ecs.ListTaskDefinitionsRequest, ecs.ListTaskDefinitionsResponse>;
  deregisterTaskDefinition: Call<ecs.DeregisterTaskDefinitionRequest, ecs.DeregisterTaskDefinitionResponse>;
  describeTaskDefinition: Call<ecs.DescribeTaskDefinitionRequest, ecs.DescribeTaskDefinitionResponse>;
  runTask: Call<ecs.RunTaskRequest, ecs.RunTaskResponse>;
  stopTask: Call<ecs.StopTaskRequest, ecs.StopTaskResponse>;
  tagResource: Call<ecs.TagResourceRequest, ecs.TagResourceResponse>;
  untagResource: Call<ecs.UntagResourceRequest, ecs.UntagResourceResponse>;
  listTasks: Call<ecs.ListTasksRequest, ecs.ListTasksResponse>;
  describeTasks: Call<ecs.DescribeTasksRequest, ecs.DescribeTasksResponse>;
}

export interface Ecr {
  getAuthorizationToken: Call<ecr.GetAuthorizationTokenRequest, ecr.GetAuthorizationTokenResponse>;
  describeImages: Call<ecr.DescribeImagesRequest, ecr.DescribeImagesResponse>;
  batchGetImage: Call<ecr.BatchGetImageRequest, ecr.BatchGetImageResponse>;
  batchDeleteImage: Call<ecr.BatchDeleteImageRequest, ecr.BatchDeleteImageResponse>;
  describeRepositories: Call<ecr.DescribeRepositoriesRequest, ecr.DescribeRepositoriesResponse>;
  createRepository: Call<ecr.CreateRepositoryRequest, ecr.CreateRepositoryResponse>;
  putImageTagMutability: Call<ecr.PutImageTagMutabilityRequest, ecr.PutImageTagMutabilityResponse>;
  putImageScanningConfiguration: Call<
    ecr.PutImageScanningConfigurationRequest,
    ecr.PutImageScanningConfigurationResponse
  >;
  getLifecyclePolicy: Call<ecr.GetLifecyclePolicyRequest, ecr.GetLifecyclePolicyResponse>;
  putLifecyclePolicy: Call<ecr.PutLifecyclePolicyRequest, ecr.PutLifecyclePolicyResponse>;
  getRepositoryPolicy: Call<ecr.GetRepositoryPolicyRequest, ecr.GetRepositoryPolicyResponse>;
  setRepositoryPolicy: Call<ecr.SetRepositoryPolicyRequest, ecr.SetRepositoryPolicyResponse>;
  listTagsForResource: Call<ecr.ListTagsForResourceRequest, ecr.ListTagsForResourceResponse>;
  tagResource: Call<ecr.TagResourceRequest, ecr.TagResourceResponse>;
  untagResource: Call<ecr.UntagResourceRequest, ecr.UntagResourceResponse>;
  describeImageScanFindings: Call<
    ecr.DescribeImageScanFindingsRequest,
    ecr.DescribeImageScanFindingsResponse
  >;
  startImageScan: Call<ecr.StartImageScanRequest, ecr.StartImageScanResponse>;
  batchGetRepositoryScanningConfiguration: Call<
    ecr.BatchGetRepositoryScanningConfigurationRequest,
    ecr.BatchGetRepositoryScanningConfigurationResponse
  >;
  describeRepositoryCreationTemplates: Call<
    ecr.DescribeRepositoryCreationTemplatesRequest,
    ecr.DescribeRepositoryCreationTemplatesResponse
  >;
  describePullThroughCacheRules: Call<
    ecr.DescribePullThroughCacheRulesRequest,
    ecr.DescribePullThroughCacheRulesResponse
  >;
}

export interface EcrPublic {
  getAuthorizationToken: Call<
    ecrPublic.GetAuthorizationTokenRequest,
    ecrPublic.GetAuthorizationTokenResponse
  >;
}

export interface CloudWatchLogs {
  describeLogGroups: Call<logs.DescribeLogGroupsRequest, logs.DescribeLogGroupsResponse>;
  getLogEvents: Call<logs.GetLogEventsRequest, logs.GetLogEventsResponse>;
  filterLogEvents: Call<logs.FilterLogEventsRequest, logs.FilterLogEventsResponse>;
}

export interface Sts {
  getCallerIdentity: Call<sts.GetCallerIdentityRequest, sts.GetCallerIdentityResponse>;
}

export interface SecretsManager {
  getSecretValue: Call<secrets.GetSecretValueRequest, secrets.GetSecretValueResponse>;
  describeSecret: Call<secrets.DescribeSecretRequest, secrets.DescribeSecretResponse>;
  listSecretVersionIds: Call<secrets.ListSecretVersionIdsRequest, secrets.ListSecretVersionIdsResponse>;
}

export interface Iam {
  getRole: Call<iam.GetRoleRequest, iam.GetRoleResponse>;
  simulatePrincipalPolicy: Call<iam.SimulatePrincipalPolicyRequest, iam.SimulatePolicyResponse>;
}

export interface Ssm {
  getParameters: Call<ssm.GetParametersRequest, ssm.GetParametersResult>;
  describeParameters: Call<ssm.DescribeParametersRequest, ssm.DescribeParametersResult>;
}

export interface S3 {
  headObject: Call<s3.HeadObjectRequest, s3.HeadObjectOutput>;
}

export interface ElasticLoadBalancing {
  describeTargetGroups: Call<elbv2.DescribeTargetGroupsInput, elbv2.DescribeTargetGroupsOutput>;
  describeTargetHealth: Call<elbv2.DescribeTargetHealthInput, elbv2.DescribeTargetHealthOutput>;
}

export interface CodeDeploy {
  getDeploymentGroup: Call<codedeploy.GetDeploymentGroupInput, codedeploy.GetDeploymentGroupOutput>;
  getDeploymentConfig: Call<codedeploy.GetDeploymentConfigInput, codedeploy.GetDeploymentConfigOutput>;
  createDeployment: Call<codedeploy.CreateDeploymentInput, codedeploy.CreateDeploymentOutput>;
  listDeployments: Call<codedeploy.ListDeploymentsInput, codedeploy.ListDeploymentsOutput>;
  batchGetDeployments: Call<codedeploy.BatchGetDeploymentsInput, codedeploy.BatchGetDeploymentsOutput>;
  getDeploymentTarget: Call<codedeploy.GetDeploymentTargetInput, codedeploy.GetDeploymentTargetOutput>;
  stopDeployment: Call<codedeploy.StopDeploymentInput, codedeploy.StopDeploymentOutput>;
  continueDeployment: Call<codedeploy.ContinueDeploymentInput, object>;
}

export interface Scheduler {
  getSchedule: Call<scheduler.GetScheduleInput, scheduler.GetScheduleOutput>;
  listSchedules: Call<scheduler.ListSchedulesInput, scheduler.ListSchedulesOutput>;
  createSchedule: Call<scheduler.CreateScheduleInput, scheduler.CreateScheduleOutput>;
  updateSchedule: Call<scheduler.UpdateScheduleInput, scheduler.UpdateScheduleOutput>;
  deleteSchedule: Call<scheduler.DeleteScheduleInput, scheduler.DeleteScheduleOutput>;
  getScheduleGroup: Call<scheduler.GetScheduleGroupInput, scheduler.GetScheduleGroupOutput>;
  createScheduleGroup: Call<scheduler.CreateScheduleGroupInput, scheduler.CreateScheduleGroupOutput>;
  deleteScheduleGroup: Call<scheduler.DeleteScheduleGroupInput, scheduler.DeleteScheduleGroupOutput>;
  listTagsForResource: Call<scheduler.ListTagsForResourceInput, scheduler.ListTagsForResourceOutput>;
}

export interface AutoScaling {
  describeScalableTargets: Call<
    autoscaling.DescribeScalableTargetsRequest,
    autoscaling.DescribeScalableTargetsResponse
  >;
  registerScalableTarget: Call<
    autoscaling.RegisterScalableTargetRequest,
    autoscaling.RegisterScalableTargetResponse
  >;
  deregisterScalableTarget: Call<autoscaling.DeregisterScalableTargetRequest, object>;
  describeScalingPolicies: Call<
    autoscaling.DescribeScalingPoliciesRequest,
    autoscaling.DescribeScalingPoliciesResponse
  >;
  putScalingPolicy: Call<autoscaling.PutScalingPolicyRequest, autoscaling.PutScalingPolicyResponse>;
  deleteScalingPolicy: Call<autoscaling.DeleteScalingPolicyRequest, object>;
}

/** Clients are made when first requested, so that an operation pays only for those it uses. */
export interface Aws {
  readonly region: string;
  ecs(): Promise<Ecs>;
  ecr(region?: string): Promise<Ecr>;
  ecrPublic(): Promise<EcrPublic>;
  logs(region?: string): Promise<CloudWatchLogs>;
  sts(): Promise<Sts>;
  secretsManager(region?: string): Promise<SecretsManager>;
  iam(): Promise<Iam>;
  ssm(region?: string): Promise<Ssm>;
  /** Whatever the region of a bucket: it is followed there. */
  s3(): Promise<S3>;
  elbv2(region?: string): Promise<ElasticLoadBalancing>;
  codeDeploy(): Promise<CodeDeploy>;
  scheduler(): Promise<Scheduler>;
  autoScaling(): Promise<AutoScaling>;
  /**
   * When the credentials end for good. Undefined where they are renewed in time, do not end, or where their
   * end is not known: most hosts pass on a key and its session without it.
   */
  readonly credentialsEnd?: Date;
  /** How often each operation was sent, attempts included: `{ 'ecs:DescribeServices': 4 }`. */
  calls(): Readonly<Record<string, number>>;
}
