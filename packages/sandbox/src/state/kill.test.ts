import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { digestOf } from '../registry/storage/digest.ts';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));
let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landfall-kill-test-'));
});
afterEach(async () => {
  await killed();
  await rm(folder, { recursive: true, force: true });
});

/** Starts the sandbox as a process of its own, and returns its address. */
async function started(): Promise<string> {
  child = spawn(process.execPath, [program, '--port', '0', '--folder', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    const url = /AWS_ENDPOINT_URL=(\S+)/.exec(line)?.[1];
    if (url) return url;
  }
  throw new Error('The sandbox ended before it listened.');
}

async function killed(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

const options = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'LANDFALLADMIN', secretAccessKey: 'any' },
});

test('what was acknowledged survives a kill right after the answer: of AWS, of the registry, of the admin API', async () => {
  let url = await started();
  await new ECSClient(options(url)).send(new CreateClusterCommand({ clusterName: 'main' }));
  await killed();

  url = await started();
  const listed = await new ECSClient(options(url)).send(new ListClustersCommand({}));
  expect(listed.clusterArns).toEqual(['arn:aws:ecs:us-east-1:123456789012:cluster/main']);
  await new ECRClient(options(url)).send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  await killed();

  url = await started();
  const { authorizationData } = await new ECRClient(options(url)).send(new GetAuthorizationTokenCommand({}));
  const headers = { Authorization: `Basic ${authorizationData![0]!.authorizationToken}` };
  const blob = digestOf(Buffer.from('layer'));
  const uploaded = await fetch(`${url}/v2/web/blobs/uploads/?digest=${blob}`, {
    method: 'POST',
    headers,
    body: 'layer',
  });
  expect(uploaded.status).toBe(201);
  await killed();

  url = await started();
  expect(await (await fetch(`${url}/v2/web/blobs/${blob}`, { headers })).text()).toBe('layer');
  await fetch(`${url}/_sandbox/principals`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ accessKeyId: 'AKIAUSER' }),
  });
  await killed();

  url = await started();
  expect(await (await fetch(`${url}/_sandbox/principals`)).json()).toEqual({
    principals: expect.arrayContaining([expect.objectContaining({ accessKeyId: 'AKIAUSER' })]),
  });
});
