/** What the ECS service remembers. Plain data with times in epoch milliseconds; `save()` writes it as it is. */
import type * as ecs from '@aws-sdk/client-ecs';
import type { StageStep } from '../rules/stage-plan.ts';

export type Tags = Record<string, string>;

export interface ClusterRecord {
  readonly name: string;
  readonly arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: ecs.ClusterSetting[];
  capacityProviders: string[];
  defaultCapacityProviderStrategy: ecs.CapacityProviderStrategyItem[];
  configuration: ecs.ClusterConfiguration | undefined;
  tags: Tags;
}

export interface TaskDefinitionRecord {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  /** What was registered, with ECS's defaults filled in and without `tags`. */
  readonly content: ecs.RegisterTaskDefinitionRequest;
  tags: Tags;
  readonly registeredAt: number;
  readonly registeredBy: string;
  deregisteredAt?: number;
}

interface ServiceEventRecord {
  readonly id: string;
  readonly createdAt: number;
  readonly message: string;
}

/** An entry of a service's `deployments`, or of its `taskSets` for the other two controllers. */
export interface DeploymentRecord {
  /** `ecs-svc/<digits>`; the digits end the service revision's ARN. */
  readonly id: string;
  readonly revisionArn: string;
  readonly taskDefinition: string;
  status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  readonly createdAt: number;
  updatedAt: number;
  /** Consecutive failures, as the circuit breaker counts them. */
  failedTasks: number;
  /** Rounds of launches since a task was last healthy; drives the back-off. */
  retries: number;
  /** No launch before this time. */
  notBefore: number;
  /** When its tasks were first all healthy: bake time counts from here. */
  bakedFrom?: number;
  /** A staged deployment says how many tasks each side has; a rolling one leaves it to the percentages. */
  wanted?: number;
  /** Whether it launched anything since the last failure: the next failure then ends a round. */
  launched: boolean;
}

interface TrafficWeights {
  production: number;
  test: number;
}

export interface HookRun {
  readonly hookId: string;
  readonly targetType: 'AWS_LAMBDA' | 'PAUSE';
  readonly targetArn: string | undefined;
  readonly stage: string;
  status: ecs.DeploymentLifecycleHookStatus;
  readonly expiresAt: number;
  readonly timeoutAction: 'ROLLBACK' | 'CONTINUE';
  /** How often the function was invoked, and when it is next. */
  asked: number;
  askAt: number;
}

export interface ServiceDeploymentRecord {
  readonly arn: string;
  readonly deploymentId: string;
  readonly targetRevisionArn: string;
  readonly sourceRevisionArns: string[];
  readonly taskDefinition: string;
  readonly createdAt: number;
  startedAt?: number;
  finishedAt?: number;
  stoppedAt?: number;
  updatedAt: number;
  status: ecs.ServiceDeploymentStatus;
  statusReason?: string;
  lifecycleStage?: string;
  /** A staged deployment's way, where on it it is, and since when. */
  plan?: StageStep[];
  step?: number;
  stepAt?: number;
  hooks: HookRun[];
  /** The deployment configuration when it started. */
  readonly configuration: ecs.DeploymentConfiguration;
  rollback?: { reason: string; startedAt: number; revisionArn: string };
  breaker: { status: ecs.ServiceDeploymentRollbackMonitorsStatus; failureCount: number; threshold: number };
  alarms?: { status: ecs.ServiceDeploymentRollbackMonitorsStatus; triggered: string[] };
  /** Of the target, and of the source together. */
  weights?: { target: TrafficWeights; source: TrafficWeights };
  /** When the status became one that no longer changes. */
  finalAt?: number;
}

export interface RevisionRecord {
  readonly arn: string;
  readonly deploymentId: string;
  readonly createdAt: number;
  /** When a deployment of it last completed; only such a revision is rolled back to. */
  completedAt?: number;
  /** The service's settings that a revision freezes. */
  readonly settings: ecs.ServiceRevision;
  /** Of an Express service: what its task definition does not say. */
  readonly express?: ExpressSettings;
}

/** What an Express service has besides its task definition and its network. */
interface ExpressSettings {
  readonly healthCheckPath: string;
  readonly scalingTarget: ecs.ExpressGatewayScalingTarget;
}

/** A service that ECS Express Mode manages. */
export interface ExpressRecord {
  readonly infrastructureRoleArn: string;
  readonly ingressPaths: readonly ecs.IngressPathSummary[];
  settings: ExpressSettings;
}

export interface ServiceRecord {
  readonly arn: string;
  readonly name: string;
  readonly cluster: string;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  readonly createdAt: number;
  readonly createdBy: string;
  readonly clientToken: string | undefined;
  /** Settings as CreateService and UpdateService gave them, `taskDefinition` as an ARN. */
  settings: ecs.CreateServiceRequest;
  desiredCount: number;
  configuration: ecs.DeploymentConfiguration;
  deployments: DeploymentRecord[];
  serviceDeployments: ServiceDeploymentRecord[];
  revisions: RevisionRecord[];
  /** Newest first. */
  events: ServiceEventRecord[];
  steady: boolean;
  tags: Tags;
  taskSets: TaskSetRecord[];
  /** Those that are deleted, the oldest first. ECS forgets them; the truth does not. */
  goneTaskSets: TaskSetRecord[];
  express?: ExpressRecord;
}

export interface TaskSetRecord {
  readonly id: string;
  readonly startedBy: string | undefined;
  readonly arn: string;
  readonly externalId: string | undefined;
  readonly clientToken: string | undefined;
  status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  readonly settings: ecs.CreateTaskSetRequest;
  readonly taskDefinition: string;
  scale: ecs.Scale;
  readonly createdAt: number;
  updatedAt: number;
  stabilityStatus: 'STEADY_STATE' | 'STABILIZING';
  stabilityStatusAt: number;
  /** It is, or was, the primary one. */
  hadTraffic?: boolean;
  /** When it was first primary and steady, with nothing left that had the traffic before it. */
  completedAt?: number;
  deletedAt?: number;
  tags: Tags;
}

type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export interface ContainerRecord {
  readonly name: string;
  readonly arn: string;
  readonly image: string;
  readonly essential: boolean;
  imageDigest?: string;
  runtimeId?: string;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  exitCode?: number;
  reason?: string;
  healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  /** Whether the definition has a health check: only then does the status ever change. */
  readonly checked: boolean;
  networkBindings: ecs.NetworkBinding[];
}

export interface TaskRecord {
  readonly id: string;
  readonly arn: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly group: string;
  readonly startedBy: string | undefined;
  /** The service it belongs to, and the deployment or task set that wanted it. */
  readonly service: string | undefined;
  readonly deploymentId: string | undefined;
  readonly launchType: ecs.LaunchType | undefined;
  readonly capacityProviderName: string | undefined;
  readonly platformVersion: string | undefined;
  readonly enableExecuteCommand: boolean;
  readonly overrides: ecs.TaskOverride;
  readonly networkConfiguration: ecs.NetworkConfiguration | undefined;
  readonly targetGroups: string[];
  readonly containers: ContainerRecord[];
  readonly eni: { readonly id: string; readonly attachment: string; readonly address: string } | undefined;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  /** Settled or passing its health checks: it counts as healthy for the scheduler. */
  healthy: boolean;
  targetHealth: 'none' | 'initial' | 'healthy' | 'unhealthy' | 'draining';
  targetReason?: string;
  /** Until then a scale-in or a deployment leaves it alone. */
  protectedUntil?: number;
  version: number;
  readonly createdAt: number;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
  stopCode?: ecs.TaskStopCode;
  stoppedReason?: string;
  tags: Tags;
}
