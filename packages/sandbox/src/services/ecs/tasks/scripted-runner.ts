import type { ContainerDefinition, TaskStopCode } from '@aws-sdk/client-ecs';
import type { EcsContext } from '../model/ecs-context.ts';
import type { TaskRecord } from '../model/records.ts';
import { cannotPull, cannotReadSecret, OUT_OF_MEMORY, SPOT_INTERRUPTED } from '../task-rules/reasons.ts';
import type { TaskOutcome } from '../task-rules/task-rule.ts';
import type { TaskLifecycle, TaskRunner } from './lifecycle.ts';
import { containersOf, missingImage, readyResources, writeLog } from './resources.ts';

/** A task of a service runs on unless an outcome says otherwise; a task on its own does its work and ends well. */
const FOR_EVER: TaskOutcome = { kind: 'run' };
const ONE_OFF: TaskOutcome = { kind: 'exit', code: 0, after: 2_000 };

/** Simulates each task on the clock, by its outcome. Images, secrets and log groups are looked up as a real task's would be. */
export class ScriptedRunner implements TaskRunner {
  readonly #ecs: EcsContext;
  readonly #lifecycle: () => TaskLifecycle;
  readonly #exitsOnStop = new WeakMap<TaskRecord, number>();

  constructor(ecs: EcsContext, lifecycle: () => TaskLifecycle) {
    this.#ecs = ecs;
    this.#lifecycle = lifecycle;
  }

  start(task: TaskRecord, chosen: TaskOutcome | undefined): void {
    const outcome = chosen ?? (task.service === undefined ? ONE_OFF : FOR_EVER);
    if (outcome.exitOnStop !== undefined) this.#exitsOnStop.set(task, outcome.exitOnStop);
    this.#lifecycle().later(task, this.#ecs.timing.provisioning, () => this.#pull(task, outcome));
  }

