import { setImmediate as idle } from 'node:timers/promises';
import type { Result } from '@landfall/core/operation/execute';
import { deployService } from '@landfall/core/operations/deploy-service';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import type { Ecs } from '@landfall/core/world/aws';
import { runReported } from '@landfall/report/run-reported';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { createLocalAws } from '@landfall/sandbox/sandbox';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { fillAccount } from './account.ts';

/** One rollout as the sandbox knows it and as the operation saw it. Times in milliseconds of virtual time. */
interface Rollout {
  readonly result: Result;
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
  const clock = sandbox.clock as VirtualClock;
  const call = async (operation: string, input: object) =>
    (await sandbox.dispatch('ecs', operation, wireInput(input))) as Record<string, never>;

  await fillAccount(sandbox, ['web'], desiredCount);
  clock.advance(600_000);
  ecs.setTaskRules(taskRules.map((rule) => ({ ...rule, match: { taskDefinition: 'web:2' } })));

  const methods = new Proxy({} as Partial<Ecs>, {
    get: (_, method) => (input: object) =>
      call(`${String(method)[0]!.toUpperCase()}${String(method).slice(1)}`, input),
  });
  const world = fakeWorld({
    inputs: { cluster: 'main', service: 'web', 'task-definition': 'web:2' },
    aws: { ecs: methods },
  });
  const began = clock.now();
  let ended = false;
  const running = runReported(deployService as never, { ...world, clock }).finally(() => {
    ended = true;
  });
  while (!ended) {
    // Whatever can go on without the time moving goes first.
    await idle();
    const next = clock.next();
    if (!ended && next !== undefined) clock.advanceTo(next);
  }
  const result = await running;
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

/** As JSON carries it: a time is epoch seconds. */
const wireInput = (input: object) =>
  JSON.parse(
    JSON.stringify(input, function (this: Record<string, unknown>, key, value) {
      const raw = this[key];
      return raw instanceof Date ? raw.getTime() / 1000 : value;
    }),
  );
