import type { Service } from '@aws-sdk/client-ecs';
import { stopAllTasks } from '../../../ecs/delete-service.ts';
import { within } from '../../../ecs/write-once.ts';
import { asLandfallError } from '../../../errors/as-landfall-error.ts';
import { LandfallError } from '../../../errors/landfall-error.ts';
import type { Run } from '../../follow/run.ts';
import { tryRead } from '../../service/read-again.ts';
import type { Target } from '../../service/read-service-targets.ts';
import { untagService } from '../../service/service-tags.ts';
import { stoppedCount, stoppedTag, writeStoppedTag } from '../../service/stopped-tag.ts';

const standardTime = 15 * 60_000;

/**
 * Scales a service to zero, until no task of it runs, and updates it to `count` tasks. The count is noted on the
 * service before it is scaled: a run that is killed leaves nothing at zero once it is run again. An update that ECS
 * refuses leaves the service as it was.
 * @param time milliseconds for the tasks to stop
 */
export async function updateStopped<T>(
  run: Run,
  target: Target,
  count: number,
  time: number | undefined,
  update: () => Promise<T>,
): Promise<T> {
  const { clock, host } = run.world;
  const { cluster, name, service } = target;
  if (stoppedCount(service) !== count) await noteCount(run, target, count);
  await stopAllTasks(
    run.ecs,
    { cluster, name },
    service,
    run.world,
    clock.elapsed() + (time ?? standardTime),
  ).catch((thrown) => {
    throw withCount(asLandfallError(thrown), name, count);
  });
  host.log.info(`${name}: no task of it runs; updating it to ${count} tasks`);
  try {
    const updated = await update();
    await removeStoppedTag(run, target);
    return updated;
  } catch (thrown) {
    await startAgain(run, target, count);
    throw thrown;
  }
}

export const removeStoppedTag = (run: Run, target: Target): Promise<void> =>
  untagService(run, target, [stoppedTag], `the tag ${stoppedTag} stays on ${target.name}`);

/** A later attempt reads the tag before it believes that the service is to stay at zero. */
async function noteCount(run: Run, { cluster, name, service }: Target, count: number): Promise<void> {
  const { clock, host } = run.world;
  const signal = host.cancellation;
  const value = writeStoppedTag(count, service);
  await run.ecs.tagResource(
    { resourceArn: service.serviceArn, tags: [{ key: stoppedTag, value }] },
    { signal },
  );
  const isShown = await within(clock, signal, async () => {
    const read = await tryRead({ cluster, serviceName: name, withTags: true }, { ecs: run.ecs, signal });
    return hasTag(read, value) || undefined;
  });
  if (isShown) return;
  throw new LandfallError('OUTCOME_UNKNOWN', {
    summary: `${name} is not stopped: ECS does not show the tag ${stoppedTag}, by which it would be started again`,
    facts: { cluster, service: name },
  });
}

const hasTag = (service: Service | undefined, value: string) =>
  service?.tags?.some((tag) => tag.key === stoppedTag && tag.value === value) === true;

/** With what the next run does. */
function withCount(error: LandfallError, name: string, count: number): LandfallError {
  const { code, summary, remedy, facts, applied } = error;
  const details = [
    ...error.details,
    `${name} was not updated, and may be at zero tasks; running the step again starts ${count}`,
  ];
  return new LandfallError(code, { summary, remedy, details, facts, applied, cause: error });
}

/** Best effort: the tag stays for the next run. */
async function startAgain(run: Run, target: Target, desiredCount: number): Promise<void> {
  const { cluster, name } = target;
  const { log } = run.world.host;
  try {
    await run.ecs.updateService({ cluster, service: name, desiredCount });
    log.notice(`${name}: it was not updated; desired count 0 → ${desiredCount}`);
  } catch (thrown) {
    log.error(
      `${name} is still at zero tasks: ${asLandfallError(thrown).summary}; running the step again starts ${desiredCount}`,
    );
  }
}
