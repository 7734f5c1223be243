import type { Cause } from './cause.ts';
import type { OutsideChange } from './outside-change.ts';

/** What became of the deployment that this run made. */
export type VerdictKind =
  | 'SUCCEEDED'
  | 'NOOP'
  | 'ROLLED_BACK'
  | 'FAILED'
  | 'STOPPED'
  | 'SUPERSEDED'
  | 'PAUSED'
  | 'STALLED'
  | 'TIMED_OUT'
  | 'CANCELLED'
  | 'UNKNOWN';

/** The status of a service, for a table. `planned`: a dry run, or the run ended before it was due. */
export type ServiceStatus =
  | 'planned'
  | 'deployed'
  | 'unchanged'
  | 'rolled-back'
  | 'failed'
  | 'superseded'
  | 'in-progress'
  | 'not-started'
  | 'unknown';

/** What is done, or in a dry run would be done, to one service. */
export interface PlanRecord {
  readonly kind: string;
  /** As a sentence. */
  readonly sentence: string;
  /** Whether a revision would be registered. */
  readonly registers?: boolean;
  /** Whether ECS would start a deployment. */
  readonly startsDeployment?: boolean;
  /** The differences from what runs, `- ` and `+ `; no values of environment variables. */
  readonly changes: readonly string[];
  readonly warnings: readonly string[];
}

/** The deployment of a service that this run made or picked up. */
export interface DeploymentRecord {
  /** `ecs-svc/…`, the id of a CodeDeploy deployment or of a task set. */
  readonly id: string;
  readonly taskDefinition: string;
  /** What was live before. */
  readonly previousTaskDefinition?: string | undefined;
  readonly serviceDeploymentArn?: string | undefined;
  /** Whether production traffic is shifted step by step. */
  readonly shiftsTraffic: boolean;
}

/** One service of a run. */
export interface ServiceRecord {
  readonly cluster: string;
  readonly service: string;
  readonly status: ServiceStatus;
  /** `STARTED` where the run did not wait. Absent where there was nothing to judge. */
  readonly verdict?: VerdictKind | 'STARTED' | undefined;
  readonly reason: string;
  readonly plan?: PlanRecord | undefined;
  /** The revision that was to be deployed: an ARN. */
  readonly taskDefinition?: string | undefined;
  /** Whether this run registered the revision, or it already existed. */
  readonly registration?: string | undefined;
  readonly deployment?: DeploymentRecord | undefined;
  /** What is live, where that is known and worth saying: an ARN. */
  readonly live?: string | undefined;
  /** From the update to the verdict. */
  readonly milliseconds: number;
  /** Why tasks stopped, the most frequent reason first. */
  readonly stoppedTasks: readonly Cause[];
  readonly outsideChanges: readonly OutsideChange[];
  /** How to continue with a deployment that the run has left in progress. */
  readonly resume: readonly string[];
  readonly error?: { readonly code: string; readonly summary: string; readonly remedy: string } | undefined;
}
