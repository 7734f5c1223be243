import { csvField, csvFields } from '../../inputs/csv-fields.ts';
import { isEcrHost } from '../reference/ecr-host.ts';
import { parseImageReference } from '../reference/image-reference.ts';

/**
 * A `cache-to` in the form that ECR takes. BuildKit's own default is a manifest type that ECR answers with 400;
 * `image-manifest=true` with OCI media types is one that it stores (aws/containers-roadmap#876).
 */
export function cacheForRegistry(cache: string): string {
  const written = csvFields(cache);
  if (!written) return cache;
  // An image alone is short for a cache in a registry.
  const fields = written.length === 1 && !cache.includes('=') ? ['type=registry', `ref=${cache}`] : written;
  const value = (name: string) =>
    fields.find((field) => field.startsWith(`${name}=`))?.slice(name.length + 1);
  const ref = value('ref');
  if (value('type') !== 'registry' || ref === undefined || value('image-manifest') !== undefined)
    return cache;
  const parsed = parseImageReference(ref);
  if (!parsed.ok || parsed.reference.registry === undefined || !isEcrHost(parsed.reference.registry))
    return cache;
  const media = value('oci-mediatypes') === undefined ? ['oci-mediatypes=true'] : [];
  return [...fields, 'image-manifest=true', ...media].map(csvField).join(',');
}
