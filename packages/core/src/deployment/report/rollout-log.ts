import type { Service, ServiceEvent, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import type { EvidenceCalls } from '../../ecs/evidence-calls.ts';
import type { World } from '../../world/world.ts';
import { containerLogTail } from '../evidence/container-log-tail.ts';
import { recentBlockingEvents } from '../evidence/service-events.ts';
import { targetHealth } from '../evidence/target-health.ts';
import type { TrackedDeployment } from '../rollout/rollout.ts';
import type { RolloutEvent } from '../rollout/rollout-events.ts';
import { causesOf } from '../rollout/stop-causes.ts';
import { termsAt, type Watch, type WatchNotice } from '../watch/watch.ts';
import { narrate, narrateAgain, narrateNotice } from './log-lines.ts';
import type { Sample } from './rollout-chart.ts';
import { waitingFor } from './waiting-line.ts';

/** What was told while one rollout ran, kept for its end. */
export interface RolloutLog {
  readonly samples: readonly Sample[];
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

/** Prints one line per change, and once per distinct reason the last lines of the container that died of it. */
export function beginRolloutLog(
  world: World,
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
  const samples: Sample[] = [{ at: 0, ...start.tasks }];
  const recentEvents: string[] = [];
  const logTail: string[] = [];
  const balancer: string[] = [];
  const told = new Set<string>();
  let counts: string | undefined;
  let stageSince = start.at;
  const showProgress = (watch: Watch) => {
    if (counts === undefined) return;
    const { clock } = world;
    const now = clock.elapsed();
    log.progress(watch.ours.service, counts, {
      ...waitingFor(watch.rollout, { stage: stageSince, elapsed: now, now: clock.now() }),
      since: start.at,
      deadline: termsAt(watch, now).deadline,
    });
  };
  const isRepeated = (event: RolloutEvent): event is RolloutEvent & { kind: 'task-stopped' } =>
    event.kind === 'task-stopped' && told.has(causesOf([event.task])[0]?.sentence ?? '');
  const showLog = async (event: RolloutEvent & { kind: 'task-stopped' }, evidence: EvidenceCalls) => {
    const reason = causesOf([event.task])[0];
    if (!reason || told.has(reason.sentence)) return;
    told.add(reason.sentence);
    if (told.size > mostTails) return;
    const words = await containerLogTail(event.task, start.taskDefinition, world.aws.logs, evidence);
    if (words?.note) log.notice(words.note);
    if (!words || words.lines.length === 0) return;
    log.info(`  ${words.title}:`);
    for (const text of words.lines) log.output(text);
    if (logTail.length === 0) logTail.push(...words.lines.slice(-tailInError));
  };
  let healthAsked = false;
  /** Once, at the first event that speaks of a load balancer's check: what the balancer itself says of it. */
  const showTargetHealth = async (message: string, evidence: EvidenceCalls) => {
    if (healthAsked || !unhealthyTarget.test(message)) return;
    healthAsked = true;
    const { lines, note } = await targetHealth(start.service, world.aws, evidence());
    if (note) log.notice(note);
    for (const line of lines) log.warning(`  ${line}`);
    balancer.push(message, ...lines);
  };
  return {
    samples,
    recentEvents,
    earlier: recentBlockingEvents(start.service.events, start.ours),
    logTail,
    balancer,
    async tell(watch, events, evidence) {
      const elapsed = world.clock.elapsed() - start.at;
      const again: Task[] = [];
      const sayAgain = () => {
        for (const cause of causesOf(again.splice(0))) log.info(narrateAgain(watch.ours, cause, elapsed));
      };
      for (const event of events) {
        if (isRepeated(event)) {
          again.push(event.task);
          continue;
        }
        sayAgain();
        const line = narrate(watch.ours, event, elapsed);
        if (event.kind === 'stage') stageSince = world.clock.elapsed();
        if (line.level === 'progress') {
          counts = line.text;
          showProgress(watch);
        } else log[line.level](line.text);
        if (event.kind === 'counts')
          samples.push({
            at: elapsed,
            ours: event.running,
            others: event.others,
            traffic: event.traffic,
          });
        if (event.kind === 'service-event') {
          recentEvents.push(event.message);
          await showTargetHealth(event.message, evidence);
        }
        if (event.kind === 'task-stopped') await showLog(event, evidence);
      }
      sayAgain();
    },
    wait: showProgress,
  };
}

export const logNotice = (world: World) => (notice: WatchNotice) => {
  const { level, text } = narrateNotice(notice);
  if (level !== 'progress') world.host.log[level](text);
};
