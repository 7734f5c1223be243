import type { Environment } from '@landfall/hosts/surroundings';

const variables = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy'] as const;
const others = ['ALL_PROXY', 'all_proxy'] as const;

/**
 * The proxy of the input `http-proxy` for this process and those it starts, in every spelling, because who reads it
 * prefers one or the other. What is no URL is left out: the input's parser refuses it before anything is sent.
 */
export function useProxy(env: NodeJS.ProcessEnv, proxy: string | undefined): void {
  if (proxy === undefined || !URL.canParse(proxy)) return;
  for (const name of variables) env[name] = proxy;
}

/** What of the proxies is a secret: their passwords, as written and as sent, alone and after the name. */
export function proxySecrets(env: Environment): readonly string[] {
  const urls = new Set([...variables, ...others].map((name) => env[name]).filter((one) => one !== undefined));
  const secrets = [...urls].flatMap((url) => {
    // By the text, too: what is not quite a URL may hold a password all the same.
    const written = /^(?:[a-z]+:\/\/)?([^\s/@]*):([^\s/@]+)@/i.exec(url);
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
    // A percent sign that stands for itself.
    return text;
  }
}
