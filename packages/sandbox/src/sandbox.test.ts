import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GetAuthorizationTokenResponse } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { VirtualClock } from './clock/clock.ts';
import { sandboxCommand } from './command.ts';
import { digestOf } from './registry/storage/digest.ts';
import { createLocalAws, startSandbox } from './sandbox.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landfall-state-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const loginOf = (answer: unknown) =>
  `Basic ${(answer as GetAuthorizationTokenResponse).authorizationData![0]!.authorizationToken}`;

describe('the state of a sandbox', () => {
  test('survives a restart: repositories, blobs, logins, logs, secrets, clusters, principals and virtual time', async () => {
    const before = await startSandbox({ folder, clock: 'virtual', enforce: true });
    const principal = before.addPrincipal({
      accessKeyId: 'AKIAUSER',
      policy: { Statement: { Effect: 'Allow', Action: 'ecr:*', Resource: '*' } },
    });
    await before.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
    const login = loginOf(await before.dispatch('ecr', 'GetAuthorizationToken', {}, 'AKIAUSER'));
    const blob = digestOf(Buffer.from('layer'));
    await fetch(`${before.url}/v2/web/blobs/uploads/?digest=${blob}`, {
      method: 'POST',
      headers: { Authorization: login },
      body: 'layer',
    });
    await before.dispatch('logs', 'CreateLogGroup', { logGroupName: '/ecs/web' });
    await before.dispatch('secretsmanager', 'CreateSecret', { Name: 's', SecretString: 'value' });
    await before.dispatch('ecs', 'CreateCluster', { clusterName: 'main' });
    await before.dispatch('ecr', 'CreateRepository', { repositoryName: 'far' }, { region: 'eu-west-1' });
    (before.clock as VirtualClock).advance(60_000);
    await before.close();

    const after = await startSandbox({ folder, clock: 'virtual', enforce: true });
    expect(
      await (await fetch(`${after.url}/v2/web/blobs/${blob}`, { headers: { Authorization: login } })).text(),
    ).toBe('layer');
    expect(await after.dispatch('logs', 'DescribeLogGroups')).toMatchObject({
      logGroups: [{ logGroupName: '/ecs/web' }],
    });
    expect(await after.dispatch('secretsmanager', 'GetSecretValue', { SecretId: 's' })).toMatchObject({
      SecretString: 'value',
    });
    expect(await after.dispatch('ecs', 'ListClusters')).toMatchObject({
      clusterArns: [expect.stringContaining('cluster/main')],
    });
    expect(await after.dispatch('ecr', 'DescribeRepositories', {}, { region: 'eu-west-1' })).toMatchObject({
      repositories: [{ repositoryName: 'far' }],
    });
    expect(after.environment('AKIAUSER').AWS_SECRET_ACCESS_KEY).toBe(principal.secretAccessKey);
    await expect(after.dispatch('ecs', 'ListClusters', {}, 'AKIAUSER')).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
    expect(after.clock.now()).toBe(before.clock.now());
    await after.close();
  });

  test('is not shared: a second sandbox on the folder is refused, and the lock of a dead one is not', async () => {
    const first = await startSandbox({ folder });
    await expect(startSandbox({ folder })).rejects.toThrow(
      `Another sandbox (process ${process.pid}) uses the folder ${folder}.`,
    );
    await first.close();
    await writeFile(join(folder, 'sandbox.pid'), '999999999');
    await (await startSandbox({ folder })).close();
  });

  test("does not touch a folder that is someone else's", async () => {
    await writeFile(join(folder, 'thesis.txt'), 'mine');
    await expect(startSandbox({ folder })).rejects.toThrow(
      `The folder ${folder} is not empty and holds no sandbox. Choose an empty or a new one.`,
    );
    expect(await readdir(folder)).toEqual(['thesis.txt']);
  });

  test('that cannot be read is an error that names the file, not a fresh start', async () => {
    await writeFile(join(folder, 'state.json'), '{"format":1,');
    await expect(startSandbox({ folder })).rejects.toThrow(
      `The state in ${join(folder, 'state.json')} is not JSON. Remove the folder to start afresh.`,
    );
    await writeFile(join(folder, 'state.json'), '{"format":99}');
    await expect(startSandbox({ folder })).rejects.toThrow('was written by another version of the sandbox');
  });

  test('lets go of the blobs that no repository has', async () => {
    const before = await startSandbox({ folder });
    const login = loginOf(await before.dispatch('ecr', 'GetAuthorizationToken'));
    await before.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
    const digest = digestOf(Buffer.from('layer'));
    await fetch(`${before.url}/v2/web/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      headers: { Authorization: login },
      body: 'layer',
    });
    const path = join(folder, 'registry', 'blobs', 'sha256', digest.slice(7, 9), digest.slice(7));
    expect(await readFile(path, 'utf8')).toBe('layer');
    await before.dispatch('ecr', 'DeleteRepository', { repositoryName: 'web', force: true });
    expect(existsSync(path)).toBe(false);
    await before.close();
    expect((await readdir(folder)).sort()).toEqual(['registry', 'state.json']);
  });
});

describe('a sandbox', () => {
  test('refuses options that cannot be, before it listens', async () => {
    await expect(startSandbox({ tasks: 'docker', clock: 'virtual' })).rejects.toThrow(
      'tasks "docker" and clock "virtual" exclude each other',
    );
    await expect(startSandbox({ accountId: '12345' })).rejects.toThrow(
      'The account id "12345" is not 12 digits.',
    );
    await expect(startSandbox({ region: 'nowhere' })).rejects.toThrow('"nowhere" is not a region.');
  });

  test('says which port is taken', async () => {
    const first = await startSandbox();
    const port = Number(first.registry.split(':')[1]);
    await expect(startSandbox({ port, folder })).rejects.toThrow(`Port ${port} is in use.`);
    // The folder is free again.
    await (await startSandbox({ folder })).close();
    await first.close();
  });

  test('with the same seed gives the same identifiers', async () => {
    const arn = async (seed: number) => {
      const aws = createLocalAws({ clock: 'virtual', seed });
      return ((await aws.dispatch('secretsmanager', 'CreateSecret', { Name: 's' })) as { ARN: string }).ARN;
    };
    expect(await arn(5)).toBe(await arn(5));
    expect(await arn(5)).not.toBe(await arn(6));
  });

  test('in process, has no trace of a socket or a file', async () => {
    const aws = createLocalAws({ clock: 'virtual' });
    expect(await aws.dispatch('sts', 'GetCallerIdentity')).toMatchObject({ Account: '123456789012' });
    await aws.close();
  });
});

describe('the admin API', () => {
  const json = { 'Content-Type': 'application/json' };
  const start = async () => {
    const sandbox = await startSandbox({ clock: 'virtual', seed: 1 });
    const ask = async (
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = json,
    ) => {
      const response = await fetch(`${sandbox.url}/_sandbox/${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    return { sandbox, ask };
  };

  test('moves virtual time', async () => {
    const { sandbox, ask } = await start();
    expect((await ask('POST', 'clock/sleep', { milliseconds: 5000 })).body).toEqual({
      now: Date.UTC(2026, 0, 1) + 5000,
      elapsed: 5000,
    });
    expect((await ask('POST', 'clock/sleep', { milliseconds: 1000 })).body).toEqual({
      now: Date.UTC(2026, 0, 1) + 6000,
      elapsed: 6000,
    });
    expect((await ask('GET', 'clock')).body).toMatchObject({ kind: 'virtual', elapsed: 6000 });
    expect((await ask('POST', 'clock/sleep', { milliseconds: -1 })).status).toBe(400);
    expect(sandbox.environment().LANDFALL_CLOCK_URL).toBe(`${sandbox.url}/_sandbox/clock`);
    await sandbox.close();
  });

  test('takes faults, principals and task rules, and shows the journal', async () => {
    const { sandbox, ask } = await start();
    const { body: fault } = await ask('POST', 'faults', {
      service: 'sts',
      count: 1,
      fault: { kind: 'error', code: 'Boom' },
    });
    await expect(sandbox.dispatch('sts', 'GetCallerIdentity')).rejects.toMatchObject({ code: 'Boom' });
    expect((await ask('GET', 'faults')).body).toMatchObject({ faults: [{ id: fault.id, met: 1 }] });
    expect((await ask('DELETE', `faults/${fault.id}`)).status).toBe(200);
    expect(await ask('POST', 'faults', { fault: {} })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('"fault.kind" is one of') },
    });
    const { body: principal } = await ask('POST', 'principals', {
      accessKeyId: 'AKIAX',
      policy: { Statement: [] },
    });
    expect(principal.environment).toMatchObject({ AWS_ACCESS_KEY_ID: 'AKIAX' });
    expect((await ask('POST', 'principals', { policy: { Statement: [{ Effect: 'Perhaps' }] } })).status).toBe(
      400,
    );
    await ask('PUT', 'task-rules', [{ match: { family: 'web' }, outcome: { kind: 'exit', code: 3 } }]);
    expect((await ask('GET', 'task-rules')).body).toMatchObject({
      taskRules: [{ match: { family: 'web' } }],
    });
    expect((await ask('GET', 'journal')).body).toMatchObject({
      total: 1,
      entries: [{ operation: 'GetCallerIdentity', code: 'Boom', fault: 'error' }],
    });
    expect((await ask('GET', 'health')).body).toMatchObject({ status: 'ok', tasks: 'scripted', requests: 1 });
    expect((await ask('GET', 'nothing')).status).toBe(404);
    await sandbox.close();
  });

  test('is not for web pages', async () => {
    const { sandbox, ask } = await start();
    const page = await fetch(`${sandbox.url}/_sandbox/health`, {
      headers: { Origin: 'https://evil.example' },
    });
    expect(page.status).toBe(403);
    expect(
      (await ask('POST', 'clock/sleep', { milliseconds: 1 }, { 'Content-Type': 'text/plain' })).status,
    ).toBe(415);
    expect(sandbox.clock.elapsed()).toBe(0);
    await sandbox.close();
  });
});

describe('landfall sandbox', () => {
  const run = async (argv: string[], stopAtOnce = true) => {
    const said = { out: '', err: '' };
    const stop = new AbortController();
    const code = await sandboxCommand(
      argv,
      {},
      {
        out(text) {
          said.out += text;
          if (stopAtOnce) setImmediate(() => stop.abort());
        },
        err(text) {
          said.err += text;
        },
        stop: stop.signal,
      },
    );
    return { code, ...said };
  };

  test('prints where it listens and the environment, and ends with 0 when it is told to stop', async () => {
    const { code, out, err } = await run([
      '--port',
      '0',
      '--clock',
      'virtual',
      '--region',
      'eu-west-1',
      '--folder',
      folder,
    ]);
    expect([code, err]).toEqual([0, '']);
    expect(out.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT').replace(folder, 'FOLDER')).toBe(
      [
        '# Landfall sandbox on http://127.0.0.1:PORT: region eu-west-1, account 123456789012, scripted tasks, virtual time, state in FOLDER.',
        '# Registry: 127.0.0.1:PORT. Journal, faults and the rest: http://127.0.0.1:PORT/_sandbox/health',
        '# In another shell:',
        'export AWS_ENDPOINT_URL=http://127.0.0.1:PORT',
        'export AWS_REGION=eu-west-1',
        'export AWS_DEFAULT_REGION=eu-west-1',
        'export AWS_ACCESS_KEY_ID=LANDFALLADMIN',
        'export AWS_SECRET_ACCESS_KEY=landfall-sandbox',
        'export AWS_EC2_METADATA_DISABLED=true',
        'export LANDFALL_CLOCK_URL=http://127.0.0.1:PORT/_sandbox/clock',
        '',
      ].join('\n'),
    );
  });

  test('with a policy prints the environment of a principal that has it', async () => {
    const policy = join(folder, 'policy.json');
    await writeFile(policy, '{"Statement":[]}');
    const { out } = await run(['--port', '0', '--enforce', '--policy', policy]);
    expect(out).toContain('export AWS_ACCESS_KEY_ID=LANDFALLUSER');
  });

  test.each([
    [['--port', '99999'], 2, '--port is a whole number from 0 to 65535, not "99999".'],
    [['--tasks', 'vm'], 2, '--tasks is scripted or docker, not "vm".'],
    [['--prot', '1'], 2, "Unknown option '--prot'"],
    [['--policy', 'x.json'], 2, '--policy has no effect without --enforce.'],
    [['--port', '0', '--enforce', '--policy', '/nonexistent.json'], 1, 'The sandbox could not start: ENOENT'],
  ])('%j ends with %d and says why', async (argv, code, message) => {
    const ended = await run(argv, false);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(message);
  });
});
