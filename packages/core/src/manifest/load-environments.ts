import { near } from '../inputs/near.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import type { Host } from '../world/host.ts';
import type { World } from '../world/world.ts';
import { allProblems } from './check-environments.ts';
import type { ManifestValues } from './manifest-inputs.ts';
import { type Problem, sentenceOf } from './problem.ts';
import { readManifest } from './read-manifest.ts';
import { type ResolvedEnvironment, type ResolveOptions, resolveEnvironment } from './resolve-environment.ts';
import type { TemplateEngine } from './template-engine.ts';

interface LoadedEnvironments {
  /** What they were read from. */
  readonly file: string;
  readonly environments: readonly ResolvedEnvironment[];
  /** Those of the file and of the environments. */
  readonly problems: readonly Problem[];
}

type Sources = Pick<ManifestValues, 'manifest' | 'vars' | 'envVars' | 'servicesYaml' | 'environmentYaml'>;
type Known = Pick<ResolveOptions, 'image' | 'commit'>;
type Place = Pick<World, 'files' | 'host'>;

/**
 * Environments of the manifest, or of the files of wacul/aws-ecs, that the inputs name.
 * @param names by default, all of them
 * @throws INPUT_INVALID, PATH_MISSING, PATH_REFUSED, FILE_TOO_LARGE
 */
export async function loadEnvironments(
  given: Sources,
  names: readonly string[] | undefined,
  known: Known,
  place: Place,
): Promise<LoadedEnvironments> {
  if ((given.servicesYaml === undefined) !== (given.environmentYaml === undefined))
    throw invalidInputs([{ input: 'services-yaml', problem: 'and environment-yaml need each other' }]);
  return given.servicesYaml === undefined
    ? fromManifest(given, names, known, place)
    : fromServicesYaml(given.servicesYaml, given, names, place);
}

async function fromManifest(
  given: Sources,
  names: readonly string[] | undefined,
  known: Known,
  { files, host }: Place,
): Promise<LoadedEnvironments> {
  const manifest = await readManifest(await files.readText(given.manifest), given.manifest);
  if (manifest.environments.length > 0) checkNames(names, manifest.environments, given.manifest);
  const options: ResolveOptions = {
    ...known,
    vars: varsOf(given),
    env: environmentOf(given.envVars ?? [], host),
    read: (path: string) => files.readText(path),
    engine: templateEngine,
  };
  const environments = await Promise.all(
    (names ?? manifest.environments).map((environment) => resolveEnvironment(manifest, environment, options)),
  );
  return { file: given.manifest, environments, problems: allProblems(manifest.problems, environments) };
}

async function fromServicesYaml(
  file: string,
  given: Sources,
  names: readonly string[] | undefined,
  { files, host }: Place,
): Promise<LoadedEnvironments> {
  const { resolveServicesYaml } = await import('./services-yaml/resolve-services-yaml.ts');
  const services = { file, text: await files.readText(file) };
  const options = { engine: await templateEngine(), env: host.environment, vars: varsOf(given) };
  const all = await Promise.all(
    (given.environmentYaml ?? []).map(async (one) =>
      resolveServicesYaml(services, { file: one, text: await files.readText(one) }, options),
    ),
  );
  const known = all.map(({ name }) => name);
  checkNames(names, known, (given.environmentYaml ?? []).join(' and '));
  const environments = all.filter(({ name }) => names?.includes(name) ?? true);
  return { file, environments, problems: allProblems([], environments) };
}

function checkNames(names: readonly string[] | undefined, known: readonly string[], file: string): void {
  const unknown = (names ?? []).filter((one) => !known.includes(one));
  if (unknown.length > 0)
    throw invalidInputs(
      unknown.map((one) => ({
        input: 'environment',
        problem: `${one} is not in ${file}${near(one, known)}: it has ${known.join(', ')}`,
      })),
    );
}

const varsOf = ({ vars = [] }: Sources) => new Map(vars.map(({ name, value }) => [name, value]));

export const templateEngine = async (): Promise<TemplateEngine> => ({
  ...(await import('../template/render-template.ts')),
  ...(await import('../template/render-document.ts')),
});

/** The variables of the process that were named; one that is not set stays what the manifest says. */
export function environmentOf(names: readonly string[], host: Host): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name) => {
      const value = host.environment(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** GitHub shows ten errors of a step, and the last one says how many there are. */
const mostAnnotations = 9;

/** Each problem at its line of the manifest, as far as the host shows that. An only error is shown when the run ends. */
export function annotateProblems(problems: readonly Problem[], host: Host): void {
  const isOnlyError = problems.filter(({ level }) => level === 'error').length === 1;
  const shown = problems.filter(({ level }) => level === 'warning' || !isOnlyError);
  for (const problem of shown.slice(0, mostAnnotations)) annotate(problem, host);
  for (const problem of shown.slice(mostAnnotations)) host.log[problem.level](sentenceOf(problem));
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
