import type { BuildValues } from '../../image/build/build-request.ts';
import { parseImageReference, referenceOf } from '../../image/reference/image-reference.ts';
import { type ImageNames, nameImage, nameProblems } from '../../image/tags/name-image.ts';
import { type InputProblem, invalidInputs } from '../../inputs/parse-inputs.ts';
import type { World } from '../../world/world.ts';
import { type BuildTarget, repositoryOf, unsetIn } from './build-target.ts';
import type { TargetBuild } from './check-builds.ts';
import type { BuildFileValues } from './load-build-file.ts';

interface NamingValues extends BuildValues, BuildFileValues {
  readonly registry: string | undefined;
  readonly repository: string | undefined;
  readonly tags: readonly string[] | undefined;
  readonly flavor: readonly string[] | undefined;
}

/** What makes no sense together; the names are checked when the file is read. */
export function buildFileProblems(given: NamingValues) {
  const file = given.composeFile === undefined ? 'bake-file' : 'compose-file';
  const single = [
    [
      'repository',
      given.repository !== undefined,
      'for a single image: use `repositories` or `repository-prefix`',
    ],
    ['context', given.context !== '.', `set in ${file}`],
    ['file', given.file !== undefined, `set in ${file}`],
    ['target', given.target !== undefined, `set in ${file}; \`targets\` chooses among its images`],
    ['set', given.composeFile !== undefined && given.set !== undefined, 'for bake-file'],
  ] as const;
  return [
    ...(given.composeFile !== undefined && given.bakeFile !== undefined
      ? [{ input: 'bake-file', problem: 'cannot be combined with compose-file' }]
      : []),
    ...single
      .filter(([, wrong]) => wrong)
      .map(([input, , why]) => ({ input, problem: `cannot be combined with ${file}: it is ${why}` })),
  ];
}

/** Which repository a target's image goes to by the inputs, as the input `repository` would say it. */
function mappedRepository(target: BuildTarget, rules: NamingValues): string | undefined {
  const mapped = rules.repositories?.find(({ name }) => name === target.name)?.value.trim();
  if (mapped !== undefined || rules.repositoryPrefix === undefined) return mapped;
  return `${rules.repositoryPrefix}${target.name.toLowerCase()}`;
}

/**
 * The repository and tags of a target's image, as the inputs `repository` and `tags` would say them. Each of these
 * inputs comes before the file.
 */
function namesOf(target: BuildTarget, given: NamingValues) {
  const images = target.images.map((image) => image.replace(/@.*$/s, ''));
  const mapped = mappedRepository(target, given);
  const repository = mapped ?? images.map(repositoryOf)[0] ?? target.name.toLowerCase();
  if (given.tags !== undefined) return { repository, tags: given.tags, problems: [] };
  const tagged = images.filter((image) => image !== repositoryOf(image));
  const tags = tagged.map((image) => {
    const place = repositoryOf(image);
    const tag = image.slice(place.length + 1);
    if (mapped !== undefined || place === repository) return `type=raw,value=${tag}`;
    return hostOf(image) === undefined && given.registry !== undefined ? `${given.registry}/${image}` : image;
  });
  return {
    repository,
    tags: tags.length === 0 ? undefined : [...new Set(tags)],
    problems: tagged.flatMap((image) => imageProblem(image, target.name, given)),
  };
}

/** A tag without its variable would be another tag, and an empty one `latest`. */
function imageProblem(image: string, target: string, { composeFile }: NamingValues): readonly InputProblem[] {
  const variable = unsetIn(image);
  if (variable !== undefined)
    return [{ input: 'variables', problem: `lack ${variable}, which the tag of ${target} needs` }];
  const parsed = parseImageReference(image);
  if (parsed.ok) return [];
  const input = composeFile === undefined ? 'bake-file' : 'compose-file';
  return [{ input, problem: `gives ${target} the image "${image}", which ${parsed.problem}` }];
}

/**
 * Inputs come before the file: a pair of the same name and a list replace what the file has. `<target>` in a
 * cache's reference is the target's name, because images that share one cache reference overwrite it.
 */
