import type { RegisterTaskDefinitionRequest, Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { canonicalJson } from '../../documents/canonical.ts';
import { normaliseTaskDefinition } from './normalise.ts';

/**
 * True when registering `wanted` would make a revision with the content of `live`: what ECS fills in, the order
 * of sets and the spelling of sizes do not count. Without tags in `wanted` there is no opinion on them; with
 * tags they must be exactly those of the live revision (`aws:` tags aside), so pass the `tags` of
 * DescribeTaskDefinition with `include: ['TAGS']`.
 */
export const sameTaskDefinition = (
  wanted: RegisterTaskDefinitionRequest,
  live: TaskDefinition,
  liveTags?: readonly Tag[],
): boolean => contentOf(wanted) === contentOf(live) && sameTags(wanted.tags, liveTags);

const contentOf = (taskDefinition: object) => canonicalJson(normaliseTaskDefinition(taskDefinition));

function sameTags(wanted: readonly Tag[] | undefined, live: readonly Tag[] | undefined): boolean {
  const asked = tagText(wanted ?? []);
  return asked === '[]' || asked === tagText(live ?? []);
}

const tagText = (tags: readonly Tag[]) =>
  canonicalJson(
    tags
      .filter(({ key }) => !key?.toLowerCase().startsWith('aws:'))
      .map(({ key, value }) => [key, value ?? ''])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
