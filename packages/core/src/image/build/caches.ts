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

/**
 * Whether buildx leaves this cache out silently: one of GitHub, in a process that GitHub gave no token for
 * it. It gives one to the actions of a job, not to its commands, and no other host does (docker/buildx
 * build/opt.go).
 */
export function lacksGithubToken(cache: string, environment: (name: string) => string | undefined): boolean {
  const fields = csvFields(cache) ?? [];
  const has = (...names: readonly string[]) =>
    names.some((name) =>
      fields.some((field) => field.startsWith(`${name}=`) && field.length > name.length + 1),
    );
  const set = (...names: readonly string[]) => names.some((name) => environment(name));
  if (!fields.includes('type=gha')) return false;
  const token = has('token') || set('ACTIONS_RUNTIME_TOKEN');
  return !token || !(has('url', 'url_v2') || set('ACTIONS_CACHE_URL', 'ACTIONS_RESULTS_URL'));
}
