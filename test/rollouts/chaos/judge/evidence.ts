import type { DeploymentInfo, ECSTarget } from '@aws-sdk/client-codedeploy';
import type { Service, ServiceDeployment, Task } from '@aws-sdk/client-ecs';

/** What was so at one instant, in the shapes of the APIs, whatever a read may have shown. */
export interface Snapshot {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly service: Service | undefined;
  /** The oldest first. */
  readonly serviceDeployments: readonly ServiceDeployment[];
  /** Deployments in CodeDeploy, the oldest first. */
  readonly codeDeploy: readonly { readonly info: DeploymentInfo; readonly target: ECSTarget }[];
  /** The digest that the PRIMARY deployment runs, where it is known. */
  readonly digest?: string | undefined;
  /** When the oldest task that it runs was created, where that matters. */
  readonly oldestTask?: number | undefined;
}

/** One call of a run, and how it was served. */
export interface Call {
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  /** The name of the service that it is about, where it is about one. */
  readonly resource?: string | undefined;
  readonly input: Readonly<Record<string, unknown>>;
  /** As it was served, up to date or not; absent where no answer came. */
  readonly answer?: unknown;
  /** The name of the error that was served instead of an answer. */
  readonly code?: string;
  /** What it made, whether or not its answer came: ids of deployments and task sets, ARNs of revisions and tasks. */
  readonly made: readonly string[];
  /** Whether it changed anything. */
  readonly wrote: boolean;
  /** Of a write: what was so when it was sent. */
  readonly before?: Snapshot | undefined;
}

/** What a run was asked to do. */
export interface RunRequest {
  readonly operation: 'deploy' | 'wait' | 'rollback' | 'continue' | 'scale' | 'run-task';
  /** `completed`, `started`, `traffic-shifted`, `paused`, `stage:…` or `codedeploy:…`. */
  readonly until: string;
  readonly onCancel: 'leave' | 'stop';
  /** The image of the version to deploy, to wait for or to roll back to, where one was named. */
  readonly image?: string;
  /** The ARN of the task definition, where an existing one was named: a version may have several. */
  readonly revision?: string;
  readonly force?: boolean;
  readonly onOutsideChange?: 'deploy' | 'warn';
  /** The deployment to wait for. */
  readonly deploymentId?: string;
  /** The desired count, or how many tasks to run. */
  readonly count?: number;
  readonly action?: 'continue' | 'rollback';
  /** A task of the version to deploy is run before anything is updated, and waited for. */
  readonly taskBefore?: boolean;
  /** Of a task to run: the container that decides; absent where every essential one does. */
  readonly container?: string;
}

/** What a run said in the end. */
export interface RunReport {
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly error?: { readonly code: string; readonly summary: string };
}

export interface Run {
  readonly asked: RunRequest;
  /** The CI run it belongs to: the same for all of its attempts. */
  readonly origin: string;
  readonly attempt: number;
  /** Of a run for several services: the one that is judged here. */
  readonly service?: string | undefined;
  readonly calls: readonly Call[];
  /** What was so when it began. */
  readonly before?: Snapshot | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly cancelledAt?: number | undefined;
  /** Absent where the run was killed. */
  readonly said?: RunReport | undefined;
  readonly lines: readonly string[];
}

/** One timeline, simulated to its end. */
export interface Evidence {
  /** In the order in which they were started; none began before the one before it had ended. */
  readonly runs: readonly Run[];
  /** Every change of the world, the oldest first. */
  readonly history: readonly Snapshot[];
  /** The image of each revision, by the ARN of the task definition. */
  readonly images: Readonly<Record<string, string>>;
  /** The tasks that runs have started, as they are in the end. */
  readonly tasks: readonly Task[];
  /** When what version 2 takes from outside its task definition has become another. */
  readonly changedOutsideAt?: number | undefined;
  /** How far reads may have been behind, in milliseconds. */
  readonly behind: number;
}

/** A way in which a run broke a rule of docs/truth.md. */
export interface Breach {
  readonly kind: 'false-green' | 'false-red' | 'duplicate' | 'call-after-cancel' | 'command-fired' | 'crash';
  readonly what: string;
}
