import type {
  ContainerDefinition,
  DescribeServiceRevisionsResponse,
  ServiceRevision,
} from '@aws-sdk/client-ecs';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { type ImageReference, parseImageReference } from '../../image/reference/image-reference.ts';
import { isDenied } from '../../reading/trouble.ts';
import { isOrNames, readHeldImage } from '../../registry/read/held-image.ts';
import { toRegisterRequest } from '../../task-definition/parse/parse.ts';
import { type Registration, registerIfChanged } from '../../task-definition/register.ts';
import type { World } from '../../world/world.ts';
import type { Run } from '../follow/run.ts';
import { withoutTag } from './history.ts';

/**
 * The revision to roll back to, by the digests that it had. A tag may have been pushed again since: deployed
 * again, the same revision would start the new image under its old number. Where a tag names the same image
 * still, the revision itself is deployed; where it does not, or that is not known, one with the digests is
 * registered. An image whose digest ECS does not report is a warning.
 */
export async function pinDigests(
  run: Run,
  service: string,
  registration: Registration,
  /** Of the deployment by which it was live; undefined where ECS remembers none. */
  revisionArn: string | undefined,
): Promise<Registration> {
  const { ecs, world } = run;
  const signal = world.host.cancellation;
  const { containerDefinitions = [] } = registration.taskDefinition;
  if (!containerDefinitions.some(({ image = '' }) => taggedIn(image))) return registration;
  const ran = await readRevision(run, revisionArn);
  const pinned: ContainerDefinition[] = [];
  const said: string[] = [];
  for (const container of containerDefinitions) {
    const pin = await pinOf(container, ran, world);
    if (pin.kind === 'unknown')
      world.host.log.warning(
        `${service}: container ${container.name} runs ${container.image} as that tag points now: ECS does not report which image it was before`,
      );
    if (pin.kind === 'pinned') said.push(`${container.name}: ${pin.image}`);
    pinned.push(pin.kind === 'pinned' ? { ...container, image: pin.image } : container);
  }
  if (said.length === 0) return registration;
  const { tags } = await ecs.describeTaskDefinition(
    { taskDefinition: registration.arn, include: ['TAGS'] },
    { signal },
  );
  const { request } = toRegisterRequest({
    ...registration.taskDefinition,
    containerDefinitions: pinned,
    ...(tags && tags.length > 0 && { tags }),
  });
  const made = await registerIfChanged(request, [], { ecs, clock: world.clock, signal });
  world.host.log.info(
    `${service}: a tag in ${shortTaskDefinition(registration.arn)} may have been re-pushed; ${shortTaskDefinition(made.arn)} is the same revision with the digests that ran (${said.join(', ')})`,
  );
  return made;
}

/** What ECS keeps of what ran; nothing where that may not be read. */
export async function readRevision({ ecs, world }: Run, arn: string | undefined): Promise<ServiceRevision> {
  if (arn === undefined) return {};
  const { serviceRevisions } = await ecs
    .describeServiceRevisions({ serviceRevisionArns: [arn] }, { signal: world.host.cancellation })
    .catch((error): DescribeServiceRevisionsResponse => {
      // Then the digests are not known, which is reported.
      if (isDenied(error)) return {};
      throw error;
    });
  return serviceRevisions?.[0] ?? {};
}

type Pin =
  | { readonly kind: 'as-it-is' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'pinned'; readonly image: string };

async function pinOf(container: ContainerDefinition, ran: ServiceRevision, world: World): Promise<Pin> {
  const reference = taggedIn(container.image ?? '');
  if (!reference) return { kind: 'as-it-is' };
  const told = ran.containerImages?.find(
    ({ containerName }) => containerName === container.name,
  )?.imageDigest;
  if (told === undefined) return { kind: 'unknown' };
  const now = await readHeldImage(reference, world, new Set([told]));
  if (now.kind === 'found' && isOrNames(now.value, told)) return { kind: 'as-it-is' };
  return { kind: 'pinned', image: `${withoutTag(container.image ?? '')}@${told}` };
}

const taggedIn = (image: string): ImageReference | undefined => {
  const parsed = parseImageReference(image);
  return parsed.ok && parsed.reference.digest === undefined ? parsed.reference : undefined;
};
