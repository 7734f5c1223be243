import type { Service, ServiceEvent, TaskSet } from '@aws-sdk/client-ecs';
import { settleTime } from '../../ecs/eventual-consistency.ts';
import { evidenceCalls } from '../../ecs/evidence-calls.ts';
import { readServices, readStoppedTasks } from '../../ecs/read-services.ts';
import { describe } from '../../errors/describe.ts';
import type { Cause } from '../../record/cause.ts';
import { formatElapsed } from '../../time/duration.ts';
import { eventLine, recentBlockingEvents } from '../evidence/service-events.ts';
import { logNotice } from '../report/record-rollout.ts';
import type { TrackedDeployment } from '../rollout/rollout.ts';
import { causesOf } from '../rollout/stop-causes.ts';
import type { Target } from '../service/read-service-targets.ts';
import { trackPrimary } from '../service/tracked-deployment.ts';
import { decideScaling, runningOf } from '../verdict/decide-scaling.ts';
import { isGreen, type Verdict } from '../verdict/verdict.ts';
import { cadenceFor, jittered, ReadOutage } from '../watch/poller.ts';
import type { Run } from './run.ts';

const stallAfter = 10 * 60_000;

export interface Scaled {
  readonly verdict: Verdict;
  /** What the service said while it was watched. */
  readonly events: readonly string[];
  /** What it said before, and would not say again. */
  readonly earlier: readonly ServiceEvent[];
  /** Why its tasks stopped, where it ended red. */
  readonly causes: readonly Cause[];
}

/** Reads the service until as many tasks run as wanted, saying every change in one line. */
export async function watchScaling(
  run: Run,
  target: Target,
  {
    wanted,
    timeout,
    startedAt,
    writtenAt,
  }: { wanted: number; timeout: number; startedAt: number; writtenAt: number | undefined },
): Promise<Scaled> {
  const { clock, host } = run.world;
  const signal = host.cancellation;
  const gap = new ReadOutage({ clock, onNotice: logNotice(run.world) });
  const seen = new Set(target.service.events?.map(({ id }) => id));
  const events: string[] = [];
  const ours = trackPrimary(target);
  const end = async (verdict: Verdict): Promise<Scaled> => {
    host.log.progress(target.name, '');
    return {
      verdict,
      events,
      earlier: recentBlockingEvents(target.service.events, { ...ours, createdAt: clock.now() }),
      causes: isGreen(verdict) || signal.aborted ? [] : await causesNow(run, ours),
    };
  };
  const drained = new Map<string, number>();
  let shown = '';
  let changedAt = clock.elapsed();
  let settledSince: number | undefined;
  while (!signal.aborted) {
    const shownNow = await read(run, target, gap);
    const now = clock.elapsed();
    const service = withDrained(shownNow, drained, now);
    if (service) {
      for (const { id, message = '' } of (service.events ?? []).toReversed()) {
        if (seen.has(id)) continue;
        seen.add(id);
        events.push(message);
        host.log.info(`${target.name}  · ${eventLine(message, ours)}  [${formatElapsed(now - startedAt)}]`);
      }
      const { aim, running, pending, isSettled } = runningOf(service, wanted);
      settledSince = isSettled && service.desiredCount === wanted ? (settledSince ?? now) : undefined;
      const line = `${running}/${aim} running  ${pending} pending`;
      if (line !== shown) {
        shown = line;
        changedAt = now;
      }
      host.log.progress(target.name, `${target.name}  ${line}`, {
        what: `${wanted} ${wanted === 1 ? 'task' : 'tasks'} to run`,
        since: startedAt,
        deadline: startedAt + timeout,
      });
      const verdict = decideScaling(service, {
        wanted,
        now,
        deadline: startedAt + timeout,
        changedAt,
        stallAfter: Math.min(stallAfter, timeout),
        writtenAt,
        settledSince,
      });
      if (verdict) return end(verdict);
    } else if (now >= startedAt + timeout) {
      return end({ kind: 'UNKNOWN', reason: 'the service could not be read before the deadline' });
    }
    await clock.sleep(jittered(cadenceFor(1, 'services').tick, clock.random()), signal);
  }
  return end({ kind: 'CANCELLED', reason: `cancelled; the desired count of ${wanted} stays` });
}

/**
 * A read that shows a task set otherwise than draining, although one before it has shown that, is from
 * before. A later one is not stale: someone has made it the primary one again.
 * @param drained when each was last shown as draining; monotonic milliseconds
 */
function withDrained(
  service: Service | undefined,
  drained: Map<string, number>,
  now: number,
): Service | undefined {
  for (const { id, status } of service?.taskSets ?? [])
    if (id !== undefined && status === 'DRAINING') drained.set(id, now);
  const isDrained = ({ id = '' }: TaskSet) => now - (drained.get(id) ?? -Infinity) <= settleTime;
  return (
    service && {
      ...service,
      ...(service.taskSets && {
        taskSets: service.taskSets.map((one) => (isDrained(one) ? { ...one, status: 'DRAINING' } : one)),
      }),
    }
  );
}

/** Best effort: the verdict stands without them. */
async function causesNow({ ecs, world }: Run, ours: TrackedDeployment): Promise<readonly Cause[]> {
  try {
    return causesOf(await readStoppedTasks(ecs, ours, evidenceCalls(world.clock, world.host.cancellation)));
  } catch (error) {
    world.host.log.notice(`why tasks stopped cannot be shown: ${describe(error)}`);
    return [];
  }
}

async function read(run: Run, target: Target, gap: ReadOutage): Promise<Service | undefined> {
  try {
    const services = await readServices(run.ecs, target.cluster, [target.name], {
      signal: run.world.host.cancellation,
    });
    gap.over();
    const service = services.get(target.name);
    return service === 'missing' ? undefined : service;
  } catch (error) {
    if (!run.world.host.cancellation.aborted) gap.note(error);
    return undefined;
  }
}
