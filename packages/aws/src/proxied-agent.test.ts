import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import { createAws } from './aws.ts';
import { answers, scriptedServer } from './testing/scripted-server.ts';

const noTasks = answers({ taskArns: [] });

/** A proxy on loopback; the requests that it got, in order. */
async function proxy() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${new URL(request.url ?? '').host}`);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ taskArns: [] }));
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    const through = connect(1, '127.0.0.1');
    through.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The library reads the process's own variables, so they are set for the time of one call. */
async function listTasksThrough(variables: Record<string, string>, endpoint: string) {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    const aws = await createAws({
      env: {
        ...variables,
        HOME: '/nowhere',
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'AKIA',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_ENDPOINT_URL: endpoint,
      },
      clock: virtualClock(),
      operation: 'run-task',
      version: '0',
    });
    return await (await aws.ecs()).listTasks({}).catch((error: Error) => error);
  } finally {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

test('H11: an HTTP endpoint is reached through HTTP_PROXY', async () => {
  await using through = await proxy();
  const answer = await listTasksThrough({ HTTP_PROXY: through.url }, 'http://ecs.example:8080');
  expect(answer).toMatchObject({ taskArns: [] });
  expect(through.asked).toEqual(['POST ecs.example:8080']);
});

test('H11: an HTTPS endpoint is reached through a tunnel of HTTPS_PROXY', async () => {
  await using through = await proxy();
  await listTasksThrough({ HTTPS_PROXY: through.url }, 'https://ecs.example');
  expect(new Set(through.asked)).toEqual(new Set(['CONNECT ecs.example:443']));
});

test('H11: a host of NO_PROXY is reached without it', async () => {
  await using through = await proxy();
  await using server = await scriptedServer(noTasks);
  const variables = { HTTP_PROXY: through.url, NO_PROXY: '127.0.0.1' };
  expect(await listTasksThrough(variables, server.url)).toMatchObject({ taskArns: [] });
  expect(through.asked).toEqual([]);
  expect(server.seen).toHaveLength(1);
});
