import http from 'node:http';

/** The engine answered with an error, or not at all (`status` 0). */
export class DockerEngineError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DockerEngineError';
    this.status = status;
  }
}

export interface DockerEngine {
  /** The parsed answer. @throws DockerEngineError on a status of 400 and above. */
  call<Answer = unknown>(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** The bytes of an answer as they come. */
  stream(method: string, path: string, options?: CallOptions): Promise<http.IncomingMessage>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** 20.10 speaks 1.41, and every engine since then still does. */
const VERSION = 'v1.41';

/** Speaks the engine's HTTP API over its socket. `host` is `unix:///path`, a path, or `tcp://host:port`. */
export function dockerEngine(host: string): DockerEngine {
  const target = host.startsWith('tcp://')
    ? { host: new URL(host).hostname, port: Number(new URL(host).port || 2375) }
    : { socketPath: host.replace(/^unix:\/\//, '') };

  const stream = (method: string, path: string, options: CallOptions = {}): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      const body = options.body === undefined ? undefined : JSON.stringify(options.body);
      const request = http.request(
        {
          ...target,
          method,
          path: `/${VERSION}${path}`,
          agent: false,
          headers: {
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
            ...options.headers,
          },
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        },
        (response) => {
          if (response.statusCode! < 400) return resolve(response);
          text(response).then(
            (answer) => reject(new DockerEngineError(response.statusCode!, messageOf(answer))),
            reject,
          );
        },
      );
      request.on('error', (cause) =>
        reject(
          new DockerEngineError(0, `The Docker engine at ${host} does not answer: ${cause.message}`, {
            cause,
          }),
        ),
      );
      request.end(body);
    });

  return {
    stream,
    async call<Answer>(method: string, path: string, options?: CallOptions) {
      const answer = await text(await stream(method, path, options));
      return (answer === '' ? undefined : JSON.parse(answer)) as Answer;
    },
  };
}

async function text(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function messageOf(answer: string): string {
  try {
    return String((JSON.parse(answer) as { message: unknown }).message);
  } catch {
    return answer.trim();
  }
}
