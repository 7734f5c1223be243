import type { BuildRequest } from '@landfall/core/world/docker';
import { pushedByBuilder } from '../builders/builder-requirements.ts';

const another =
  'create another builder (docker buildx create --name ci --driver docker-container), and set `builder` to it';

/**
 * What to do where the builder cannot do what was requested. BuildKit and buildx say so in words of their
 * own, which name none of our inputs (docker/buildx build/opt.go, moby/buildkit frontend/dockerfile/builder).
 */
const remedies: readonly (readonly [
  said: RegExp,
  remedy: (found: RegExpExecArray, request: BuildRequest) => string,
])[] = [
  [
    /is not supported for the (\S+) driver|not implemented for (\S+) driver/,
    ([, one, other], request) => {
      const inputs = pushedByBuilder(request).map((input) => `\`${input}\``);
      return `The ${one ?? other} driver cannot do ${other === undefined || inputs.length === 0 ? 'this' : `what ${inputs.join(', ')} ${inputs.length === 1 ? 'requests' : 'request'}`}: ${another}.`;
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
      `The BuildKit of this builder is too old to write \`outputs\` alongside the image: ${another}, or write them in a separate step with \`push: false\`.`,
  ],
  [
    /docker exporter does not currently support exporting manifest lists/,
    () =>
      '`load` puts one platform without attestations into the engine: omit it, or build what is loaded in a separate step.',
  ],
  [
    /granting entitlement (network\.host|security\.insecure|device) is not allowed/,
    ([, entitlement]) =>
      `\`allow\` requests ${entitlement}, which the builder must also permit: docker buildx create --buildkitd-flags '--allow-insecure-entitlement ${entitlement}'.`,
  ],
  [
    /option requires BuildKit/,
    () =>
      "This is the engine's classic builder: install the docker buildx plugin (docs.docker.com/go/buildx), which builds with BuildKit.",
  ],
  [
    /invalid empty ssh agent socket/,
    () =>
      '`ssh` needs an SSH agent, and none is running in this job: start one in an earlier step (SSH_AUTH_SOCK), or set a key, `default=path/to/key`.',
  ],
  [
    /^ > \[internal\] waiting for connection:/m,
    () =>
      'The builder does not respond, and nothing was built: check that its BuildKit is running (docker buildx inspect), or set `builder` to another one.',
  ],
  [
    /^ > \[internal\] booting buildkit:/m,
    () =>
      'The builder could not be started, and nothing was built: it runs in a container of the image moby/buildkit, from Docker Hub unless it is created with --driver-opt image=… from a registry that this job is allowed to pull from.',
  ],
  [
    /no builder ("[^"]{1,200}") found/,
    ([, name], { builder }) =>
      `${builder === undefined ? 'The variable BUILDX_BUILDER' : '`builder`'} names ${name}, which this machine's Docker configuration does not have: create it in an earlier step (docker/setup-buildx-action with \`name\`, or docker buildx create --name), or name another one (docker buildx ls).`,
  ],
];

export function builderRemedy(text: string, request: BuildRequest): string | undefined {
  for (const [said, remedy] of remedies) {
    const found = said.exec(text);
    if (found) return remedy(found, request);
  }
  return undefined;
}
