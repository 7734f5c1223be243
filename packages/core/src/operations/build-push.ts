import { buildFileInputs } from '../build-file/build-file-inputs.ts';
import { buildImages, type TargetResult } from '../build-file/build-images.ts';
import { loadBuildFile } from '../build-file/load-build-file.ts';
import { buildFileProblems, nameTargets } from '../build-file/name-targets.ts';
import {
  type BaseImage,
  baseImageInputs,
  baseImageProblems,
  baseImagesOutput,
  onBaseImages,
  pinBaseImages,
} from '../image/base-images.ts';
import { parseBuildContext } from '../image/build-context.ts';
import { buildFolders, buildImage, metadataOf, removeBuildFolders } from '../image/build-image.ts';
import { buildInputs } from '../image/build-inputs.ts';
import { nameOf, registryHost } from '../image/image-reference.ts';
import { type ImageNames, nameImage, nameProblems } from '../image/name-image.ts';
import { boolean, list, text } from '../inputs/kinds.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import { existingImage, isOnBases } from '../registry/existing-image.ts';
import { type PushedReference, pushReferences, referenceOf } from '../registry/push-references.ts';
import { verifyPush } from '../registry/verify-push.ts';

const inputs = {
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
    description: 'Keep the image in the engine when it is not pushed and the builder would not.',
  }),
  'skip-if-exists': boolean({
    default: 'false',
    description:
      'Do not build when every tag exists already and all name one image; its digest is the result. With one `base-image` an image on another digest of it is built again.',
  }),
  ...buildFileInputs,
  ...baseImageInputs,
  ...buildInputs,
};

const outputs = {
  image: { description: 'The image by digest, `repository@sha256:…`: what to deploy.' },
  digest: { description: 'The digest of what was pushed. Never a tag.' },
  tags: { description: 'Every reference that was pushed, one a line.' },
  version: { description: 'The first tag.' },
  repository: {
    description:
      'The repository without its registry host. With `digest` it survives where a masked account id would make the host drop `image`.',
  },
  imageid: { description: "The image's id in the engine." },
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
  metadata: { description: "What the builder reported, as JSON in buildx's names." },
};

export const buildPush = defineOperation({
  name: 'build-push',
  title: 'Build and push an image',
  description:
    'Builds an image with BuildKit, tags it by rules, pushes it, and hands on its digest as the registry knows it.',
  promises: [
    'The digest is that of the manifest in the registry, checked there; it is never replaced by a tag.',
    'Running the step again is safe: an immutable tag that already holds the same image is done, and one that holds another is an error that names its digest.',
    'Secrets are masked, never arguments, and their files are gone after the step, even after a cancel.',
    'On cancel the build is interrupted within a second, and everything it started is ended within six.',
  ],
  inputs,
  outputs,
  permissions: [
    {
      action: 'ecr:GetAuthorizationToken',
      resource: '*',
      when: 'when the login of ecr-login ends during a long push',
      optional: true,
    },
    ...[
      'ecr:BatchCheckLayerAvailability',
      'ecr:InitiateLayerUpload',
      'ecr:UploadLayerPart',
      'ecr:CompleteLayerUpload',
      'ecr:PutImage',
      'ecr:BatchGetImage',
      'ecr:GetDownloadUrlForLayer',
    ].map((action) => ({
      action,
      // Read only to compare what an immutable tag holds with what was built.
      ...(action === 'ecr:GetDownloadUrlForLayer' && { optional: true }),
      resource: 'arn:${Partition}:ecr:${Region}:${Account}:repository/${repository}',
      when: 'when the registry is Amazon ECR',
    })),
  ],
  errors: [
    'TOOL_MISSING',
    'DOCKER_UNREACHABLE',
    'PATH_MISSING',
    'PATH_REFUSED',
    'BUILD_FAILED',
    'PUSH_DENIED',
    'REPOSITORY_MISSING',
    'TAG_IMMUTABLE',
    'PUSH_FAILED',
    'CREDENTIALS_EXPIRED',
    'DIGEST_UNKNOWN',
    'DISK_FULL',
    'FILE_UNREADABLE',
    'FILE_TOO_LARGE',
    'NOT_FOUND',
  ],
  branding: { icon: 'box', color: 'blue' },
  check: (values) => {
    const context = parseBuildContext(values.context);
    return [
      ...(readsFile(values) ? buildFileProblems(values) : nameProblems(values, pushes(values))),
      ...baseImageProblems(values.baseImage),
      ...(context.ok ? [] : [{ input: 'context', problem: context.problem }]),
      ...(values.skipIfExists && !pushes(values)
        ? [{ input: 'skip-if-exists', problem: 'asks the registry, so it needs push' }]
        : []),
    ];
  },

  async run({ inputs: values, ...rest }) {
    const bases = await pinBaseImages(values.baseImage, rest.world);
    if (bases.length > 0) await rest.output('base-images', baseImagesOutput(bases));
    const call = { ...rest, inputs: onBaseImages(values, bases) };
    const { world, inputs: given, output } = call;
    if (readsFile(given)) return await buildFile(call, bases);
    const names = await nameImage(given, world);
    await output('version', names.version);
    if (given.skipIfExists) {
      const digest = await existingImage(world, names.targets);
      if (digest !== undefined && (await isOnBases(world, names.targets[0]!, digest, bases)))
        return await report(call, names, [], digest);
    }
    const image = { values: given, names, push: pushes(given), load: given.load };
    const built = await buildImage(world, image, buildFolders(world));
    if (built.imageId !== undefined) await output('imageid', built.imageId);
    if (!pushes(given)) return await output('metadata', JSON.stringify(metadataOf(built, names)));

    const references: string[] = [];
    const pushed = await world.host.log.group('Push', () =>
      pushReferences(world, built, names.targets, async (one) => {
        references.push(referenceOf(one));
        await output('tags', references.join('\n'));
      }),
    );
    const [first] = pushed;
    await verifyPush(world, built, pushed);
    await output('metadata', JSON.stringify(metadataOf(built, names, first!.digest)));
    await report(call, names, pushed, first!.digest);
  },

  cleanUp: removeBuildFolders,
});

