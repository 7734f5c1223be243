import type { ValuesOf } from '../inputs/input.ts';
import { near } from '../inputs/near.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import type { Host } from '../world/host.ts';
import type { World } from '../world/world.ts';
import { allProblems } from './check-environments.ts';
import type { manifestInputs } from './manifest-inputs.ts';
import { type Problem, sentenceOf } from './problem.ts';
import { readManifest } from './read-manifest.ts';
import { type ResolvedEnvironment, type ResolveOptions, resolveEnvironment } from './resolve-environment.ts';
import type { TemplateEngine } from './template-engine.ts';

interface LoadedEnvironments {
  readonly environments: readonly ResolvedEnvironment[];
  /** Those of the file and of the environments. */
  readonly problems: readonly Problem[];
}

/**
 * Environments of the manifest that the inputs name.
 * @param names by default, all of them
 * @throws INPUT_INVALID, PATH_MISSING, FILE_UNREADABLE …
 */
export async function loadEnvironments(
  given: Pick<ValuesOf<typeof manifestInputs>, 'manifest' | 'vars' | 'envVars'>,
  names: readonly string[] | undefined,
  known: Pick<ResolveOptions, 'image' | 'commit'>,
  { files, host }: Pick<World, 'files' | 'host'>,
): Promise<LoadedEnvironments> {
  const manifest = await readManifest(await files.readText(given.manifest), given.manifest);
  const unknown = (names ?? []).filter((one) => !manifest.environments.includes(one));
  if (unknown.length > 0 && manifest.environments.length > 0)
    throw invalidInputs(
      unknown.map((one) => ({
        input: 'environment',
        problem: `${one} is not in ${given.manifest}${near(one, manifest.environments)}: it has ${manifest.environments.join(', ')}`,
      })),
    );
  const options: ResolveOptions = {
    ...known,
    vars: new Map((given.vars ?? []).map(({ name, value }) => [name, value])),
    env: environmentOf(given.envVars ?? [], host),
    read: (path: string) => files.readText(path),
    engine: async () => unavailable,
  };
  const environments = await Promise.all(
    (names ?? manifest.environments).map((environment) => resolveEnvironment(manifest, environment, options)),
  );
  return { environments, problems: allProblems(manifest, environments) };
}

const refusal = {
  ok: false as const,
  problems: [{ message: 'templates are not available yet', line: 1, column: 1 }],
};
const unavailable: TemplateEngine = { renderTemplate: () => refusal, renderDocument: async () => refusal };

/** The variables of the process that were named; one that is not set stays what the manifest says. */
function environmentOf(names: readonly string[], host: Host): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name) => {
      const value = host.environment(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** GitHub shows ten errors of a step, and the last one says how many there are. */
const mostAnnotations = 9;

/** Each problem at its line of the manifest, as far as the host shows that. */
export function annotateProblems(problems: readonly Problem[], host: Host): void {
  for (const problem of problems.slice(0, mostAnnotations)) annotate(problem, host);
  for (const problem of problems.slice(mostAnnotations)) host.log[problem.level](sentenceOf(problem));
}

function annotate(problem: Problem, host: Host): void {
  const { level, file, line, column } = problem;
  host.annotate({
    level,
    message: sentenceOf({ level, path: problem.path, problem: problem.problem }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  });
}
