import type { ValuesOf } from '../../inputs/input.ts';
import type { BuildSpecification, NamedValue } from '../../world/docker.ts';
import type { World } from '../../world/world.ts';
import { attestations } from './attestations.ts';
import type { buildInputs } from './build-inputs.ts';
import { outputLine, parseOutputs } from './build-outputs.ts';
import { namesDefaultContext, withDefaultContext } from '../context/default-context.ts';
import { cacheForRegistry, lacksGithubToken } from './caches.ts';
import { localCaches, sshSources } from './local-paths.ts';
import { looksSecret } from './secret-arguments.ts';
import type { Pair } from '../../inputs/kinds.ts';
import type { CommitFacts } from '../../world/host.ts';
import { parseBuildContext } from '../context/build-context.ts';

export interface BuildValues extends ValuesOf<typeof buildInputs> {
  /** Those of `secretFiles` that a Compose or Bake file names, which a pull request may change. */
  readonly secretsOfFile?: readonly string[] | undefined;
}

/**
 * The build as Docker gets it: paths resolved inside the workspace, secrets masked, before anything
 * runs.
 * @throws PATH_MISSING, PATH_REFUSED
 */
export async function resolveBuildRequest(
  values: BuildValues,
  {
    labels,
    dockerfile,
  }: { readonly labels: readonly NamedValue[]; readonly dockerfile?: string | undefined },
  privateFolder: string,
  world: World,
): Promise<BuildSpecification & { readonly outputFiles: readonly string[] }> {
  const { host, files } = world;
  for (const { value } of values.secrets ?? []) host.mask(value);
  if (values.githubToken !== undefined) host.mask(values.githubToken);
  const buildArgs = buildArguments(values, world);
  for (const argument of buildArgs) {
    if (!looksSecret(argument)) continue;
    host.mask(argument.value);
    host.log.warning(
      `build-args: ${argument.name} looks like a secret. Build arguments remain readable in the image; pass it in \`secrets\` and read it with RUN --mount=type=secret,id=${argument.name}`,
    );
  }
  for (const { name, value } of values.secretEnvs ?? []) {
    if (host.environment(value) === undefined)
      host.log.warning(`secret-envs: the environment has no ${value}, so the secret ${name} is empty`);
  }
  for (const [input, caches] of [
    ['cache-from', values.cacheFrom],
    ['cache-to', values.cacheTo],
  ] as const) {
    if (caches?.some((cache) => lacksGithubToken(cache, host.environment)))
      host.log.warning(
        `${input}: type=gha has no effect here: GitHub gives the token of its cache only to the actions of a job, not to other commands`,
      );
  }
  const { context, file, contexts, token } = await sources(values, dockerfile, world);
  const secretFiles: NamedValue[] = [];
  for (const { name, value } of values.secretFiles ?? []) {
    const anywhere = values.secretFilesOutsideWorkspace && !values.secretsOfFile?.includes(name);
    secretFiles.push({ name, value: await files.file(value, { anywhere }) });
  }
  return {
    context,
    file,
    dockerfile,
    privateFolder,
    labels,
    secretFiles,
    buildArgs,
    secrets: [...(values.secrets ?? []), ...token],
    secretEnvs: values.secretEnvs ?? [],
    ssh: await sshSources(values.ssh ?? [], world),
    target: values.target,
    platforms: values.platforms ?? [],
    annotations: values.annotations ?? [],
    cacheFrom: await localCaches(values.cacheFrom ?? [], 'src', world),
    cacheTo: (await localCaches(values.cacheTo ?? [], 'dest', world)).map(cacheForRegistry),
    noCache: values.noCache,
    noCacheFilters: values.noCacheFilters ?? [],
    pull: values.pull,
    network: values.network,
    addHosts: values.addHosts ?? [],
    shmSize: values.shmSize,
    ulimits: values.ulimit ?? [],
    cgroupParent: values.cgroupParent,
    buildContexts: contexts,
    allow: values.allow ?? [],
    ...attestations(values, host.run),
    builder: values.builder,
    ...(await destinations(values, world)),
    call: values.call === 'build' ? undefined : values.call,
  };
}

