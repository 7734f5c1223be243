import type { EvidenceCalls } from '../../ecs/evidence-calls.ts';
import type { CodeDeploy, Ecs } from '../../world/aws.ts';
import type { Clock } from '../../world/clock.ts';
import type { RolloutEvent } from '../rollout/rollout-events.ts';
import type { Watch, WatchNotice } from './watch.ts';

/** What every part of a watch works with, and whom it tells. */
export interface WatchContext {
  readonly ecs: Ecs;
  codeDeploy(): Promise<CodeDeploy>;
  readonly clock: Clock;
  /** Ends every watch at once with CANCELLED. */
  readonly signal: AbortSignal;
  /** What changed, service by service, in the order in which it was seen. */
  onEvents(watch: Watch, events: readonly RolloutEvent[], evidence: EvidenceCalls): Promise<void> | void;
  onNotice(notice: WatchNotice): void;
  /** A round of reading is over and this watch goes on. */
  onWait(watch: Watch): void;
  /** The watch has its verdict. */
  onEnd(watch: Watch): void;
}
