import type { Operation } from '@landfall/core/operation/operation';
import type { Environment } from '@landfall/hosts/surroundings';

const variables = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy'] as const;
const others = ['ALL_PROXY', 'all_proxy'] as const;

/**
 * The proxy of the input `http-proxy` for this process and those it starts, in every spelling, because who
 * reads it prefers one or the other. What is not a URL is omitted: the input's parser refuses it before anything
 * is sent.
 */
export function useProxy(env: NodeJS.ProcessEnv, proxy: string | undefined): void {
  if (proxy !== undefined && URL.canParse(proxy)) for (const name of variables) env[name] = proxy;
  // As curl reads it; Node would go past a proxy without a scheme.
  for (const name of variables) if (env[name]) env[name] = withScheme(env[name]);
}

const withScheme = (proxy: string) => (proxy.includes('://') ? proxy : `http://${proxy}`);

/** The invalid proxies of the environment, before an error message quotes one with its password. */
export function proxyProblems(env: Environment): readonly { input: string; problem: string }[] {
  return variables
    .filter((name) => env[name] && !isUsable(withScheme(env[name])))
    .map((input) => ({
      input,
      problem:
        'is not the URL of a proxy, like http://proxy:3128; in its name and password % / ? # and spaces are written %25 %2F %3F %23 %20',
    }));
}

/** The operation, which judges the proxies of the environment with its inputs; its clean-up does without them. */
export const checkingProxies = (operation: Operation, env: Environment): Operation => ({
  ...operation,
  check: (values) => [...(operation.check?.(values) ?? []), ...proxyProblems(env)],
});

function isUsable(proxy: string): boolean {
  try {
    const { protocol, username, password } = new URL(proxy);
    // Who sends them decodes them.
    decodeURIComponent(username + password);
    return ['http:', 'https:'].includes(protocol);
  } catch {
    // No URL, or a percent sign that is literal.
    return false;
  }
}

/** What of the proxies is a secret: their passwords, as written and as sent, alone and after the name. */
export function proxySecrets(env: Environment): readonly string[] {
  const urls = new Set([...variables, ...others].map((name) => env[name]).filter((one) => one !== undefined));
  const secrets = [...urls].flatMap((url) => {
    // By the text, too: what is not quite a URL may hold a password anyway.
    const written = /^([^:@]*):(.+)@/.exec(url.replace(/^[a-z0-9+.-]+:\/\//i, ''));
    if (!written) return [];
    const [, user, password] = written;
    const plain = decoded(password!);
    return [
      password!,
      plain,
      `${user}:${password}`,
      Buffer.from(`${decoded(user!)}:${plain}`).toString('base64'),
    ];
  });
  return [...new Set(secrets)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that is literal.
    return text;
  }
}
