import type { BuildRequest } from '@landfall/core/world/docker';
import { pushedByBuilder } from '../builders/wishes.ts';

const another =
  'make another builder (docker buildx create --name ci --driver docker-container), and name it in `builder`';

/**
 * What to do where the builder cannot do what it was asked for. BuildKit and buildx say so in words of their own,
 * which name none of our inputs (docker/buildx build/opt.go, moby/buildkit frontend/dockerfile/builder).
 */
const remedies: readonly (readonly [
  said: RegExp,
  remedy: (found: RegExpExecArray, request: BuildRequest) => string,
])[] = [
  [
    /is not supported for the (\S+) driver|not implemented for (\S+) driver/,
    ([, one, other], request) => {
      const inputs = pushedByBuilder(request).map((input) => `\`${input}\``);
      return `The ${one ?? other} driver cannot do ${other === undefined || inputs.length === 0 ? 'this' : `what ${inputs.join(', ')} ${inputs.length === 1 ? 'asks' : 'ask'} for`}: ${another}.`;
    },
  ],
  [
    /unsupported frontend capability moby\.buildkit\.frontend\.contexts/,
    () => `The BuildKit of this builder is too old for \`build-contexts\`: ${another}.`,
  ],
  [
    /unsupported request frontend\./,
    () => `The BuildKit of this builder is too old for \`call\`: ${another}.`,
  ],
  [
    /multiple outputs currently unsupported/,
    () =>
      `The BuildKit of this builder is too old to write \`outputs\` beside the image: ${another}, or write them in a step of their own with \`push: false\`.`,
  ],
  [
    /docker exporter does not currently support exporting manifest lists/,
    () =>
      '`load` puts one platform without attestations into the engine: leave it out, or build what is loaded in a step of its own.',
  ],
  [
    /granting entitlement (network\.host|security\.insecure|device) is not allowed/,
    ([, entitlement]) =>
      `\`allow\` asks for ${entitlement}, which the builder must permit, too: docker buildx create --buildkitd-flags '--allow-insecure-entitlement ${entitlement}'.`,
  ],
  [
    /option requires BuildKit/,
    () =>
      "This is the engine's classic builder: install the docker buildx plugin (docs.docker.com/go/buildx), which builds with BuildKit.",
  ],
  [
    /invalid empty ssh agent socket/,
    () =>
      '`ssh` asks for the SSH agent, and none runs in this job: start one in a step before (SSH_AUTH_SOCK), or name a key, `default=path/to/key`.',
  ],
  [
    /^ > \[internal\] waiting for connection:/m,
    () =>
      'The builder does not answer, and nothing was built: see that its BuildKit runs (docker buildx inspect), or name another one in `builder`.',
  ],
  [
    /^ > \[internal\] booting buildkit:/m,
    () =>
      'The builder could not be started, and nothing was built: it runs in a container of the image moby/buildkit, from Docker Hub unless it is made with --driver-opt image=… of a registry that this job may pull from.',
  ],
  [
    /no builder ("[^"]{1,200}") found/,
    ([, name], { builder }) =>
      `${builder === undefined ? 'The variable BUILDX_BUILDER' : '`builder`'} names ${name}, which this machine's Docker configuration does not have: make it in a step before (docker/setup-buildx-action with \`name\`, or docker buildx create --name), or name another one (docker buildx ls).`,
  ],
];

export function builderRemedy(text: string, request: BuildRequest): string | undefined {
  for (const [said, remedy] of remedies) {
    const found = said.exec(text);
    if (found) return remedy(found, request);
  }
  return undefined;
}