type BuildCall = Call<typeof inputs, typeof outputs>;
type Values = BuildCall['inputs'];

const readsFile = ({ composeFile, bakeFile }: Values) => composeFile !== undefined || bakeFile !== undefined;

const pushes = (given: Values) =>
  given.push ??
  (given.repository !== undefined ||
    (readsFile(given) &&
      [given.registry, given.repositories, given.repositoryPrefix].some((one) => one !== undefined)));

/** Several images, each with a repository and a digest of its own. */
async function buildFile(call: BuildCall, bases: readonly BaseImage[]): Promise<void> {
  const { world, inputs: given, output, summary, fact } = call;
  const { host } = world;
  const push = pushes(given);
  const file = await loadBuildFile(given, world);
  for (const note of file.notes) host.log.notice(note);
  const builds = await nameTargets(file.targets, given, push, world);
  await output('version', builds[0]!.names.version);
  const done: TargetResult[] = [];
  const title = `Build ${builds.length} images, ${given.buildsAtOnce} at once`;
  const results = await host.log.group(title, () =>
    buildImages(world, builds, {
      folders: buildFolders(world),
      push,
      load: given.load,
      skipIfExists: given.skipIfExists,
      bases,
      atOnce: given.buildsAtOnce,
      async done(result) {
        done.push(result);
        if (result.digest === undefined) return;
        const pushed = done.filter(({ digest }) => digest !== undefined);
        const byName = (name: (one: TargetResult) => string) =>
          JSON.stringify(
            Object.fromEntries(pushed.map((one) => [one.target.name, `${name(one)}@${one.digest}`])),
          );
        await output(
          'images',
          byName(({ names }) => nameOf(names.targets[0]!)),
        );
        await output(
          'digests',
          byName(({ names }) => names.targets[0]!.repository),
        );
        await output('tags', pushed.flatMap(({ names }) => names.targets.map(referenceOf)).join('\n'));
      },
    }),
  );
  fact(
    'built',
    results.some(({ built }) => built),
  );
  for (const { target, names, digest } of results)
    host.log.info(
      `${target.name}: ${digest === undefined ? 'built' : `${nameOf(names.targets[0]!)}@${digest}`}`,
    );
  summary(
    { kind: 'heading', text: push ? 'Images pushed' : 'Images built' },
    {
      kind: 'table',
      head: ['Image', 'References', 'Digest', ''],
      rows: results.map(({ target, names, digest, pushed }) => [
        target.name,
        names.targets.map(referenceOf).join(', '),
        digest ?? '',
        digest === undefined ? 'built' : pushed.some(({ moved }) => moved) ? 'pushed' : 'already there',
      ]),
    },
  );
}

async function report(
  { output, summary, fact, world: { host } }: BuildCall,
  { targets }: ImageNames,
  pushed: readonly PushedReference[],
  digest: string,
): Promise<void> {
  const [first] = targets;
  const image = `${nameOf(first!)}@${digest}`;
  const references = targets.map(referenceOf);
  await output('image', image);
  await output('digest', digest);
  await output('tags', references.join('\n'));
  await output('repository', first!.repository);
  fact('built', pushed.length > 0);
  const moved = pushed.some((one) => one.moved);
  host.log.info(moved ? `pushed ${image}` : `${references.join(', ')} held this image already: ${image}`);
  summary(
    { kind: 'heading', text: moved ? 'Image pushed' : 'Image already there' },
    {
      kind: 'table',
      head: ['Reference', 'Digest', ''],
      rows: targets.map((target, index) => [
        referenceOf(target),
        pushed[index]?.digest ?? digest,
        pushed[index]?.moved === true ? 'pushed' : 'already there',
      ]),
    },
  );
}
