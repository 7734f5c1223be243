import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { nameInArn } from '../account/arn.ts';
import { followLog, type LogFollower } from '../container-log/follow-log.ts';
import { logDestination } from '../container-log/log-destination.ts';
import { mayHaveWritten } from '../ecs/stopped-task/may-have-written.ts';
import type { World } from '../world/world.ts';
import type { Watched } from './state.ts';

export interface TaskLogs {
  /** Shows what is new, of every container that runs or ran. */
  look(watched: readonly Watched[]): Promise<void>;
  /** Reads every log to its end. */
  finish(watched: readonly Watched[]): Promise<void>;
  /** The last lines of a container. */
  tail(arn: string, container: string): readonly string[];
}

/** The logs of some containers of some tasks, one follower each, opened when the container can have written. */
export function taskLogs(
  containers: readonly ContainerDefinition[],
  { aws, clock, host }: World,
  tasks: number,
): TaskLogs {
  const followers = new Map<string, LogFollower>();
  const refused = new Set<string>();
  const signal = host.cancellation;

  const label = (arn: string, name: string) => {
    const parts = [
      ...(tasks > 1 ? [nameInArn(arn).slice(0, 8)] : []),
      ...(containers.length > 1 ? [name] : []),
    ];
    return parts.length > 0 ? `${parts.join(' ')} | ` : '';
  };
  const followerOf = ({ arn, task }: Watched, container: ContainerDefinition, final: boolean) => {
    const name = container.name ?? '';
    const key = `${arn} ${name}`;
    const known = followers.get(key);
    if (known) return known;
    const runtimeId = task.containers?.find((one) => one.name === name)?.runtimeId;
    const destination = logDestination(container, arn, runtimeId);
    if (destination.kind === 'elsewhere') {
      // A runtime id may still come; what is reported at the end counts.
      if (final && !refused.has(name)) host.log.notice(`Container "${name}" ${destination.note}.`);
      if (final) refused.add(name);
      return undefined;
    }
    const prefix = label(arn, name);
    const follower = followLog({
      logs: aws.logs,
      clock,
      at: destination.at,
      signal,
      show: (lines) => host.log.output(lines.map((line) => `${prefix}${line}`).join('\n')),
      notice: (sentence) => host.log.notice(sentence),
    });
    followers.set(key, follower);
    return follower;
  };
  const each = (
    watched: readonly Watched[],
    final: boolean,
    use: (follower: LogFollower) => Promise<unknown>,
  ) =>
    Promise.all(
      watched.flatMap((one) =>
        containers.flatMap((container) => {
          if (!mayHaveWritten(one.task, container.name)) return [];
          const follower = followerOf(one, container, final);
          return follower ? [use(follower)] : [];
        }),
      ),
    );

  return {
    look: async (watched) => void (await each(watched, false, (follower) => follower.look())),
    finish: async (watched) => void (await each(watched, true, (follower) => follower.finish())),
    tail: (arn, container) => followers.get(`${arn} ${container}`)?.tail() ?? [],
  };
}
