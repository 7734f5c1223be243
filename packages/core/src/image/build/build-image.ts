import { asLandfallError } from '../../errors/as-landfall-error.ts';
import type { BuildRequest, BuiltImage } from '../../world/docker.ts';
import type { World } from '../../world/world.ts';
import { type BuildValues, resolveBuildRequest } from './build-request.ts';
import { type DockerfileWarning, dockerfileWarnings, mostAnnotations } from './dockerfile-warnings.ts';
import { nameOf, referenceOf } from '../reference/image-reference.ts';
import type { ImageNames } from '../tags/name-image.ts';
import { withoutSecrets } from './secret-arguments.ts';

interface ImageBuild {
  readonly values: BuildValues;
  readonly names: ImageNames;
  readonly push: boolean;
  /** Keep it in the engine when it is not pushed. */
  readonly load: boolean;
  /** The repositories that get it by its digest alone, without a tag. */
  readonly byDigest?: readonly string[] | undefined;
  /** The Dockerfile itself, where it is not a file. */
  readonly dockerfile?: string | undefined;
}

/** The private folders of a run, kept in the state, so that they are gone after a job that was killed, too. */
export interface BuildFolders {
  /** Makes one, known to the state before anything is put into it. */
  make(): Promise<string>;
  remove(folder: string): Promise<void>;
}

const stateName = 'build-folder';

export function buildFolders({ host, files }: World): BuildFolders {
  const made: string[] = [];
  return {
    async make() {
      const folder = await files.privateFolder('landfall-build');
      made.push(folder);
      await host.saveState(stateName, made.join('\n'));
      return folder;
    },
    async remove(folder) {
      await files.removePrivate(folder).catch((thrown) => {
        host.log.warning(`${folder} could not be removed: ${asLandfallError(thrown).summary}`);
      });
    },
  };
}

/** After the job, whatever became of it. */
export async function removeBuildFolders(world: World): Promise<void> {
  const { remove } = buildFolders(world);
  for (const folder of (world.host.readState(stateName) ?? '').split('\n')) {
    if (!folder) continue;
    // A cancel ends the build itself; after a kill of ours it may continue, and nothing reads its output.
    if (await world.docker.endLeftBehind(folder)) world.host.log.info('terminated a build left behind by an earlier run');
    await remove(folder);
  }
}

export interface ImageResult extends BuiltImage {
  /** What was written to disk, by absolute path. */
  readonly files: readonly string[];
  /** Whether the image is in the engine. */
  readonly inEngine: boolean;
  /** Whether a later build by the same builder finds the images of the engine. */
  readonly readsEngine: boolean;
}

/** Builds one image. The private folder holds its secrets' files, so it is gone when the build is. */
export async function buildImage(
  world: World,
  image: ImageBuild,
  folders: BuildFolders,
): Promise<ImageResult> {
  const { host, docker } = world;
  const folder = await folders.make();
  try {
    const asked = await resolveBuildRequest(
      image.values,
      { labels: image.names.labels, dockerfile: image.dockerfile },
      folder,
      world,
    );
    const { outputFiles, ...described } = asked;
    const wishes = { ...described, besideOutputs: image.push || image.load };
    const builder = await docker.chooseBuilder(wishes, { signal: host.cancellation });
    if (builder.notice !== undefined) host.log.notice(builder.notice);
    const request: BuildRequest = { ...wishes, destination: destinationOf(image, builder.loads) };
    const warnings = dockerfileWarnings({ call: wishes.call !== undefined });
    const output = (line: string) => {
      // The classic builder knows no checks, and prints what a RUN prints as it is.
      if (builder.kind !== 'classic') warnings.read(line);
      host.log.output(line);
    };
    try {
      const built = await host.log.group(
        wishes.call === undefined
          ? `Build with ${builder.description}`
          : `Dockerfile ${wishes.call} with ${builder.description}`,
        () => docker.build(request, { signal: host.cancellation, output }),
      );
      await nameInEngine(world, request, image, built);
      return {
        ...built,
        metadata: withoutSecrets(built.metadata, request.buildArgs),
        files: outputFiles,
        inEngine: request.destination.kind === 'engine',
        readsEngine: builder.loads,
      };
    } finally {
      annotate(world, warnings.found(), wishes.file);
    }
  } finally {
    await folders.remove(folder);
  }
}

function annotate({ host }: World, warnings: readonly DockerfileWarning[], path: string | undefined): void {
  const file = path?.startsWith(`${host.workspace}/`) ? path.slice(host.workspace.length + 1) : path;
  for (const { rule, text, line } of warnings.slice(0, mostAnnotations)) {
    host.annotate({
      level: 'warning',
      title: rule,
      message: `${text}\nhttps://docs.docker.com/reference/build-checks/`,
      ...(file !== undefined && { file }),
      ...(line !== undefined && { line }),
    });
  }
}

function destinationOf(
  { values, names, push, load, byDigest }: ImageBuild,
  loads: boolean,
): BuildRequest['destination'] {
  if (values.call !== 'build') return { kind: 'cache' };
  const references = names.targets.map(referenceOf);
  if (loads && (push || load || !values.outputs?.length)) return { kind: 'engine' };
  if (!push && load) return { kind: 'engine', references };
  if (!push) return { kind: 'cache' };
  return {
    kind: 'registry',
    repositories: [...new Set(byDigest ?? names.targets.map(nameOf))],
    ...(load && { loadAs: references }),
  };
}

/** An image that stays in the engine has its names there; one that is pushed gets each right before its push. */
async function nameInEngine(
  { docker, host }: World,
  { destination }: BuildRequest,
  { names, push }: ImageBuild,
  { imageId }: BuiltImage,
): Promise<void> {
  if (push || destination.kind !== 'engine' || destination.references || imageId === undefined) return;
  for (const target of names.targets)
    await docker.tag({ source: imageId, target: referenceOf(target) }, { signal: host.cancellation });
}

export const metadataOf = (built: BuiltImage, { targets }: ImageNames, digest?: string) => ({
  ...built.metadata,
  ...(digest !== undefined && { 'containerimage.digest': digest }),
  // A builder that pushes by itself says so where there is one configuration; the id may be that of an index.
  ...(built.imageId !== undefined &&
    built.digest === undefined && { 'containerimage.config.digest': built.imageId }),
  ...(targets.length > 0 && { 'image.name': targets.map(referenceOf).join(',') }),
});
