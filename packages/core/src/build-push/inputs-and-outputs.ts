import { buildInputs } from '../image/build/build-inputs.ts';
import { parseOutputs } from '../image/build/build-outputs.ts';
import { dockerTimeoutInput, noOutputTimeoutInput } from '../image/build/docker-limits.ts';
import { registryHost } from '../image/reference/image-reference.ts';
import { survivesMask } from '../image/reference/without-host.ts';
import { boolean, list, text } from '../inputs/kinds.ts';
import type { Call } from '../operation/operation.ts';
import { baseImageInputs } from './base-images.ts';
import { buildFileInputs } from './build-file/build-file-inputs.ts';

/** What build-push takes and gives. */
export const inputs = {
  repository: text({
    description: 'The repository of the image, with or without its registry host.',
    example: 'team/web',
  }),
  registry: text({
    pattern: registryHost,
    description:
      'The registry host, where `repository` does not name it: the output `registry` of ecr-login.',
    example: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
  }),
  tags: list({
    lines: true,
    description:
      'The tags, one rule a line: `sha`, `sha,format=long`, `ref`, `semver,pattern={{version}}`, `build-id`, `time,format=YYYYMMDD`, a tag such as `stage-<sha>` or `{{branch}}.{{build-id}}`, a rule of docker/metadata-action, or a whole reference. The first is the version. By default `sha`.',
    example: 'sha',
  }),
  flavor: list({
    lines: true,
    description:
      'What holds for all tags, as in docker/metadata-action: `prefix=`, `suffix=` (`,onlatest=true` for `latest`, too), and `latest=auto` for a tag `latest` on releases. Unlike there `latest` is made only when it is asked for.',
    example: 'latest=auto',
  }),
  push: boolean({
    description:
      'Push the image. By default true when `repository` is given, as docker/build-push-action otherwise: false.',
  }),
  load: boolean({
    default: 'false',
    description:
      'Keep the image in the engine under its tags, pushed or not. Beside a push a builder other than the engine needs buildx 0.13 for it.',
  }),
  'skip-if-exists': boolean({
    default: 'false',
    description:
      'Do not build when the tags that name one image (`sha`, a version, a build) all exist already and name the same; its digest is the result, and tags that move (`latest`, a branch) are put on it. Without a tag of that kind all tags must name it. An image that is not whole, lacks one of `platforms`, or with one `base-image` is on another digest of it, is built again.',
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
      'The image by digest, `repository@sha256:…`: what to deploy. Of `compose-file` and `bake-file` see `images`.',
  },
  digest: { description: 'The digest of what was pushed, of one image. Never a tag.' },
  tags: { description: 'Every reference that was pushed, one a line.' },
  verified: {
    description:
      'Of a push: `true` when the registry, asked after it, held every tag by its digest; `false` when this job may not read the registry, so that only the push itself says so.',
  },
  version: { description: 'The first tag.' },
  repository: {
    description: `The repository without its registry host. ${survivesMask}`,
  },
  imageid: {
    description:
      "The image's id: the digest of its configuration, which is its name in the engine; of several platforms that of their index.",
  },
  images: {
    description:
      'Of `compose-file` or `bake-file`: JSON from each service or target to its image by digest, `{"web":"registry/team/web@sha256:…"}`. It grows with each image that is done, so that it holds after a failure what was pushed before it.',
  },
  digests: {
    description:
      'The same as `repository@sha256:…` without the registry host, for where a masked account id would make the host drop `images`.',
  },
  'base-images': {
    description: 'Of `base-image`: JSON from each name to the image by digest that was built on.',
  },
  'output-files': {
    description: 'What `outputs` wrote to disk: the absolute paths, one a line.',
  },
  metadata: {
    description:
      "What the builder reported of one image, as JSON in buildx's names. The values of build arguments are left out.",
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
  };
}

/** Whether the image goes nowhere although nobody said so. */
export const unsaidPush = (given: BuildPushValues) => {
  const { push, load, files } = destinations(given);
  return given.call === 'build' && given.push === undefined && !push && !load && !files;
};
export const notPushed =
  'nothing was pushed, because no repository is given; `push: false` says that this is meant';