  stop(task: TaskRecord): void {
    this.#ecs.clock.after(this.#ecs.timing.stopping, () => {
      for (const container of task.containers) {
        if (container.lastStatus === 'RUNNING')
          this.#lifecycle().containerExited(task, container.name, { code: this.#exitsOnStop.get(task) ?? 0 });
      }
      this.#lifecycle().ended(task);
    });
  }

  adopt(): Promise<boolean> | boolean {
    return true;
  }

  async close(): Promise<void> {}

  #failToStart(task: TaskRecord, reason: string): void {
    this.#lifecycle().stop(task, { code: 'TaskFailedToStart', reason, blame: 'task' });
  }

  #pull(task: TaskRecord, outcome: TaskOutcome): void {
    this.#lifecycle().pending(task);
    if (outcome.kind === 'never-starts') return;
    if (outcome.kind === 'secret-error') {
      this.#failToStart(task, secretReason(this.#ecs, task, outcome));
      return;
    }
    const readiness = readyResources(this.#ecs, task);
    if (readiness.kind === 'failed') {
      this.#failToStart(task, readiness.reason);
      return;
    }
    this.#lifecycle().later(task, this.#ecs.timing.pull, () => {
      const missing =
        outcome.kind === 'pull-error'
          ? (outcome.reason ?? cannotPull(task.containers[0]!.image, outcome.cause ?? 'not-found'))
          : missingImage(this.#ecs, task);
      if (missing !== undefined) {
        task.containers[0]!.reason = missing;
        this.#failToStart(task, missing);
        return;
      }
      task.pullStoppedAt = this.#ecs.clock.now();
      if (outcome.kind === 'stop' && outcome.code === 'TaskFailedToStart') {
        this.#failToStart(task, outcome.reason);
        return;
      }
      if (task.targetGroups.length > 0) this.#lifecycle().activating(task);
      this.#lifecycle().later(task, outcome.startAfter ?? this.#ecs.timing.activating, () =>
        this.#run(task, outcome),
      );
    });
  }

  #run(task: TaskRecord, outcome: TaskOutcome): void {
    const subject = outcome.container ?? task.containers.find((container) => container.essential)!.name;
    for (const container of task.containers) container.runtimeId = `${task.id}-${suffix(container.name)}`;
    this.#lifecycle().running(task);
    if (outcome.log !== undefined) writeLog(this.#ecs, task, subject, outcome.log);
    this.#checkHealth(task, outcome, subject);
    const exit = (code: number, reason?: string): void =>
      this.#lifecycle().containerExited(task, subject, { code, ...(reason === undefined ? {} : { reason }) });
    switch (outcome.kind) {
      case 'exit':
        this.#lifecycle().later(task, outcome.after ?? 0, () => exit(outcome.code));
        break;
      case 'out-of-memory':
        this.#lifecycle().later(task, outcome.after ?? 0, () => exit(137, OUT_OF_MEMORY));
        break;
      case 'exec-format':
        if (outcome.log === undefined) writeLog(this.#ecs, task, subject, ['exec /app: exec format error']);
        exit(255);
        break;
      case 'spot-interruption':
        this.#end(task, outcome, { code: 'SpotInterruption', reason: SPOT_INTERRUPTED });
        break;
      case 'stop':
        this.#end(task, outcome, { code: outcome.code, reason: outcome.reason });
        break;
      default:
        break;
    }
  }

  #end(
    task: TaskRecord,
    outcome: { readonly after?: number },
    why: { readonly code: TaskStopCode; readonly reason: string },
  ): void {
    this.#lifecycle().later(task, outcome.after ?? 0, () =>
      this.#lifecycle().stop(task, { ...why, blame: 'infrastructure' }),
    );
  }

  #checkHealth(task: TaskRecord, outcome: TaskOutcome, subject: string): void {
    for (const definition of containersOf(this.#ecs, task)) {
      if (definition.healthCheck === undefined) continue;
      const name = definition.name!;
      if (outcome.kind === 'unhealthy' && name === subject) {
        const after = outcome.after ?? unhealthyAfter(definition);
        this.#lifecycle().later(task, after, () =>
          this.#lifecycle().containerHealth(task, name, 'UNHEALTHY'),
        );
      } else {
        const after = outcome.healthyAfter ?? this.#ecs.timing.containerHealthy;
        this.#lifecycle().later(task, after, () => this.#lifecycle().containerHealth(task, name, 'HEALTHY'));
      }
    }
    if (task.targetGroups.length === 0) return;
    if (outcome.kind === 'elb-unhealthy') {
      const reason = outcome.reason ?? 'Health checks failed with these codes: [502]';
      this.#lifecycle().later(task, outcome.after ?? this.#ecs.timing.targetUnhealthy, () =>
        this.#lifecycle().targetHealth(task, 'unhealthy', reason),
      );
    } else {
      this.#lifecycle().later(task, outcome.healthyAfter ?? this.#ecs.timing.targetHealthy, () =>
        this.#lifecycle().targetHealth(task, 'healthy'),
      );
    }
  }
}

function secretReason(
  ecs: EcsContext,
  task: TaskRecord,
  outcome: TaskOutcome & { kind: 'secret-error' },
): string {
  if (outcome.reason !== undefined) return outcome.reason;
  const place = ecs.place;
  const secret =
    containersOf(ecs, task).flatMap((container) => container.secrets ?? [])[0]?.valueFrom ??
    `arn:${place.partition}:secretsmanager:${place.region}:${place.accountId}:secret:app`;
  if (outcome.cause === 'not-found') {
    return cannotReadSecret(
      secret,
      `ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    );
  }
  return cannotReadSecret(
    secret,
    `AccessDeniedException: User: arn:${place.partition}:sts::${place.accountId}:assumed-role/ecsTaskExecutionRole/${task.id} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${secret} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
  );
}

/** Engines check every `interval` and give up after `retries` in a row, not counting the start period. */
function unhealthyAfter(definition: ContainerDefinition): number {
  const check = definition.healthCheck;
  return ((check?.startPeriod ?? 0) + (check?.interval ?? 30) * (check?.retries ?? 3)) * 1_000;
}

function suffix(name: string): string {
  let hash = 7;
  for (let index = 0; index < name.length; index += 1)
    hash = (hash * 31 + name.charCodeAt(index)) % 4_294_967_296;
  return String(hash).padStart(10, '0');
}
