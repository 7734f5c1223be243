import type { Problem } from './problem.ts';
import { distinct, sentenceOf } from './problem.ts';
import type { Manifest } from './read-manifest.ts';
import type { ResolvedEnvironment } from './resolve-environment.ts';

/** The problems of a manifest and of its environments, each once, with the environments that alone have it. */
export function allProblems(
  manifest: Manifest,
  environments: readonly ResolvedEnvironment[],
): readonly Problem[] {
  const common = new Set(manifest.problems.map(sentenceOf));
  const found = environments.flatMap(({ name, problems }) => problems.map((problem) => ({ name, problem })));
  const bySentence = Map.groupBy(
    found.filter(({ problem }) => !common.has(sentenceOf(problem))),
    ({ problem }) => sentenceOf(problem),
  );
  const ofEnvironments = [...bySentence.values()].map((same): Problem => {
    const [{ problem }] = same as [(typeof same)[0], ...typeof same];
    const names = same.map(({ name }) => name);
    return names.length === environments.length
      ? problem
      : { ...problem, problem: `${problem.problem} (in ${names.join(', ')})` };
  });
  return distinct([...manifest.problems, ...ofEnvironments]);
}
