import { expect, test } from '@jest/globals';
import type { BuildRequest } from '@landfall/core/world/docker';
import { builderRemedy } from './builder-remedy.ts';

const plain: BuildRequest = {
  context: '/w',
  privateFolder: '/t',
  buildArgs: [],
  labels: [],
  destination: { kind: 'engine' },
};
const another =
  'create another builder (docker buildx create --name ci --driver docker-container), and set `builder` to it';
const elsewhere =
  "which this machine's Docker configuration does not have: create it in an earlier step (docker/setup-buildx-action with `name`, or docker buildx create --name), or name another one (docker buildx ls).";
const noPushByDigest =
  'ERROR: failed to build: push-by-digest is currently not implemented for docker driver, please create a new builder instance';

test.each<[string, Partial<BuildRequest>, string | undefined]>([
  ['ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2', {}, undefined],
  [
    'ERROR: failed to build: Attestation is not supported for the docker driver.',
    { sbom: 'true' },
    `The docker driver cannot do this: ${another}.`,
  ],
  [
    noPushByDigest,
    { platforms: ['linux/amd64', 'linux/arm64'] },
    `The docker driver cannot do what \`platforms\` requests: ${another}.`,
  ],
  [
    noPushByDigest,
    { annotations: ['a=b'], imageAttributes: ['compression=zstd'] },
    `The docker driver cannot do what \`outputs\`, \`annotations\` request: ${another}.`,
  ],
  [
    'ERROR: … unsupported frontend capability moby.buildkit.frontend.contexts',
    {},
    `The BuildKit of this builder is too old for \`build-contexts\`: ${another}.`,
  ],
  [
    'ERROR: … unsupported request frontend.lint',
    { call: 'check' },
    `The BuildKit of this builder is too old for \`call\`: ${another}.`,
  ],
  [
    'ERROR: multiple outputs currently unsupported by the current BuildKit daemon',
    {},
    `The BuildKit of this builder is too old to write \`outputs\` alongside the image: ${another}, or write them in a separate step with \`push: false\`.`,
  ],
  [
    'ERROR: failed to build: docker exporter does not currently support exporting manifest lists',
    { platforms: ['linux/amd64', 'linux/arm64'] },
    '`load` puts one platform without attestations into the engine: omit it, or build what is loaded in a separate step.',
  ],
  [
    'ERROR: granting entitlement security.insecure is not allowed by build daemon configuration',
    {},
    "`allow` requests security.insecure, which the builder must also permit: docker buildx create --buildkitd-flags '--allow-insecure-entitlement security.insecure'.",
  ],
  [
    'the --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/',
    {},
    "This is the engine's classic builder: install the docker buildx plugin (docs.docker.com/go/buildx), which builds with BuildKit.",
  ],
  [
    'ERROR: invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set',
    {},
    '`ssh` needs an SSH agent, and none is running in this job: start one in an earlier step (SSH_AUTH_SOCK), or set a key, `default=path/to/key`.',
  ],
  [
    ' > [internal] waiting for connection:\n------\nERROR: failed to build: context deadline exceeded',
    {},
    'The builder does not respond, and nothing was built: check that its BuildKit is running (docker buildx inspect), or set `builder` to another one.',
  ],
  [
    ' > [internal] booting buildkit:\n------\nERROR: failed to build: toomanyrequests',
    {},
    'The builder could not be started, and nothing was built: it runs in a container of the image moby/buildkit, from Docker Hub unless it is created with --driver-opt image=… from a registry that this job is allowed to pull from.',
  ],
  ['ERROR: no builder "ci" found', { builder: 'ci' }, `\`builder\` names "ci", ${elsewhere}`],
  ['ERROR: no builder "ci" found', {}, `The variable BUILDX_BUILDER names "ci", ${elsewhere}`],
])('%s, requested %j: %s', (said, asked, remedy) =>
  expect(builderRemedy(said, { ...plain, ...asked })).toBe(remedy),
);
