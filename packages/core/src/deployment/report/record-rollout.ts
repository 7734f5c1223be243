import type { Service, ServiceEvent, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import type { EvidenceCalls } from '../../ecs/evidence-calls.ts';
import { shortTask } from '../../ecs/short-names.ts';
import type { Cause } from '../../record/cause.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { RolloutEventBody } from '../../record/run-event.ts';
import { formatElapsed } from '../../time/duration.ts';
import type { World } from '../../world/world.ts';
import { containerLogTail } from '../evidence/container-log-tail.ts';
import { eventLine, recentBlockingEvents } from '../evidence/service-events.ts';
import { targetHealth } from '../evidence/target-health.ts';
import type { TrackedDeployment } from '../rollout/rollout.ts';
import type { RolloutEvent } from '../rollout/rollout-events.ts';
import { causesOf } from '../rollout/stop-causes.ts';
import { termsAt, type Watch, type WatchNotice } from '../watch/watch.ts';
import { waitingFor } from './waiting-line.ts';

/** What was seen while one rollout ran, kept for its end. */
export interface RolloutLog {
  readonly recentEvents: readonly string[];
  /** What ECS said of the service before, and would not say again. Untrusted. */
  readonly earlier: readonly ServiceEvent[];
  /** The last lines of the first container that died. Untrusted. */
  readonly logTail: readonly string[];
  /** What ECS and the load balancer said of targets that are not healthy. */
  readonly balancer: readonly string[];
  tell(watch: Watch, events: readonly RolloutEvent[], evidence: EvidenceCalls): Promise<void>;
  /** Shows what is being waited for while nothing changes. */
  wait(watch: Watch): void;
}

/** ECS's words for a task that its load balancer does not find healthy. */
const unhealthyTarget = /is unhealthy in \(?target-group/i;

/** Distinct reasons for which a container's log is fetched: each costs a call. */
const mostTails = 3;
const tailInError = 4;

/** Records every change, and once per distinct reason the last lines of the container that died of it. */
export function recordRollout(
  { world, record }: { readonly world: World; readonly record: Recorder },
  start: {
    readonly at: number;
    /** What runs when the watch begins. */
    readonly tasks: { readonly ours: number; readonly others: number };
    readonly taskDefinition: TaskDefinition | undefined;
    readonly service: Service;
    readonly ours: TrackedDeployment;
  },
): RolloutLog {
  const { log } = world.host;
  const { cluster, service, deploymentId: deployment, taskDefinition, previous } = start.ours;
  const recentEvents: string[] = [];
  const logTail: string[] = [];
  const balancer: string[] = [];
  const told = new Set<string>();
  let stageSince = start.at;
  const add = (body: RolloutEventBody, elapsed?: number) =>
    record.add({ cluster, service, deployment, ...body }, elapsed);
  add({
    kind: 'following',
    taskDefinition,
    ...(previous && { previousTaskDefinition: previous.taskDefinition }),
    startedAt: record.timeOf(start.at),
    running: start.tasks.ours,
    others: start.tasks.others,
  });
  const showWaiting = (watch: Watch) => {
    const { clock } = world;
    const now = clock.elapsed();
    record.waiting(service, {
      ...waitingFor(watch.rollout, { stage: stageSince, elapsed: now, now: clock.now() }),
      since: start.at,
      deadline: termsAt(watch, now).deadline,
    });
  };
  const showLog = async (task: Task, cause: Cause, evidence: EvidenceCalls) => {
    told.add(cause.sentence);
    if (told.size > mostTails) return;
    const tail = await containerLogTail(task, start.taskDefinition, world.aws.logs, evidence);
    if (tail?.note) log.notice(tail.note);
    if (!tail || tail.lines.length === 0) return;
    add({ kind: 'container-log', title: tail.title, lines: tail.lines });
    if (logTail.length === 0) logTail.push(...tail.lines.slice(-tailInError));
  };
  let healthAsked = false;
  /** Once, at the first event that speaks of a load balancer's check: what the balancer itself says of it. */
  const showTargetHealth = async (message: string, evidence: EvidenceCalls) => {
    if (healthAsked || !unhealthyTarget.test(message)) return;
    healthAsked = true;
    const { lines, note } = await targetHealth(start.service, world.aws, evidence());
    if (note) log.notice(note);
    if (lines.length > 0) add({ kind: 'target-health', lines });
    balancer.push(message, ...lines);
  };
  return {
    recentEvents,
    earlier: recentBlockingEvents(start.service.events, start.ours),
    logTail,
    balancer,
    async tell(watch, events, evidence) {
      const seen = world.clock.elapsed();
      const again: Task[] = [];
      const addAgain = () => {
        for (const { tasks, sentence } of causesOf(again.splice(0)))
          add({ kind: 'tasks-stopped', tasks, reason: sentence, repeated: true }, seen);
      };
      for (const event of events) {
        const cause = event.kind === 'task-stopped' ? causesOf([event.task])[0] : undefined;
        if (event.kind === 'task-stopped' && cause && told.has(cause.sentence)) {
          again.push(event.task);
          continue;
        }
        addAgain();
        if (event.kind === 'stage') stageSince = world.clock.elapsed();
        add(asRecorded(event, watch.ours, cause), seen);
        if (event.kind === 'counts') showWaiting(watch);
        if (event.kind === 'service-event') {
          recentEvents.push(event.message);
          await showTargetHealth(event.message, evidence);
        }
        if (event.kind === 'task-stopped' && cause) await showLog(event.task, cause, evidence);
      }
      addAgain();
    },
    wait: showWaiting,
  };
}

/** @param cause of a task that has stopped, where there is one */
function asRecorded(
  event: RolloutEvent,
  ours: TrackedDeployment,
  cause: Cause | undefined,
): RolloutEventBody {
  switch (event.kind) {
    case 'counts': {
      const { vanished: _derived, traffic, ...counts } = event;
      return { ...counts, ...(traffic !== undefined && { traffic }) };
    }
    case 'stage': {
      const { stage, traffic } = event;
      return { kind: 'stage', stage, ...(traffic !== undefined && { traffic }) };
    }
    case 'breaker': {
      const { threshold, ...breaker } = event;
      return { ...breaker, ...(threshold !== undefined && { threshold }) };
    }
    case 'hook': {
      const { expiresAt, ...hook } = event;
      return { ...hook, ...(expiresAt && { expiresAt: expiresAt.toISOString() }) };
    }
    case 'service-event':
      return { kind: 'service-event', message: eventLine(event.message, ours) };
    case 'task-stopped':
      return {
        kind: 'tasks-stopped',
        tasks: [shortTask(event.task.taskArn)],
        ...(cause && { reason: cause.sentence }),
        repeated: false,
      };
    case 'rolling-back':
      return { kind: 'rolling-back', by: event.by ?? 'ECS', reason: event.reason };
    default:
      return event;
  }
}

export const logNotice =
  ({ host: { log } }: World) =>
  (notice: WatchNotice): void => {
    switch (notice.kind) {
      case 'permission-missing':
      case 'evidence-missing':
        log.notice(`${notice.error.summary}: ${notice.consequence}`);
        break;
      case 'degraded':
        log.notice(notice.consequence);
        break;
      case 'reads-fail':
        log.warning(`cannot read the deployment, retrying: ${notice.error.summary}`);
        break;
      case 'reads-recovered':
        log.info(`reads recovered after ${formatElapsed(notice.milliseconds)}`);
        break;
    }
  };
