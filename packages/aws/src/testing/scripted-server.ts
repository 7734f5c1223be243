import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

interface ReceivedRequest {
  /** `DescribeServices`, from X-Amz-Target, or the Action of a query. */
  readonly operation: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a server does with one request; it says so when it has begun to say nothing more. */
export type Act = (response: ServerResponse, socket: Socket, silent: () => void) => void;

interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly seen: readonly ReceivedRequest[];
  /** Called whenever the server lets a request wait forever. */
  onSilence(listener: () => void): void;
}

/** A server on loopback that plays a script, one act a request; the last act is repeated. */
export async function scriptedServer(...script: readonly [Act, ...Act[]]): Promise<ScriptedServer> {
  const seen: ReceivedRequest[] = [];
  let silent = () => {};
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const target = String(request.headers['x-amz-target'] ?? '');
      const operation = target.split('.').at(-1) || (new URLSearchParams(body).get('Action') ?? '');
      seen.push({ operation, headers: request.headers, body });
      script[Math.min(seen.length, script.length) - 1]!(response, request.socket, () => silent());
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    onSilence(listener) {
      silent = listener;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const json = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'request-1' };

/** An answer of AWS. */
export const answers =
  (body: unknown, headers: Record<string, string> = {}): Act =>
  (response) =>
    response.writeHead(200, { ...json, ...headers }).end(JSON.stringify(body));

/** An error of AWS. */
export const fails =
  (name: string, message: string, status = 400, headers: Record<string, string> = {}): Act =>
  (response) =>
    response.writeHead(status, { ...json, ...headers }).end(JSON.stringify({ __type: name, message }));

export const throttles = fails('ThrottlingException', 'Rate exceeded');

/** Whatever else may answer. */
export const says =
  (status: number, contentType: string, body: string): Act =>
  (response) =>
    response.writeHead(status, { 'content-type': contentType }).end(body);

/** Takes the request and never answers. */
export const hangs: Act = (_response, _socket, silent) => silent();

/** Takes the request and closes the connection silently. */
export const resets: Act = (_response, socket) => socket.resetAndDestroy();

/** Promises more than it sends. */
export const truncates: Act = (response, socket) => {
  response.writeHead(200, { ...json, 'content-length': '1000' });
  response.write('{"services":[');
  setImmediate(() => socket.destroy());
};

/** Sends the headers at once and then a byte now and then, forever. */
export const drips: Act = (response, socket, silent) => {
  response.writeHead(200, json);
  let dripped = 0;
  const timer = setInterval(() => {
    response.write(' ');
    dripped += 1;
    if (dripped === 3) silent();
  }, 1);
  socket.on('close', () => clearInterval(timer));
};
