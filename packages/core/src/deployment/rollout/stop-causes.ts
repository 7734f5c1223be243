import type { Task } from '@aws-sdk/client-ecs';
import { nameInArn } from '../../account/arn.ts';
import { shortTask } from '../../ecs/short-names.ts';
import { classifyStop } from '../../ecs/stopped-task/stopped-reason.ts';
import type { Cause } from '../../record/cause.ts';

/**
 * Why our tasks stopped, grouped by reason, the most frequent first. Harmless stops come last.
 */
export function causesOf(tasks: readonly Task[]): readonly Cause[] {
  const groups = Map.groupBy(tasks.filter(isFailure), reasonKey);
  return [...groups.entries()]
    .flatMap(([key, group]): Cause | [] => {
      const [first] = group;
      if (!first) return [];
      const { remedy, permanent, class: kind, container } = classifyStop(first);
      return {
        sentence: key,
        remedy,
        permanent,
        class: kind,
        container,
        tasks: group.map((task) => shortTask(task.taskArn)),
      };
    })
    .sort((a, b) => b.tasks.length - a.tasks.length);
}

/** The same reason, whichever task it happened to: ECS quotes the task's own id in it. */
const reasonKey = (task: Task) => {
  const id = task.taskArn && nameInArn(task.taskArn);
  const { sentence } = classifyStop(task);
  return id ? sentence.replaceAll(id, '…') : sentence;
};

/** A task that the scheduler itself took away (scaling in, draining) is no evidence against the deployment. */
const isFailure = (task: Task) =>
  !(
    task.stopCode === 'ServiceSchedulerInitiated' &&
    /^Scaling activity initiated by/.test(task.stoppedReason ?? '')
  );
