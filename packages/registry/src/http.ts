import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { isLoopback } from '@landfall/core/image/reference/ecr-host';
import { noAnswer } from './no-answer.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | StreamedBody;
  readonly signal?: AbortSignal | undefined;
}

export interface StreamedBody {
  readonly stream: Readable;
  /** Sees each chunk before it is sent. */
  readonly see: (chunk: Buffer) => void;
  /** What is reported when it breaks off: the source of the body failed, not the registry it is sent to. */
  readonly brokenOff: (thrown: Error) => Error;
  /** What is wrong with the whole, asked after the last chunk: the request then fails instead of ending. */
  readonly problem: () => Error | undefined;
}

export type HttpSend = (request: HttpRequest) => Promise<IncomingMessage>;

/**
 * A request ends when no byte of a response arrives for this many milliseconds. The longer time is also the most
 * that the head of an answer may take once all is sent, however it drips.
 */
interface Patience {
  /**
   * PUT ends an upload: a registry on an object store first joins or copies there what it was sent, which for
   * some gigabytes takes minutes. A retry would send all of it again.
   */
  readonly put: number;
  readonly other: number;
}
const patience: Patience = { put: 5 * 60_000, other: 30_000 };

/** HTTP that keeps connections and honours HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment handed in. */
export function createHttp(environment: NodeJS.ProcessEnv, { put, other } = patience): HttpSend {
  // `proxyEnv` is Node 24.5's; an older Node ignores it and connects directly.
  const direct = { keepAlive: true, maxSockets: 8 };
  const options = { ...direct, proxyEnv: environment };
  const agents = {
    http: new HttpAgent(options),
    https: new HttpsAgent(options),
    here: new HttpAgent(direct),
  };
  return ({ method, url, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const secure = url.protocol === 'https:';
      const send = secure ? httpsRequest : httpRequest;
      const idle = method === 'PUT' ? put : other;
      const streamed = body === undefined || body instanceof Uint8Array ? undefined : body;
      const request = send(
        url,
        {
          method,
          // A registry on this machine is reached without a proxy, as the engine does it.
          agent: secure ? agents.https : isLoopback(url.host) ? agents.here : agents.http,
          headers: {
            'user-agent': 'landfall',
            ...headers,
            ...(body instanceof Uint8Array && { 'content-length': String(body.length) }),
          },
          timeout: idle,
          ...(signal && { signal }),
        },
        (response) => {
          if ((response.statusCode ?? 0) >= 400 && streamed && !streamed.stream.readableEnded) {
            // Refused before it was all sent: the rest of a large blob would go for nothing.
            streamed.stream.unpipe(request);
            streamed.stream.destroy();
            response.once('end', () => request.destroy());
          }
          resolve(response);
        },
      );
      let head: NodeJS.Timeout | undefined;
      request.on('finish', () => {
        const late = () => request.destroy(new Error(`no complete response headers after ${put / 1000} s`));
        head = setTimeout(late, put).unref();
      });
      for (const event of ['response', 'close']) request.on(event, () => clearTimeout(head));
      request.on('timeout', () => request.destroy(new Error(`no response for ${idle / 1000} s`)));
      request.on('error', reject);
      if (body === undefined || body instanceof Uint8Array) request.end(body);
      else {
        const { stream, see, brokenOff, problem } = body;
        stream.on('error', (thrown) => request.destroy(brokenOff(thrown)));
        request.on('close', () => stream.destroy());
        stream.on('data', see);
        // Before the pipe, which would end the request.
        stream.on('end', () => {
          const thrown = problem();
          if (thrown) request.destroy(thrown);
        });
        stream.pipe(request);
      }
    });
}

/** For a body of at most some megabytes, which no network takes longer for, in milliseconds. */
const bodyTime = 60_000;

/**
 * The whole body of what `who` answered. RESPONSE_INVALID once it is larger than the limit, ENDPOINT_UNREACHABLE
 * when it breaks off, or has not come to its end in time although bytes come in.
 */
export async function readBody(
  response: IncomingMessage,
  limit: number,
  registry: string,
  who = `the registry ${registry}`,
  time = bodyTime,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  const release = endIn(response, time);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) {
        throw new LandfallError('RESPONSE_INVALID', {
          summary: `${who} answered with more than ${limit} bytes`,
          facts: { registry },
        });
      }
      chunks.push(chunk);
    }
  } catch (thrown) {
    throw noAnswer(`the response from ${who} was cut off`, registry, thrown);
  } finally {
    release();
  }
  return Buffer.concat(chunks);
}

/** Node's timers hold 31 bits; a longer one would end at once. */
const longestTimer = 2 ** 31 - 1;

/** Destroys a stream that is not complete after this many milliseconds. Call the returned function when it is. */
export function endIn(stream: Readable, milliseconds: number): () => void {
  const late = () => stream.destroy(new Error(`it was not complete after ${milliseconds / 1000} s`));
  const timer = setTimeout(late, Math.min(milliseconds, longestTimer)).unref();
  return () => clearTimeout(timer);
}
