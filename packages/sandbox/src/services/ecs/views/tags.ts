import type { Tag } from '@aws-sdk/client-ecs';
import { invalid } from '../model/faults.ts';
import type { Tags } from '../model/records.ts';

const MOST = 50;

export const tagList = (tags: Tags): Tag[] => Object.entries(tags).map(([key, value]) => ({ key, value }));

/** Checks what a request brings. */
export function tagsFrom(list: readonly Tag[] | undefined, existing: Tags = {}): Tags {
  const tags: Tags = { ...existing };
  for (const { key, value } of list ?? []) {
    if (key === undefined || key === '') throw invalid('Tag key is null or empty.');
    if (key.length > 128) throw invalid('Tag key exceeds the maximum length of 128.');
    if ((value ?? '').length > 256) throw invalid('Tag value exceeds the maximum length of 256.');
    if (/^aws:/i.test(key)) throw invalid('Tag keys may not start with aws:');
    tags[key] = value ?? '';
  }
  if (Object.keys(tags).length > MOST) throw invalid(`Number of tags exceeds the maximum of ${MOST}.`);
  return tags;
}
