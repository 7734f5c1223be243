import { csvFields } from '../../inputs/csv-fields.ts';

/**
 * Whether buildx leaves this cache out without a word: one of GitHub, in a process that GitHub gave no token for it.
 * It gives one to the actions of a job, not to its commands, and no other host does (docker/buildx build/opt.go).
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
