import type { CapacityProviderStrategyItem, RunTaskRequest, Tag } from '@aws-sdk/client-ecs';
import type { EcsParameters, Target } from '@aws-sdk/client-scheduler';
import type { Place } from '../../api/aws-service.ts';
import type { Appointment, SandboxClock } from '../../clock/clock.ts';
import { parseExpression } from './expression.ts';
import { nextTime } from './next-time.ts';

export interface Group {
  readonly name: string;
  readonly created: number;
  modified: number;
  state: 'ACTIVE' | 'DELETING';
  tags: Readonly<Record<string, string>>;
}

export interface Schedule {
  readonly group: string;
  readonly name: string;
  readonly expression: string;
  readonly zone: string;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly description?: string | undefined;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly keyArn?: string | undefined;
  readonly target: Target;
  readonly window: { readonly Mode?: string; readonly MaximumWindowInMinutes?: number };
  readonly afterCompletion: string;
  readonly created: number;
  readonly modified: number;
}

/** An invocation whose target could not be started. Nothing else shows it: the account sees a metric, or its queue. */
export interface FailedInvocation {
  readonly schedule: string;
  readonly at: string;
  readonly reason: string;
  /** The queue that AWS sends it to. */
  readonly deadLetterArn?: string | undefined;
}

export const keyOf = ({ group, name }: Pick<Schedule, 'group' | 'name'>) => `${group}/${name}`;

export interface SchedulerParts extends Place {
  readonly clock: SandboxClock;
  readonly runTask: (
    request: RunTaskRequest,
  ) => Promise<{ readonly failures?: readonly { reason?: string }[] }>;
  changed(): void;
}

/** The schedules of one account in one region, and the diary of when they are due. */
export class Schedules {
  readonly groups = new Map<string, Group>();
  readonly byKey = new Map<string, Schedule>();
  readonly failed: FailedInvocation[] = [];
  readonly parts: SchedulerParts;
  readonly #appointments = new Map<string, Appointment>();

  constructor(parts: SchedulerParts) {
    this.parts = parts;
    this.groups.set('default', { name: 'default', created: 0, modified: 0, state: 'ACTIVE', tags: {} });
  }

  set(schedule: Schedule): void {
    this.byKey.set(keyOf(schedule), schedule);
    this.arm(schedule);
    this.parts.changed();
  }

  delete(key: string): void {
    this.byKey.delete(key);
    this.parts.clock.cancel(this.#appointments.get(key));
    this.#appointments.delete(key);
    this.parts.changed();
  }

  /** Notes when the schedule is due next. */
  arm(schedule: Schedule): void {
    const { clock } = this.parts;
    const key = keyOf(schedule);
    clock.cancel(this.#appointments.get(key));
    this.#appointments.delete(key);
    const expression = parseExpression(schedule.expression);
    if (schedule.state === 'DISABLED' || !expression) return;
    const from = schedule.start ?? schedule.modified;
    const after = Math.max(clock.now(), from - 1);
    const due = nextTime(expression, { after, from, zone: schedule.zone });
    if (due === undefined || (schedule.end !== undefined && due > schedule.end)) return;
    this.#appointments.set(
      key,
      clock.at(due, () => {
        void this.#invoke(schedule);
        if (expression.kind === 'at' && schedule.afterCompletion === 'DELETE') this.delete(key);
        else this.arm(schedule);
      }),
    );
  }

  async #invoke(schedule: Schedule): Promise<void> {
    const { target } = schedule;
    const reason = await this.parts.runTask(runTaskOf(schedule)).then(
      ({ failures = [] }) => failures[0]?.reason,
      (thrown: Error) => thrown.message,
    );
    if (reason === undefined) return;
    this.failed.push({
      schedule: keyOf(schedule),
      at: new Date(this.parts.clock.now()).toISOString(),
      reason,
      deadLetterArn: target.DeadLetterConfig?.Arn,
    });
  }
}

/** What EventBridge Scheduler sends to ECS: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_EcsParameters.html */
export function runTaskOf({ name, target }: Pick<Schedule, 'name' | 'target'>): RunTaskRequest {
  const parameters: Partial<EcsParameters> = target.EcsParameters ?? {};
  const network = parameters.NetworkConfiguration?.awsvpcConfiguration;
  return {
    cluster: target.Arn,
    taskDefinition: parameters.TaskDefinitionArn,
    count: parameters.TaskCount ?? 1,
    launchType: parameters.LaunchType,
    ...(network && {
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: network.Subnets,
          securityGroups: network.SecurityGroups,
          assignPublicIp: network.AssignPublicIp,
        },
      },
    }),
    platformVersion: parameters.PlatformVersion,
    group: parameters.Group,
    // These members have the names of ECS in both APIs.
    capacityProviderStrategy: parameters.CapacityProviderStrategy as
      | CapacityProviderStrategyItem[]
      | undefined,
    placementConstraints: parameters.PlacementConstraints,
    placementStrategy: parameters.PlacementStrategy,
    enableECSManagedTags: parameters.EnableECSManagedTags,
    enableExecuteCommand: parameters.EnableExecuteCommand,
    propagateTags: parameters.PropagateTags,
    referenceId: parameters.ReferenceId,
    tags: parameters.Tags?.map((tag): Tag => ({ key: tag.key, value: tag.value })),
    ...(target.Input !== undefined && { overrides: JSON.parse(target.Input) }),
    startedBy: `chronos-schedule/${name}`,
  };
}
