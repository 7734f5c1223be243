import type { BuildValues } from '../../image/build/build-request.ts';
import { parseImageReference, referenceOf } from '../../image/reference/image-reference.ts';
import { type ImageNames, nameImage, nameProblems } from '../../image/tags/name-image.ts';
import { invalidInputs } from '../../inputs/parse-inputs.ts';
import type { World } from '../../world/world.ts';
import type { BuildTarget } from './build-target.ts';
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

/** Which repository a target's image goes to, as the input `repository` would say it. */
function repositoryOf(target: BuildTarget, rules: NamingValues): string {
  const mapped = rules.repositories?.find(({ name }) => name === target.name)?.value.trim();
  if (mapped !== undefined) return mapped;
  if (rules.repositoryPrefix !== undefined) return `${rules.repositoryPrefix}${target.name.toLowerCase()}`;
  // The tag in the file is not ours: `tags` decides, for a single image and for many.
  return target.image?.replace(/@.*$/, '').replace(/:[^/:]*$/, '') ?? target.name.toLowerCase();
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
    const repository = repositoryOf(target, given);
    const values = valuesOf(target, given);
    // A host in the file or the mapping is more exact than the input.
    const registry = ownHost(repository) ? undefined : given.registry;
    const { tags, flavor } = given;
    return {
      target,
      values,
      naming: { registry, repository, tags, flavor, labels: values.labels, context: values.context },
    };
  });
  const problems = named.flatMap(({ target, naming }) =>
    nameProblems(naming, push).map(({ input, problem }) => ({
      input,
      problem: `(of ${target.name}) ${problem}`,
    })),
  );
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

const ownHost = (repository: string) => {
  const parsed = parseImageReference(repository);
  return parsed.ok && parsed.reference.registry !== undefined;
};
const sameName = (one: ImageNames, other: ImageNames) =>
  one.targets.some((mine) => other.targets.some((theirs) => referenceOf(mine) === referenceOf(theirs)));
