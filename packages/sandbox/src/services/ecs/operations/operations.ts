import type { RequestContext } from '../../../api/aws-service.ts';
import type { EcsContext } from '../model/ecs-context.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import type { TaskLifecycle } from '../tasks/lifecycle.ts';
import type { Staleness } from './staleness.ts';

/** What the handlers work with. */
export interface Operations {
  readonly ecs: EcsContext;
  readonly lifecycle: TaskLifecycle;
  readonly scheduler: Scheduler;
  readonly staleness: Staleness;
}

/** A handler over the SDK's own shapes. The input is what a client sent: checked where it is used. */
export type Operation<Input, Output> = (
  operations: Operations,
  input: Input,
  context: RequestContext,
) => Output | Promise<Output>;
