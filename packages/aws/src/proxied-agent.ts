import { type ClientRequest, Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
// The agents below are what Node's own http lacks before 24.5; all four are small and by the maintainers of npm's own.
import { Agent, type AgentConnectOpts } from 'agent-base';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';

/** Sends each request the way HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say, and keeps connections. */
export class ProxiedAgent extends Agent {
  readonly #agents = new Map<string, Agent | PlainAgent>();

  async connect(_request: ClientRequest, options: AgentConnectOpts): Promise<PlainAgent> {
    const { secureEndpoint: secure, host, port } = options;
    const bracketed = host?.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    const proxy = getProxyForUrl(`${secure ? 'https' : 'http'}://${bracketed}:${port}`);
    const key = `${secure} ${proxy}`;
    const agent = this.#agents.get(key) ?? open(secure, proxy);
    this.#agents.set(key, agent);
    return agent;
  }
}

const keepAlive = { keepAlive: true, maxSockets: 50 };

function open(secure: boolean, proxy: string): Agent | PlainAgent {
  if (proxy === '') return secure ? new SecureAgent(keepAlive) : new PlainAgent(keepAlive);
  return secure ? new HttpsProxyAgent(proxy, keepAlive) : new HttpProxyAgent(proxy, keepAlive);
}
