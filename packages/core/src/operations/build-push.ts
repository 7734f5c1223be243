import {
  baseImageProblems,
  baseImagesOutput,
  onBaseImages,
  pinBaseImages,
} from '../build-push/base-images.ts';
import { buildFileProblems } from '../build-push/build-file/name-targets.ts';
import {
  type BuildPushValues,
  destinations,
  inputs,
  isPushUnset,
  namedByOutputs,
  outputs,
  readsFile,
} from '../build-push/inputs-and-outputs.ts';
import { publishOne } from '../build-push/one-image.ts';
import { removeBuildFolders } from '../image/build/build-image.ts';
import { outputsProblem } from '../image/build/build-outputs.ts';
import { withLimits } from '../image/build/docker-limits.ts';
import { parseBuildContext } from '../image/context/build-context.ts';
import { withAnyContext } from '../image/context/default-context.ts';
import { nameProblems } from '../image/tags/name-image.ts';
import { defineOperation } from '../operation/operation.ts';
import { pushActions } from '../registry/push/push-actions.ts';

export const buildPush = defineOperation({
  name: 'build-push',
  title: 'Build and push an image',
  description:
    'Builds an image with BuildKit, tags it by rules, pushes it, and outputs its digest as held by the registry.',
  promises: [
    'The digest is that of the manifest in the registry, verified there; a tag is never used instead.',
    'Running the step again is safe: an immutable tag that already holds the same image counts as done, and one that holds a different image is an error that names its digest.',
    'Secrets are masked, never passed as arguments, and their files are removed after the step, even after a cancel.',
    'On cancel the build is interrupted within a second, and everything it started is terminated within six.',
  ],
  inputs,
  outputs,
  permissions: [
    {
      action: 'ecr:GetAuthorizationToken',
      resource: '*',
      when: 'when the login made by ecr-login expires during a long push',
      optional: true,
    },
    ...[...pushActions, 'ecr:GetDownloadUrlForLayer'].map((action) => ({
      action,
      // Read only to compare what is there already with what was, or would be, built.
      ...(action === 'ecr:GetDownloadUrlForLayer' && { optional: true }),
      resource: 'arn:${Partition}:ecr:${Region}:${Account}:repository/${repository}',
      when: 'when the registry is Amazon ECR',
    })),
  ],
  errors: [
    'TOOL_MISSING',
    'DOCKER_UNREACHABLE',
    'DOCKER_TIMED_OUT',
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
  check: problems,

  async run({ inputs: values, world: machine, ...others }) {
    const limits = { timeout: values.dockerTimeout, noOutputTimeout: values.noOutputTimeout };
    const world = { ...machine, docker: withLimits(machine.docker, limits) };
    const rest = { ...others, world };
    const bases = await pinBaseImages(values.baseImage, rest.world);
    if (bases.length > 0) await rest.output('base-images', baseImagesOutput(bases));
    const call = { ...rest, inputs: onBaseImages(values, bases) };
    if (!readsFile(values)) return await publishOne(call, bases);
    // The reader of Compose and Bake files is loaded for those who have one.
    const { publishMany } = await import('../build-push/many-images.ts');
    await publishMany(call, bases);
  },

  cleanUp: removeBuildFolders,
});

/** What makes no sense together. */
function problems(values: BuildPushValues) {
  const context = parseBuildContext(withAnyContext(values.context));
  const { push, load, files, byDigest } = destinations(values);
  const file = readsFile(values);
  const output = outputsProblem(values.outputs, { push, refused: values.push === false, many: file });
  const when = (wrong: boolean, input: string, problem: string) => (wrong ? [{ input, problem }] : []);
  return [
    ...(file ? buildFileProblems(values) : nameProblems(namedByOutputs(values), push)),
    ...baseImageProblems(values.baseImage),
    ...(context.ok ? [] : [{ input: 'context', problem: context.problem }]),
    ...when(output !== undefined, 'outputs', output ?? ''),
    ...when(
      values.registry !== undefined && isPushUnset(values),
      'repository',
      'is required because `registry` is set; to build without pushing, set push to false',
    ),
    ...when(values.skipIfExists && !push, 'skip-if-exists', 'queries the registry, so it needs push'),
    ...when(
      values.targetsBeforePush !== undefined && !file,
      'targets-before-push',
      'is for compose-file and bake-file; build the stage in a step before, with `target` and `push: false`',
    ),
    ...when(
      values.repository !== undefined && namedByOutputs(values) !== values,
      'outputs',
      'names the image, and so does `repository`: give one of them',
    ),
    ...when(
      values.skipIfExists && byDigest,
      'skip-if-exists',
      'looks for tags, and push-by-digest=true in outputs makes none',
    ),
    ...when(
      values.skipIfExists && (load || files),
      'skip-if-exists',
      `would skip what ${load ? 'load' : 'outputs'} requests`,
    ),
    ...when(
      values.call !== 'build' && (values.push === true || values.load || values.outputs !== undefined),
      'call',
      `is ${values.call}, which builds nothing to push, load or write`,
    ),
  ];
}
