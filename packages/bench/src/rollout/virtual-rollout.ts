import { inProcessAws } from '@landfall/aws/testing/in-process-aws';
import { deployService } from '@landfall/core/operations/deploy-service';
import type { RunRecord } from '@landfall/core/record/run-record';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { runReported } from '@landfall/report/run-reported';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { drivenClock } from '@landfall/sandbox/clock/driven-clock';
import { createLocalAws } from '@landfall/sandbox/sandbox';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { fillAccount } from './account.ts';

/** One rollout as the sandbox knows it and as the operation saw it. Times in milliseconds of virtual time. */
interface Rollout {
  readonly result: RunRecord;
  /** The final status that the sandbox holds for the deployment the operation made. */
  readonly truth: string;
  /** From the instant that status became final to the end of the operation. */
  readonly truthToExit: number;
  /** How long the operation took. */
  readonly took: number;
}

interface RolloutOptions {
  readonly seed: number;
  readonly desiredCount: number;
  /** What becomes of the tasks of the new version. */
  readonly taskRules: readonly TaskRule[];
}

/** `deploy-service` against the sandbox's ECS in this process, both on one virtual clock with AWS's own delays. */
export async function virtualRollout({ seed, desiredCount, taskRules }: RolloutOptions): Promise<Rollout> {
  const sandbox = createLocalAws({ clock: 'virtual', seed, tasks: 'scripted' });
  const { ecs } = sandbox;
  const time = sandbox.clock as VirtualClock;
  await fillAccount(sandbox, ['web'], desiredCount);
  time.advance(600_000);
  ecs.setTaskRules(taskRules.map((rule) => ({ ...rule, match: { taskDefinition: 'web:2' } })));

  const clock = drivenClock(time);
  const world = fakeWorld({ inputs: { cluster: 'main', service: 'web', 'task-definition': 'web:2' } });
  const began = clock.now();
  const result = await runReported(deployService as never, {
    ...world,
    clock,
    aws: inProcessAws(sandbox, { clock }),
  });
  const exit = clock.now();
  const id = result.outputs['deployment-id'];
  const ours = ecs.truth('main', 'web')?.deployments.find(({ deploymentId }) => deploymentId === id);
  await sandbox.close();
  if (ours?.finalAt === undefined) {
    throw new Error(
      `seed ${seed}: the operation ended (${result.error?.summary ?? 'green'}) before the deployment`,
    );
  }
  return { result, truth: ours.status, truthToExit: exit - ours.finalAt, took: exit - began };
}
