import { parseImageReference } from '../image/image-reference.ts';
import type { Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import { standingOf } from './moved-image.ts';
import type { Settings } from './plan-terms.ts';
import { digitsOf, primaryOf } from './rollout.ts';
import type { Target } from './target.ts';

/**
 * For a service that has the wanted task definition already. It does not run what that names, where a tag was pushed
 * again since ECS resolved it: to do nothing would be a false green. Then a deployment is to be forced, which the
 * settings that are returned say. What cannot be told is said, and nothing is started for it: an image of another registry
 * would otherwise be deployed again by every run.
 */
export async function mindMovedImages(
  target: Target,
  settings: Settings,
  ecs: Ecs,
  world: World,
): Promise<Settings> {
  const { containerDefinitions = [] } = target.taskDefinition?.taskDefinition ?? {};
  const tagged = new Set(containerDefinitions.flatMap(({ image = '' }) => taggedIn(image)));
  const { log } = world.host;
  const revision = revisionOf(target);
  let moved = false;
  for (const image of tagged) {
    const standing = await standingOf(image, revision, ecs, world);
    if (standing.kind === 'unknown')
      log.info(
        `${target.name}: ${standing.why}. Name it by digest to be certain, or set force-new-deployment.`,
      );
    if (standing.kind !== 'moved') continue;
    moved = true;
    log.info(`${target.name}: ${standing.why}; a deployment is needed to run it`);
  }
  return moved ? { ...settings, forceNewDeployment: true } : settings;
}

const taggedIn = (image: string): readonly string[] => {
  const parsed = parseImageReference(image);
  return parsed.ok && parsed.reference.digest === undefined ? [image] : [];
};

/** The revision of the PRIMARY deployment, which has its digits; while one is under way the service has two. */
const revisionOf = ({ service }: Target): string | undefined => {
  const primary = primaryOf(service);
  return service.currentServiceRevisions?.find(
    ({ arn = '' }) => primary?.id !== undefined && digitsOf(arn) === digitsOf(primary.id),
  )?.arn;
};
