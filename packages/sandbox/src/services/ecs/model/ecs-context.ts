import type { Place } from '../../../api/aws-service.ts';
import type { SandboxClock } from '../../../clock/clock.ts';
import type { Timing } from '../../../clock/timing.ts';
import type { Balancers } from '../../../ports/balancers.ts';
import type { FileStore } from '../../../ports/files.ts';
import type { ImageResolver } from '../../../ports/images.ts';
import type { LogStore } from '../../../ports/log-store.ts';
import type { SecretStore } from '../../../ports/secrets.ts';
import type { TaskRules } from '../task-rules/task-rules.ts';
import type { Identifiers } from './identifiers.ts';
import type { State } from './state.ts';

/** What the parts of the ECS service share. */
export interface EcsContext {
  readonly clock: SandboxClock;
  readonly place: Place;
  readonly logs: LogStore;
  readonly registry: ImageResolver;
  readonly secrets: SecretStore;
  readonly files: FileStore;
  readonly balancers: Balancers;
  readonly timing: Timing;
  readonly ids: Identifiers;
  readonly random: () => number;
  readonly state: State;
  readonly taskRules: TaskRules;
  /** To be called after every change that a restart must not lose. */
  readonly changed: () => void;
}
