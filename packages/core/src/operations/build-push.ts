import { asLandfallError } from '../errors/as-landfall-error.ts';
import { parseBuildContext } from '../image/build-context.ts';
import { buildInputs } from '../image/build-inputs.ts';
import { buildWishes } from '../image/build-wishes.ts';
import { nameOf, registryHost } from '../image/image-reference.ts';
import { type ImageNames, nameImage, nameProblems } from '../image/name-image.ts';
import { boolean, list, text } from '../inputs/kinds.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import { existingImage } from '../registry/existing-image.ts';
import { type PushedReference, pushReferences, referenceOf } from '../registry/push-references.ts';
import { verifyPush } from '../registry/verify-push.ts';
import type { BuildRequest, BuiltImage } from '../world/docker.ts';
import type { World } from '../world/world.ts';

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
      'Do not build when every tag exists already and all name one image; its digest is the result.',
  }),
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
  ],
  branding: { icon: 'box', color: 'blue' },
  check: (values) => {
    const context = parseBuildContext(values.context);
    return [
      ...nameProblems(values, pushes(values)),
      ...(context.ok ? [] : [{ input: 'context', problem: context.problem }]),
      ...(values.skipIfExists && !pushes(values)
        ? [{ input: 'skip-if-exists', problem: 'asks the registry, so it needs push' }]
        : []),
    ];
  },

  async run(call) {
    const { world, inputs: given, output } = call;
    const names = await nameImage(given, world);
    await output('version', names.version);
    if (given.skipIfExists) {
      const digest = await existingImage(world, names.targets);
      if (digest !== undefined) return await report(call, names, [], digest);
    }
    const built = await build(call, names);
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

  async cleanUp({ host, files }) {
    const folder = host.readState(stateName);
    if (!folder) return;
    await files.removePrivate(folder).catch((thrown) => {
      host.log.warning(`${folder} was not removed: ${asLandfallError(thrown).summary}`);
    });
  },
});

const stateName = 'build-folder';
type BuildCall = Call<typeof inputs, typeof outputs>;

const pushes = ({ push, repository }: { push: boolean | undefined; repository: string | undefined }) =>
  push ?? repository !== undefined;

/** The private folder holds the secrets' files, so it is in the state before and gone after. */
async function build(call: BuildCall, names: ImageNames): Promise<BuiltImage> {
  const { world, inputs: given } = call;
  const { host, files, docker } = world;
  const folder = await files.privateFolder('landfall-build');
  await host.saveState(stateName, folder);
  try {
    const wishes = await buildWishes(given, names.labels, folder, world);
    const builder = await docker.chooseBuilder(wishes, { signal: host.cancellation });
    if (builder.notice !== undefined) host.log.notice(builder.notice);
    const request: BuildRequest = { ...wishes, destination: destinationOf(call, names, builder.loads) };
    return await host.log.group(`Build with ${builder.description}`, () => buildOnce(world, request));
  } finally {
    await files.removePrivate(folder).catch((thrown) => {
      host.log.warning(`${folder} was not removed: ${asLandfallError(thrown).summary}`);
    });
  }
}

const buildOnce = ({ docker, host }: World, request: BuildRequest) =>
  docker.build(request, { signal: host.cancellation, output: (line) => host.log.output(line) });

function destinationOf(
  { inputs: given }: BuildCall,
  { targets }: ImageNames,
  loads: boolean,
): BuildRequest['destination'] {
  if (loads || (!pushes(given) && given.load)) return { kind: 'engine' };
  if (!pushes(given)) return { kind: 'cache' };
  return { kind: 'registry', repositories: [...new Set(targets.map(nameOf))] };
}

const metadataOf = (built: BuiltImage, { targets }: ImageNames, digest?: string) => ({
  ...built.metadata,
  ...(digest !== undefined && { 'containerimage.digest': digest }),
  ...(built.imageId !== undefined && { 'containerimage.config.digest': built.imageId }),
  'image.name': targets.map(referenceOf).join(','),
});

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
