import type { Pair } from '../../inputs/kinds.ts';
import type { CommitFacts } from '../../world/host.ts';
import { parseBuildContext } from '../context/build-context.ts';

const secretName = 'GIT_AUTH_TOKEN';

/**
 * The secret by which BuildKit fetches a private Git context, bound to the server that the token is of: another one
 * never gets it. https://docs.docker.com/build/building/secrets/#git-authentication-for-remote-contexts
 */
export function gitToken(
  token: string | undefined,
  contexts: readonly string[],
  secretNames: readonly string[],
  { sourceUrl }: CommitFacts,
): readonly Pair[] {
  if (token === undefined || secretNames.some((name) => name.startsWith(secretName))) return [];
  const own = hostOf(sourceUrl ?? '');
  const asked = contexts.some((context) => {
    const parsed = parseBuildContext(context);
    return parsed.ok && parsed.context.kind === 'git' && hostOf(parsed.context.url) === own;
  });
  return own !== undefined && asked ? [{ name: `${secretName}.${own}`, value: token }] : [];
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : undefined);
