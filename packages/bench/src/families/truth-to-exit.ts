import { seededRandom } from '@landfall/sandbox/clock/random';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import type { Family, Figure } from '../figure.ts';
import { quantile, rounded } from '../measure/statistics.ts';
import { virtualRollout } from '../rollout/virtual-rollout.ts';

const rollouts = 200;

/** How long after the sandbox's truth about a deployment our process ends, over seeded rollouts that go well or ill. */
export const truthToExit: Family = {
  name: 'truth-to-exit',
  description: `from the end of a deployment to the end of the step, ${rollouts} seeded rollouts in virtual time`,
  async measure(context) {
    const delays: number[] = [];
    const verdicts: Record<string, number> = {};
    for (let seed = 1; seed <= rollouts; seed += 1) {
      context.signal.throwIfAborted();
      const random = seededRandom(seed);
      const { result, truth, truthToExit } = await virtualRollout({
        seed,
        desiredCount: 1 + Math.floor(random() * 8),
        taskRules: rulesOf(random),
      });
      if (result.ok !== (truth === 'SUCCESSFUL')) {
        throw new Error(
          `seed ${seed}: the sandbox holds ${truth}, and the step says exit code ${result.exitCode}`,
        );
      }
      delays.push(truthToExit);
      verdicts[truth] = (verdicts[truth] ?? 0) + 1;
    }
    const figure = (name: string, p: number): Figure => ({
      name: `truth-to-exit/${name}`,
      unit: 's',
      value: rounded(quantile(delays, p) / 1000, 2),
      params: { n: delays.length, clock: 'virtual', services: 1, truths: verdicts, node: process.version },
    });
    return [figure('p50', 0.5), figure('p95', 0.95)];
  },
};

/** Two in three go well, with starts of any length; the others never do. */
function rulesOf(random: () => number): TaskRule[] {
  const slow = { startAfter: Math.floor(random() * 60_000), healthyAfter: Math.floor(random() * 60_000) };
  const kind = random();
  if (kind < 2 / 3) return [{ outcome: { kind: 'run', ...slow } }];
  if (kind < 5 / 6) return [{ outcome: { kind: 'exit', code: 1, after: Math.floor(random() * 20_000) } }];
  return [{ outcome: { kind: 'pull-error', cause: 'not-found' } }];
}
