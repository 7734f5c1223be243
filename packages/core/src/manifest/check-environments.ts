import { distinct, type Problem, sentenceOf } from './problem.ts';
import type { ResolvedEnvironment } from './resolve-environment.ts';

/** The problems of a manifest and of its environments, each once, with the environments that alone have it. */
export function allProblems(
  ofFile: readonly Problem[],
  environments: readonly ResolvedEnvironment[],
): readonly Problem[] {
  const common = new Set(ofFile.map(sentenceOf));
  const found = environments.flatMap(({ name, problems }) => problems.map((problem) => ({ name, problem })));
  const bySentence = Map.groupBy(
    found.filter(({ problem }) => !common.has(sentenceOf(problem))),
    ({ problem }) => sentenceOf(problem),
  );
  const ofEnvironments = [...bySentence.values()].flatMap((same) => {
    const [first] = same;
    if (!first || same.length === environments.length) return first?.problem ?? [];
    const names = same.map(({ name }) => name).join(', ');
    return { ...first.problem, problem: `${first.problem.problem} (in ${names})` };
  });
  return distinct([...ofFile, ...ofEnvironments]);
}
