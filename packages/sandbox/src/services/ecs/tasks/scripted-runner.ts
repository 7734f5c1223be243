import type { ContainerDefinition, TaskStopCode } from '@aws-sdk/client-ecs';
import type { EcsContext } from '../ecs-context.ts';
import type { Fate } from '../fates/fate.ts';
import { cannotPull, cannotReadSecret, OUT_OF_MEMORY, SPOT_INTERRUPTED } from '../fates/reasons.ts';
import type { TaskRecord } from '../model/records.ts';
import type { TaskLifecycle, TaskRunner } from './lifecycle.ts';
import { containersOf, missingImage, readyResources, writeLog } from './resources.ts';

/** A task of a service runs on unless a fate says otherwise; a task on its own does its work and ends well. */
const FOR_EVER: Fate = { kind: 'run' };
const ONE_OFF: Fate = { kind: 'exit', code: 0, after: 2_000 };

/** Simulates each task on the clock, by its fate. Images, secrets and log groups are looked up as a real task's would be. */
export function scriptedRunner(ecs: EcsContext, lifecycle: () => TaskLifecycle): TaskRunner {
  const { timing, clock } = ecs;
  const exitsOnStop = new WeakMap<TaskRecord, number>();

  const failToStart = (task: TaskRecord, reason: string): void =>
    lifecycle().stop(task, { code: 'TaskFailedToStart', reason, blame: 'task' });

  const pull = (task: TaskRecord, fate: Fate): void => {
    lifecycle().pending(task);
    if (fate.kind === 'never-starts') return;
    if (fate.kind === 'secret-error') {
      failToStart(task, secretReason(ecs, task, fate));
      return;
    }
    const readiness = readyResources(ecs, task);
    if (readiness.kind === 'failed') {
      failToStart(task, readiness.reason);
      return;
    }
    lifecycle().later(task, timing.pull, () => {
      const missing =
        fate.kind === 'pull-error'
          ? (fate.reason ?? cannotPull(task.containers[0]!.image, fate.cause ?? 'not-found'))
          : missingImage(ecs, task);
      if (missing !== undefined) {
        task.containers[0]!.reason = missing;
        failToStart(task, missing);
        return;
      }
      task.pullStoppedAt = clock.now();
      if (fate.kind === 'stop' && fate.code === 'TaskFailedToStart') {
        failToStart(task, fate.reason);
        return;
      }
      if (task.targetGroups.length > 0) lifecycle().activating(task);
      lifecycle().later(task, fate.startAfter ?? timing.activating, () => run(task, fate));
    });
  };

  const run = (task: TaskRecord, fate: Fate): void => {
    const subject = fate.container ?? task.containers.find((container) => container.essential)!.name;
    for (const container of task.containers) container.runtimeId = `${task.id}-${suffix(container.name)}`;
    lifecycle().running(task);
    if (fate.log !== undefined) writeLog(ecs, task, subject, fate.log);
    checkHealth(task, fate, subject);
    const exit = (code: number, reason?: string): void =>
      lifecycle().containerExited(task, subject, { code, ...(reason === undefined ? {} : { reason }) });
    switch (fate.kind) {
      case 'exit':
        lifecycle().later(task, fate.after ?? 0, () => exit(fate.code));
        break;
      case 'out-of-memory':
        lifecycle().later(task, fate.after ?? 0, () => exit(137, OUT_OF_MEMORY));
        break;
      case 'exec-format':
        if (fate.log === undefined) writeLog(ecs, task, subject, ['exec /app: exec format error']);
        exit(255);
        break;
      case 'spot-interruption':
        end(task, fate, { code: 'SpotInterruption', reason: SPOT_INTERRUPTED });
        break;
      case 'stop':
        end(task, fate, { code: fate.code, reason: fate.reason });
        break;
      default:
        break;
    }
  };

  const end = (
    task: TaskRecord,
    fate: { readonly after?: number },
    why: { readonly code: TaskStopCode; readonly reason: string },
  ): void =>
    lifecycle().later(task, fate.after ?? 0, () =>
      lifecycle().stop(task, { ...why, blame: 'infrastructure' }),
    );

  const checkHealth = (task: TaskRecord, fate: Fate, subject: string): void => {
    for (const definition of containersOf(ecs, task)) {
      if (definition.healthCheck === undefined) continue;
      const name = definition.name!;
      if (fate.kind === 'unhealthy' && name === subject) {
        const after = fate.after ?? unhealthyAfter(definition);
        lifecycle().later(task, after, () => lifecycle().containerHealth(task, name, 'UNHEALTHY'));
      } else {
        const after = fate.healthyAfter ?? timing.containerHealthy;
        lifecycle().later(task, after, () => lifecycle().containerHealth(task, name, 'HEALTHY'));
      }
    }
    if (task.targetGroups.length === 0) return;
    if (fate.kind === 'elb-unhealthy') {
      const reason = fate.reason ?? 'Health checks failed with these codes: [502]';
      lifecycle().later(task, fate.after ?? timing.targetUnhealthy, () =>
        lifecycle().targetHealth(task, 'unhealthy', reason),
      );
    } else {
      lifecycle().later(task, fate.healthyAfter ?? timing.targetHealthy, () =>
        lifecycle().targetHealth(task, 'healthy'),
      );
    }
  };

  return {
    start(task, chosen) {
      const fate = chosen ?? (task.service === undefined ? ONE_OFF : FOR_EVER);
      if (fate.exitOnStop !== undefined) exitsOnStop.set(task, fate.exitOnStop);
      lifecycle().later(task, timing.provisioning, () => pull(task, fate));
    },
    stop(task) {
      clock.after(timing.stopping, () => {
        for (const container of task.containers) {
          if (container.lastStatus === 'RUNNING')
            lifecycle().containerExited(task, container.name, { code: exitsOnStop.get(task) ?? 0 });
        }
        lifecycle().ended(task);
      });
    },
    adopt: () => true,
    close: async () => undefined,
  };
}

function secretReason(ecs: EcsContext, task: TaskRecord, fate: Fate & { kind: 'secret-error' }): string {
  if (fate.reason !== undefined) return fate.reason;
  const place = ecs.place;
  const secret =
    containersOf(ecs, task).flatMap((container) => container.secrets ?? [])[0]?.valueFrom ??
    `arn:${place.partition}:secretsmanager:${place.region}:${place.accountId}:secret:app`;
  if (fate.cause === 'not-found') {
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
