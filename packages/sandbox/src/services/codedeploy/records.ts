import type { AppSpec } from './app-spec.ts';

export interface DeploymentGroup {
  readonly name: string;
  readonly id: string;
  readonly application: string;
  readonly cluster: string;
  readonly service: string;
  /** What CreateDeploymentGroup got, shown as it came. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly configuration: string;
  readonly rollback: RollbackConfiguration;
  /** Minutes between success and the end of the blue task set. */
  readonly terminationWait: number;
  /** Minutes to wait in Ready for ContinueDeployment, or undefined to continue at once. */
  readonly readyWait: number | undefined;
}

export interface RollbackConfiguration {
  readonly enabled?: boolean;
  readonly events?: readonly string[];
}

export type Status =
  | 'Created'
  | 'Queued'
  | 'InProgress'
  | 'Baking'
  | 'Succeeded'
  | 'Failed'
  | 'Stopped'
  | 'Ready';

export interface LifecycleEvent {
  readonly name: string;
  status: 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped' | 'Unknown';
  startedAt?: number;
  endedAt?: number;
}

export interface Deployment {
  readonly id: string;
  readonly group: DeploymentGroup;
  readonly configuration: string;
  readonly description: string | undefined;
  readonly revision: unknown;
  readonly spec: Omit<AppSpec, 'hooks'> & { readonly hooks: readonly (readonly [string, string])[] };
  readonly rollback: RollbackConfiguration;
  readonly creator: 'user' | 'codeDeployRollback';
  /** The deployment whose failure made this one. */
  readonly undoes: string | undefined;
  readonly createdAt: number;
  startedAt?: number;
  completedAt?: number;
  terminationWaitSince?: number;
  readySince?: number;
  status: Status;
  error?: { readonly code: string; readonly message: string };
  rolledBackBy?: { readonly id: string; readonly message: string };
  blue: string | undefined;
  green: string | undefined;
  /** Percent of the traffic that green has. */
  weight: number;
  events: LifecycleEvent[];
  /** The event in progress, its status, and since when. */
  step: number;
  shift: number;
  since: number;
  /** ContinueDeployment has been called, for Ready or for the termination wait. */
  proceed: { ready: boolean; termination: boolean };
}
