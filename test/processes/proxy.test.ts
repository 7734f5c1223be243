import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** A proxy that answers for AWS, and notes what it was asked and by whom. */
async function proxy() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`);
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end('{"__type":"AccessDeniedException","message":"no"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const landfall = (env: Record<string, string>) =>
  new Promise<{ status: number | null; log: string }>((resolve) => {
    const bin = join(import.meta.dirname, '../../packages/app/src/bin.ts');
    const child = spawn(process.execPath, [bin, 'ensure-repository', '--repository', 'team/web'], {
      env: {
        PATH: process.env.PATH ?? '',
        NODE_NO_WARNINGS: '1',
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'AKIA',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_ENDPOINT_URL: 'http://ecr.example',
        ...env,
      },
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text));
    child.on('close', (status) => resolve({ status, log }));
  });

test('H11: AWS is reached through http-proxy, whose password is nowhere in the log', async () => {
  await using through = await proxy();
  const { status, log } = await landfall({
    LANDFALL_HTTP_PROXY: `http://me:p%40ss-word@${through.host}`,
    HTTP_PROXY: 'http://127.0.0.1:1',
    LANDFALL_DEBUG: 'true',
  });
  const login = Buffer.from('me:p@ss-word').toString('base64');
  expect(through.asked).toEqual([`POST http://ecr.example/ Basic ${login}`]);
  expect(status).toBe(3);
  expect(log).toContain('ACCESS_DENIED');
  expect(log).not.toMatch(/p@ss-word|p%40ss-word/);
  expect(log).not.toContain(login);
});

test('H11: a proxy that is not a URL is refused before anything is sent, and not shown', async () => {
  await using through = await proxy();
  const { status, log } = await landfall({
    LANDFALL_HTTP_PROXY: 'me:pass-word-1@proxy',
    HTTP_PROXY: `http://${through.host}`,
  });
  expect(status).toBe(2);
  expect(log).toContain(
    'http-proxy must be the URL of a proxy, like http://proxy:3128, got a value that is not',
  );
  expect(log).not.toContain('pass-word-1');
  expect(through.asked).toEqual([]);
});

test('H11: an invalid proxy of the environment is refused by the name of its variable, without its password', async () => {
  const { status, log } = await landfall({ HTTPS_PROXY: 'http://me:pass/word-1@proxy:3128' });
  expect(status).toBe(2);
  expect(log).toContain('INPUT_INVALID: HTTPS_PROXY is not the URL of a proxy, like http://proxy:3128;');
  expect(log).not.toContain('word-1');
});
