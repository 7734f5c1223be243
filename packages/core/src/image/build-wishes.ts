import type { ValuesOf } from '../inputs/input.ts';
import type { BuildWishes, NamedValue } from '../world/docker.ts';
import type { World } from '../world/world.ts';
import { parseBuildContext } from './build-context.ts';
import type { buildInputs } from './build-inputs.ts';
import { cacheForRegistry } from './registry-cache.ts';
import { looksSecret } from './secret-looking.ts';

export type BuildValues = ValuesOf<typeof buildInputs>;

/**
 * The build as Docker is asked for it: paths resolved inside the workspace, secrets masked, before anything runs.
 * @throws PATH_MISSING, PATH_REFUSED
 */
export async function buildWishes(
  values: BuildValues,
  labels: readonly NamedValue[],
  privateFolder: string,
  world: World,
): Promise<BuildWishes> {
  const { host, files } = world;
  for (const { value } of values.secrets ?? []) host.mask(value);
  for (const argument of values.buildArgs ?? []) {
    if (!looksSecret(argument)) continue;
    host.mask(argument.value);
    host.log.warning(
      `build-args: ${argument.name} looks like a secret. Build arguments stay readable in the image; give it in \`secrets\` and read it with RUN --mount=type=secret,id=${argument.name}`,
    );
  }
  const { context, file } = await contextOf(values, world);
  const secretFiles: NamedValue[] = [];
  for (const { name, value } of values.secretFiles ?? [])
    secretFiles.push({ name, value: await files.file(value) });
  return {
    context,
    file,
    privateFolder,
    labels,
    secretFiles,
    buildArgs: values.buildArgs ?? [],
    secrets: values.secrets ?? [],
    secretEnvs: values.secretEnvs ?? [],
    ssh: values.ssh ?? [],
    target: values.target,
    platforms: values.platforms ?? [],
    annotations: values.annotations ?? [],
    cacheFrom: values.cacheFrom ?? [],
    cacheTo: (values.cacheTo ?? []).map(cacheForRegistry),
    noCache: values.noCache,
    noCacheFilters: values.noCacheFilters ?? [],
    pull: values.pull,
    network: values.network,
    addHosts: values.addHosts ?? [],
    shmSize: values.shmSize,
    ulimits: values.ulimit ?? [],
    cgroupParent: values.cgroupParent,
    buildContexts: await contexts(values.buildContexts ?? [], world),
    allow: values.allow ?? [],
    attests: values.attests ?? [],
    provenance: values.provenance,
    sbom: values.sbom === 'false' ? undefined : values.sbom,
    builder: values.builder,
  };
}

async function contextOf({ context: given, file }: BuildValues, { files }: World) {
  const parsed = parseBuildContext(given);
  // A remote context has its Dockerfile inside; a local one is named to docker by its whole path.
  if (!parsed.ok || parsed.context.kind !== 'folder') return { context: given, file };
  const context = await files.folder(parsed.context.path);
  return { context, file: await files.file(file ?? `${context}/Dockerfile`) };
}

/** A further context that is a folder is held to the workspace like any other path. */
const contexts = (given: readonly NamedValue[], { files }: World) =>
  Promise.all(
    given.map(async ({ name, value }) =>
      /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? { name, value } : { name, value: await files.folder(value) },
    ),
  );
