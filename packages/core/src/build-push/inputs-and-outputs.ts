import { buildInputs } from '../image/build/build-inputs.ts';
import { parseOutputs } from '../image/build/build-outputs.ts';
import { dockerTimeoutInput, noOutputTimeoutInput } from '../image/build/docker-limits.ts';
import { nameOf, parseImageReference, survivesMask, wholeName } from '../image/reference/image-reference.ts';
import { namingInputs } from '../image/tags/naming-inputs.ts';
import { boolean, text } from '../inputs/kinds.ts';
import type { Call } from '../operation/operation.ts';
import type { RepositoryName } from '../world/registry.ts';
import { baseImageInputs } from './base-images.ts';
import { buildFileInputs } from './build-file/build-file-inputs.ts';

/** What build-push takes and gives. */
export const inputs = {
  repository: text({
    description: 'The repository of the image, with or without its registry host.',
    example: 'team/web',
  }),
  ...namingInputs,
  push: boolean({
    description:
      'Push the image. By default, true if `repository` is set; otherwise false, as in docker/build-push-action.',
  }),
  load: boolean({
    default: 'false',
    description:
      'Keep the image in the Docker engine under its tags, pushed or not. Together with a push, a builder other than the engine needs buildx 0.13 for this.',
  }),
  'skip-if-exists': boolean({
    default: 'false',
    description:
      'Skip the build if all tags that identify one image (`sha`, a version, a build) already exist and point to the same image; its digest is the result, and moving tags (`latest`, a branch) are set to it. Without a tag of that kind, all tags must point to it. An image that is incomplete, lacks one of `platforms`, or was built on a different digest of a `base-image` is rebuilt.',
  }),
  ...buildFileInputs,
  ...baseImageInputs,
  ...buildInputs,
  ...dockerTimeoutInput,
  ...noOutputTimeoutInput,
};

export const outputs = {
  image: {
    description:
      'The image by digest, `repository@sha256:…`: what to deploy. For `compose-file` and `bake-file`, see `images`.',
  },
  digest: { description: 'The digest of the pushed image, if there is one image. Never a tag.' },
  tags: { description: 'Every pushed reference, one per line.' },
  verified: {
    description:
      'After a push: `true` if the registry was queried and holds every tag by its digest; `false` if this job may not read the registry, so that only the push itself confirms it.',
  },
  version: { description: 'The first tag.' },
  repository: {
    description: `The repository without its registry host. ${survivesMask}`,
  },
  imageid: {
    description:
      'The image id: the digest of its configuration, which identifies it in the Docker engine; for several platforms, that of their index.',
  },
  images: {
    description:
      'For `compose-file` or `bake-file`: a JSON object that maps each service or target to its image by digest, `{"web":"registry/team/web@sha256:…"}`. It is updated after each image, so that after a failure it holds what was already pushed.',
  },
  digests: {
    description:
      'The same as `repository@sha256:…` without the registry host, for cases where a masked account id would make the CI host drop `images`.',
  },
  'base-images': {
    description: 'For `base-image`: a JSON object that maps each name to the image by digest that was used.',
  },
  'output-files': {
    description: 'What `outputs` wrote to disk: the absolute paths, one per line.',
  },
  metadata: {
    description:
      'What the builder reported about the image, as JSON with the field names of buildx, if there is one image. The values of build arguments are omitted.',
  },
};

export type BuildCall = Call<typeof inputs, typeof outputs>;
export type BuildPushValues = BuildCall['inputs'];

export const readsFile = ({ composeFile, bakeFile }: BuildPushValues) =>
  composeFile !== undefined || bakeFile !== undefined;

/** What `push`, `load` and `outputs` come to together. */
export function destinations(given: BuildPushValues) {
  const parsed = parseOutputs(given.outputs ?? []);
  const asked = 'outputs' in parsed ? parsed.outputs : undefined;
  const named =
    given.repository !== undefined ||
    (readsFile(given) &&
      [given.registry, given.repositories, given.repositoryPrefix].some((one) => one !== undefined));
  return {
    push: given.call === 'build' && (asked?.push || (given.push ?? named)),
    load: given.load || asked?.load === true,
    files: (asked?.files.length ?? 0) > 0,
    byDigest: asked?.byDigest === true,
    /** Of an image that gets no tag; none where `tags` names them. */
    repositories: (asked?.names.length ? asked.names : [given.repository ?? []].flat()).map((name) =>
      repositoryName(name, given.registry),
    ),
  };
}

/** A name without a host is of Docker Hub, as for docker, unless the inputs name a registry. */
function repositoryName(name: string, registry: string | undefined): RepositoryName {
  const parsed = parseImageReference(name);
  const own = parsed.ok ? parsed.reference : { repository: name };
  return wholeName({ ...(registry !== undefined && { registry }), ...own });
}

/** As `repository` and `tags` are checked: the names that `outputs` gives count as `repository`. */
export function namedByOutputs(given: BuildPushValues): BuildPushValues {
  const parsed = parseOutputs(given.outputs ?? []);
  const [name] = 'outputs' in parsed ? parsed.outputs.names : [];
  return name === undefined ? given : { ...given, repository: nameOf(repositoryName(name, given.registry)) };
}

/** Whether the image goes nowhere although no input says so. */
export const isPushUnset = (given: BuildPushValues) => {
  const { push, load, files } = destinations(given);
  return given.call === 'build' && given.push === undefined && !push && !load && !files;
};
export const notPushed =
  'nothing was pushed because no repository is set; set `push: false` if that is intended';