function valuesOf(target: BuildTarget, given: BuildValues): BuildValues {
  const { values: file } = target;
  const merge = <T>(ours: T | undefined, theirs: T | undefined) => ours ?? theirs;
  type Pairs = BuildValues['buildArgs'];
  const pairs = (ours: Pairs, theirs: Pairs): Pairs =>
    ours === undefined || theirs === undefined
      ? (ours ?? theirs)
      : [...theirs.filter(({ name }) => !ours.some((one) => one.name === name)), ...ours];
  const caches = (list: readonly string[] | undefined) =>
    list?.map((one) => one.replaceAll('<target>', target.name));
  return {
    ...given,
    context: file.context ?? '.',
    file: file.file,
    target: file.target,
    platforms: merge(given.platforms, file.platforms),
    buildArgs: pairs(given.buildArgs, file.buildArgs),
    labels: pairs(given.labels, file.labels),
    call: given.call,
    annotations: merge(given.annotations, file.annotations),
    secretFiles: pairs(given.secretFiles, file.secretFiles),
    secretsOfFile: file.secretFiles
      ?.map(({ name }) => name)
      .filter((name) => !given.secretFiles?.some((one) => one.name === name)),
    secrets: pairs(given.secrets, file.secrets),
    secretEnvs: pairs(given.secretEnvs, file.secretEnvs),
    ssh: merge(given.ssh, file.ssh),
    cacheFrom: caches(merge(given.cacheFrom, file.cacheFrom)),
    cacheTo: caches(merge(given.cacheTo, file.cacheTo)),
    noCache: given.noCache || file.noCache === true,
    noCacheFilters: merge(given.noCacheFilters, file.noCacheFilters),
    pull: given.pull || file.pull === true,
    network: merge(given.network, file.network),
    addHosts: merge(given.addHosts, file.addHosts),
    shmSize: merge(given.shmSize, file.shmSize),
    ulimit: merge(given.ulimit, file.ulimit),
    buildContexts: pairs(given.buildContexts, file.buildContexts),
    allow: merge(given.allow, file.allow),
    attests: merge(given.attests, file.attests),
    provenance: merge(given.provenance, file.provenance),
    sbom: merge(given.sbom, file.sbom),
  };
}

/** Targets that are built without being pushed: they need no name. */
export const unnamedTargets = (
  targets: readonly BuildTarget[],
  given: NamingValues,
): readonly TargetBuild[] =>
  targets.map((target) => ({
    target,
    values: { ...valuesOf(target, given), outputs: undefined },
    names: { targets: [], version: undefined, labels: [] },
  }));

/**
 * What to build, and what each image is called.
 * @throws INPUT_INVALID for names that cannot be, and for two images that would be pushed as one
 */
export async function nameTargets(
  targets: readonly BuildTarget[],
  given: NamingValues,
  push: boolean,
  world: World,
): Promise<readonly TargetBuild[]> {
  const named = targets.map((target) => {
    const { repository, tags, problems } = namesOf(target, given);
    const values = valuesOf(target, given);
    // A host in the file or the mapping is more exact than the input.
    const registry = hostOf(repository) === undefined ? given.registry : undefined;
    const { flavor } = given;
    return {
      target,
      values,
      problems,
      naming: { registry, repository, tags, flavor, labels: values.labels, context: values.context },
    };
  });
  const problems = named.flatMap(({ target, naming, problems: ofFile }) => {
    if (ofFile.length > 0) return ofFile;
    return nameProblems(naming, push).map(({ input, problem }) => ({
      input,
      problem: `(of ${target.name}) ${problem}`,
    }));
  });
  if (problems.length > 0) throw invalidInputs(problems);
  const builds: TargetBuild[] = [];
  for (const { target, values, naming } of named) {
    const names = await nameImage(naming, world);
    const other = builds.find((one) => sameName(one.names, names));
    if (other) {
      const problem = `must give ${target.name} one of its own: it would be pushed over ${other.target.name}, as ${referenceOf(names.targets[0]!)}`;
      throw invalidInputs([{ input: 'repositories', problem }]);
    }
    builds.push({ target, values, names });
  }
  return builds;
}

const hostOf = (image: string) => {
  const parsed = parseImageReference(repositoryOf(image));
  return parsed.ok ? parsed.reference.registry : undefined;
};
const sameName = (one: ImageNames, other: ImageNames) =>
  one.targets.some((mine) => other.targets.some((theirs) => referenceOf(mine) === referenceOf(theirs)));
