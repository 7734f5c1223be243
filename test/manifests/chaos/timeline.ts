import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { FaultRule } from '@landfall/sandbox/faults/fault';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import type { ScheduledAttempt } from '../../rollouts/chaos/simulation/attempt.ts';
import type { Lag } from '../../rollouts/chaos/timeline/timeline.ts';
import type { WantedService } from './judge/evidence.ts';

/** A service of the manifest, and how it was before the first run. */
export interface TimelineService extends WantedService {
  /** `deployed`: live with what the manifest wants. */
  readonly was: 'live' | 'zero' | 'absent' | 'deployed';
  readonly countBefore: number;
  readonly configuration: DeploymentConfiguration;
  /** The value of its tag `landfall:manifest`. */
  readonly owner?: string;
  readonly hasCommands: boolean;
}

/** A service that the manifest does not describe. */
export interface LeftService {
  readonly name: string;
  readonly count: number;
  readonly owner?: string;
}

/** What someone else does. */
export type Act =
  | { readonly what: 'deploy'; readonly service: string; readonly version: number }
  | { readonly what: 'scale'; readonly service: string; readonly count: number }
  | { readonly what: 'delete'; readonly service: string };

export interface Attempt extends ScheduledAttempt<Act> {
  readonly others: readonly { readonly at?: number; readonly beforeCall?: number; readonly act: Act }[];
}

/** Everything that happens to an environment, drawn from one number. */
export interface ManifestTimeline {
  readonly seed: number;
  readonly services: readonly TimelineService[];
  readonly left: readonly LeftService[];
  /** The tasks of the manifest. */
  readonly tasks: readonly string[];
  readonly onFailure: 'stop' | 'rollback';
  readonly onCancel: 'leave' | 'stop';
  readonly hasLock: boolean;
  /** A lock that a run of another pipeline holds for this long, in milliseconds, or that it left. */
  readonly foreignLock?: { readonly for: number } | 'expired';
  readonly prune: boolean;
  readonly adopt: boolean;
  readonly inputs: Readonly<Record<string, string>>;
  readonly taskRules: readonly TaskRule[];
  readonly faults: readonly FaultRule[];
  readonly lag: Lag;
  /** Each this many milliseconds after the one before it. */
  readonly attempts: readonly { readonly wait: number; readonly attempt: Attempt }[];
}