/** The values that the environment has for bare names; one that it does not have is not passed, as by docker. */
function buildArguments({ buildArgs = [] }: BuildValues, { host }: World): readonly NamedValue[] {
  return buildArgs.flatMap(({ name, value, fromEnvironment }) => {
    const found = fromEnvironment ? host.environment(name) : value;
    if (found !== undefined) return [{ name, value: found }];
    host.log.notice(`build-args: the environment has no ${name}, so it is not passed`);
    return [];
  });
}

/** The contexts, and the token for those that are in the repository of this run. */
async function sources(given: BuildValues, dockerfile: string | undefined, world: World) {
  const texts = [given.context, ...(given.buildContexts ?? []).map(({ value }) => value)];
  const needsCommit = given.githubToken !== undefined || texts.some(namesDefaultContext);
  const commit = needsCommit ? await world.host.commit() : {};
  const values = {
    ...given,
    context: withDefaultContext(given.context, 'context', commit),
    buildContexts: given.buildContexts?.map(({ name, value }) => ({
      name,
      value: withDefaultContext(value, 'build-contexts', commit),
    })),
  };
  const names = [values.secrets, values.secretFiles, values.secretEnvs].flatMap((pairs) =>
    (pairs ?? []).map(({ name }) => name),
  );
  const remote = [values.context, ...(values.buildContexts ?? []).map(({ value }) => value)];
  return {
    ...(await contextOf(values, dockerfile, world)),
    contexts: await furtherContexts(values.buildContexts ?? [], world),
    token: gitToken(values.githubToken, remote, names, commit),
  };
}

/**
 * Each `dest` held to the workspace like any other path. What was wrong with an output was reported before.
 */
async function destinations({ outputs: lines = [] }: BuildValues, { files }: World) {
  const parsed = parseOutputs(lines);
  if ('problem' in parsed) return { outputFiles: [] };
  const outputs: string[] = [];
  const outputFiles: string[] = [];
  for (const file of parsed.outputs.files) {
    const dest = await files.destination(file.dest);
    outputFiles.push(dest);
    outputs.push(outputLine(file, dest));
  }
  const { attributes, byDigest } = parsed.outputs;
  return { outputs, outputFiles, imageAttributes: attributes, pushByDigest: byDigest };
}

async function contextOf(
  { context: given, file }: BuildValues,
  dockerfile: string | undefined,
  { files }: World,
) {
  const parsed = parseBuildContext(given);
  // A remote context has its Dockerfile inside; a local one is named to docker by its whole path.
  if (!parsed.ok || parsed.context.kind !== 'folder') return { context: given, file };
  const context = await files.folder(parsed.context.path);
  if (dockerfile !== undefined) return { context, file: undefined };
  return { context, file: await files.file(file ?? `${context}/Dockerfile`) };
}

/** A further context that is a folder is held to the workspace like any other path. */
const furtherContexts = (given: readonly NamedValue[], { files }: World) =>
  Promise.all(
    given.map(async ({ name, value }) =>
      /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? { name, value } : { name, value: await files.folder(value) },
    ),
  );

const secretName = 'GIT_AUTH_TOKEN';

/**
 * The secret by which BuildKit fetches a private Git context, bound to the server that the token is of: another one
 * never gets it. https://docs.docker.com/build/building/secrets/#git-authentication-for-remote-contexts
 */
function gitToken(
  token: string | undefined,
  contexts: readonly string[],
  secretNames: readonly string[],
  { sourceUrl }: CommitFacts,
): readonly Pair[] {
  if (token === undefined || secretNames.some((name) => name.startsWith(secretName))) return [];
  const own = hostOf(sourceUrl ?? '');
  const asked = contexts.some((context) => {
    const parsed = parseBuildContext(context);
    return parsed.ok && parsed.context.kind === 'git' && hostOf(parsed.context.url) === own;
  });
  return own !== undefined && asked ? [{ name: `${secretName}.${own}`, value: token }] : [];
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : undefined);
