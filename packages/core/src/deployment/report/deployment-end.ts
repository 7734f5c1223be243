import type { ServiceEvent } from '@aws-sdk/client-ecs';
import type { Cause } from '../../record/cause.ts';
import type { Registration } from '../../task-definition/register.ts';
import type { TrackedDeployment } from '../rollout/rollout.ts';
import type { Watch } from '../watch/watch.ts';
import type { RolloutLog } from './record-rollout.ts';

/** What is known of a deployment when it is told how it ended. */
export interface DeploymentEnd {
  readonly ours: TrackedDeployment;
  readonly registration: Registration;
  readonly milliseconds: number;
  readonly watch?: Watch | undefined;
  readonly story?: RolloutLog | undefined;
  /** It was asked to stop: no run should adopt it. */
  readonly isStopped?: boolean;
  /** Watching itself failed with this. */
  readonly failure?: unknown;
  /** This many tasks were to run; nothing was deployed. */
  readonly count?: number | undefined;
  /** The same, by an operation that only scales. */
  readonly scaling?: {
    readonly wanted: number;
    readonly events: readonly string[];
    readonly earlier: readonly ServiceEvent[];
    readonly causes: readonly Cause[];
  };
}
