import type { Task } from '@aws-sdk/client-ecs';
import { primaryOf } from '../../ecs/deployments.ts';
import { shortTask } from '../../ecs/short-names.ts';
import { primaryTaskSet } from '../../ecs/task-sets.ts';
import { LandfallError } from '../../errors/landfall-error.ts';
import { chunks, perCall } from '../../reading/chunks.ts';
import { allPages } from '../../reading/pages.ts';
import { type Probe, probe } from '../../reading/probe.ts';
import type { Ecs } from '../../world/aws.ts';
import type { Target } from '../service/read-service-targets.ts';

/** What runs of the PRIMARY deployment, or of the primary task set. */
export interface RunningTasks {
  /** When the oldest of them was created, in milliseconds; undefined where none runs. */
  readonly since: number | undefined;
  /** The digests that their containers run, by image as the task definition names it. */
  readonly digests: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * The running tasks of what is live, each by its own time: after a rollback, tasks may be older than the deployment
 * that has them, which is PRIMARY again with a new time.
 */
export const readRunningTasks = (
  { cluster, name, service }: Target,
  ecs: Ecs,
  signal: AbortSignal,
): Promise<Probe<RunningTasks>> =>
  probe(async () => {
    const primary = primaryOf(service) ?? primaryTaskSet(service);
    const arns = await allPages(async (nextToken) => {
      const page = await ecs.listTasks(
        { cluster, serviceName: name, desiredStatus: 'RUNNING', ...(nextToken && { nextToken }) },
        { signal },
      );
      return { items: page.taskArns, next: page.nextToken };
    });
    const tasks: Task[] = [];
    for (const some of chunks(arns, perCall.describeTasks))
      tasks.push(...((await ecs.describeTasks({ cluster, tasks: some }, { signal })).tasks ?? []));
    const own = tasks.filter((one) => one.startedBy === primary?.id && one.desiredStatus !== 'STOPPED');
    const count = primary?.runningCount ?? 0;
    // The service and its tasks are read one after the other, and either may be behind.
    if (own.length === 0 && count > 0)
      throw new LandfallError('RESPONSE_INVALID', {
        summary: `ecs:ListTasks shows no task, and ecs:DescribeServices ${count}`,
      });
    return runningTasks(own);
  });

function runningTasks(tasks: readonly Task[]): RunningTasks {
  const times = tasks.map(({ createdAt, taskArn }) => {
    if (createdAt) return createdAt.getTime();
    throw new LandfallError('RESPONSE_INVALID', {
      summary: `ecs:DescribeTasks does not report when task ${shortTask(taskArn)} was created`,
    });
  });
  const digests = new Map<string, Set<string>>();
  for (const { image, imageDigest } of tasks.flatMap(({ containers = [] }) => containers)) {
    if (image === undefined || imageDigest === undefined) continue;
    digests.set(image, (digests.get(image) ?? new Set()).add(imageDigest));
  }
  return { since: times.length === 0 ? undefined : Math.min(...times), digests };
}
