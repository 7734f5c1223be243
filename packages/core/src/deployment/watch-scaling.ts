import type { Service } from '@aws-sdk/client-ecs';
import { formatElapsed } from '../time/duration.ts';
import { cadenceFor, jittered } from './cadence.ts';
import { Gap } from './gap.ts';
import { readServices } from './reader.ts';
import type { Run } from './run.ts';
import { decideScaling, runningOf } from './scaling.ts';
import { tellNotice } from './story.ts';
import type { Target } from './target.ts';
import type { Verdict } from './verdict.ts';

const stallAfter = 10 * 60_000;

/** Reads the service until as many tasks run as wanted, saying every change in one line. */
export async function watchScaling(
  run: Run,
  target: Target,
  { wanted, timeout, startedAt }: { wanted: number; timeout: number; startedAt: number },
): Promise<Verdict> {
  const { clock, host } = run.world;
  const signal = host.cancellation;
  const gap = new Gap({
    ecs: run.ecs,
    clock,
    signal,
    onEvents: () => undefined,
    onNotice: tellNotice(run.world),
  });
  let shown = '';
  let changedAt = clock.elapsed();
  while (!signal.aborted) {
    const service = await read(run, target, gap);
    const now = clock.elapsed();
    if (service) {
      const { aim, running, pending } = runningOf(service, wanted);
      const line = `${running}/${aim} running  ${pending} pending`;
      if (line !== shown) {
        shown = line;
        changedAt = now;
        host.log.progress(target.name, `${target.name}  ${line}  [${formatElapsed(now - startedAt)}]`);
      }
      const verdict = decideScaling(service, {
        wanted,
        now,
        deadline: startedAt + timeout,
        changedAt,
        stallAfter: Math.min(stallAfter, timeout),
      });
      if (verdict) return verdict;
    } else if (now >= startedAt + timeout) {
      return { kind: 'UNKNOWN', reason: 'the service could not be read until the deadline' };
    }
    await clock.sleep(jittered(cadenceFor(1, 'services').tick, clock.random()), signal);
  }
  return { kind: 'CANCELLED', reason: `cancelled; the desired count of ${wanted} stays` };
}

async function read(run: Run, target: Target, gap: Gap): Promise<Service | undefined> {
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
