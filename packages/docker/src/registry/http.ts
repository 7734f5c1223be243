import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import type { Environment } from '../processes/environment.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
  readonly signal?: AbortSignal | undefined;
}

export type HttpSend = (request: HttpRequest) => Promise<IncomingMessage>;

/** No answer, or no byte of one, for so long ends a request. */
const idleMilliseconds = 30_000;

/** HTTP that keeps connections and honours HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment handed in. */
export function createHttp(environment: Environment): HttpSend {
  // `proxyEnv` is Node 24.5's; an older Node ignores it and connects directly.
  const options = { keepAlive: true, maxSockets: 8, proxyEnv: environment as NodeJS.ProcessEnv };
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  return ({ method, url, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const secure = url.protocol === 'https:';
      const send = secure ? httpsRequest : httpRequest;
      const request = send(
        url,
        {
          method,
          agent: secure ? agents.https : agents.http,
          headers: {
            'user-agent': 'landfall',
            ...headers,
            ...(body instanceof Uint8Array && { 'content-length': String(body.length) }),
          },
          timeout: idleMilliseconds,
          ...(signal && { signal }),
        },
        resolve,
      );
      request.on('timeout', () => request.destroy(new Error(`no answer for ${idleMilliseconds / 1000} s`)));
      request.on('error', reject);
      if (body === undefined || body instanceof Uint8Array) request.end(body);
      else {
        body.on('error', (thrown) => request.destroy(thrown));
        body.pipe(request);
      }
    });
}

/** The whole body; an error once it is larger than the limit. */
export async function readBody(response: IncomingMessage, limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      response.destroy();
      throw new Error(`the answer is larger than ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
