/** docs/truth.md, `deploy-manifest`: "Every task before a wave is green by the rule of `run-task`, and its wave began only then." */
import type { Breach } from '../../../rollouts/chaos/judge/evidence.ts';
import type { Problem } from '../../../rollouts/chaos/judge/world/live.ts';
import type { ManifestEvidence, ManifestRun } from './evidence.ts';
import { taskFailure, taskStartedBy } from './tasks.ts';
import { deploysOf, wasLive } from './world.ts';

/** Nothing of a wave is written before the waves before it are live and its tasks have ended with 0. */
export function orderBreaches(evidence: ManifestEvidence, run: ManifestRun): readonly Breach[] {
  const { services } = evidence.wanted;
  const problems = [
    ...services.flatMap((service) =>
      deploysOf(evidence, service, run).map(({ at, operation }) => ({
        what: `${operation} ${service.name}`,
        problem:
          earlierWaveProblem(evidence, run, service.wave, at) ?? taskProblem(evidence, run, service.wave, at),
      })),
    ),
    ...run.calls.flatMap(({ operation, input, made, at }) => {
      const key =
        operation === 'RunTask' && made.length > 0
          ? taskStartedBy(evidence.wanted, input.taskDefinition)
          : undefined;
      if (key === undefined) return [];
      const wave = Math.min(...services.filter(({ before }) => before.includes(key)).map((one) => one.wave));
      return [{ what: `task ${key}`, problem: earlierWaveProblem(evidence, run, wave, at) }];
    }),
  ];
  return problems.flatMap(({ what, problem }) =>
    problem === undefined ? [] : [{ kind: 'false-green', what: `${what} was begun too early: ${problem}` }],
  );
}

function earlierWaveProblem(evidence: ManifestEvidence, run: ManifestRun, wave: number, at: number): Problem {
  const open = evidence.wanted.services.find((one) => one.wave < wave && !wasLive(evidence, one, run, at));
  return open && `${open.name} of wave ${open.wave} was not live`;
}

function taskProblem(evidence: ManifestEvidence, run: ManifestRun, wave: number, at: number): Problem {
  const keys = evidence.wanted.services.flatMap((one) => (one.wave <= wave ? one.before : []));
  return [...new Set(keys)]
    .map((key) => taskFailure(evidence, key, run, at))
    .find((one) => one !== undefined);
}
