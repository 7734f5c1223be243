import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { breakModes, secondChange } from '@landfall/demo/application/changes';
import { applyEdits } from '@landfall/demo/application/edit';
import { runProgram } from '@landfall/demo/program/run-program';

const example = fileURLToPath(new URL('../examples/web/', import.meta.url));
let folder: string;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'example-web-'));
  await cp(example, folder, { recursive: true, filter: (path) => !path.includes('/runtime') });
  environment = {
    PORT: String(await freePort()),
    DATABASE_FILE: join(folder, 'web.sqlite'),
    COMMIT: 'abc1234',
    NODE_NO_WARNINGS: '1',
  };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (file: string) => runProgram(process.execPath, [file], { cwd: folder, environment });

describe('the migration of examples/web', () => {
  test('it brings an empty database to the schema, and again does nothing', async () => {
    const first = await run('migrate.js');
    expect(first.lines.map((line) => line.replace(/\d+ ms/, 'n ms'))).toEqual([
      'migrate: web 1.0.0, schema 0 of 1',
      'migrate: 1 create-visits: done in n ms',
      'migrate: the schema is at 1',
    ]);
    const second = await run('migrate.js');
    expect(second.lines).toEqual(['migrate: web 1.0.0, schema 1 of 1', 'migrate: the schema is at 1']);
    expect([first.code, second.code]).toEqual([0, 0]);
  });

  test('two at once apply each step once', async () => {
    const both = await Promise.all([run('migrate.js'), run('migrate.js')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.flatMap(({ lines }) => lines.filter((line) => line.includes('done in')))).toHaveLength(1);
  });

  test('a step that fails ends it with exit code 1 and keeps nothing of the step', async () => {
    await run('migrate.js');
    await applyEdits(folder, secondChange('migration').edits);
    const result = await run('migrate.js');
    expect(result.code).toBe(1);
    expect(result.lines).toEqual([
      'migrate: web 1.1.0, schema 1 of 2',
      'migrate: 2 note-last-visit: no such table: visit',
      'migrate: stopped; the schema stays at 1',
    ]);
  });
});

describe('the server of examples/web', () => {
  test('it shows version, commit and schema, counts visits, and closes on SIGTERM', async () => {
    await run('migrate.js');
    await using server = await serve();
    expect(JSON.parse((await get('/')).body)).toEqual({
      greeting: 'Hello',
      version: '1.0.0',
      commit: 'abc1234',
      schema: 1,
      secrets: 'missing',
      visit: 1,
    });
    const page = await get('/', { accept: 'text/html' });
    expect(page.body).toContain('<h1>Hello from web 1.0.0</h1>');
    expect(page.body).toContain('visit 2');
    expect(await get('/nowhere')).toEqual({ status: 404, body: '{"error":"not found"}\n' });
    expect((await run('health.js')).code).toBe(0);
    expect(await server.end()).toEqual({
      code: 0,
      lines: [expect.any(String), 'SIGTERM: closing', 'closed'],
    });
  });

  test('it is unhealthy while the schema is older than the code needs', async () => {
    await run('migrate.js');
    await applyEdits(folder, secondChange(undefined).edits);
    await using _server = await serve();
    expect(await get('/health')).toEqual({ status: 503, body: '{"ok":false,"schema":1,"needs":2}\n' });
    const health = await run('health.js');
    expect(health.code).toBe(1);
    expect(health.lines).toEqual(['unhealthy: 503 {"ok":false,"schema":1,"needs":2}']);
    await run('migrate.js');
    expect((await run('health.js')).code).toBe(0);
  });

  test('the change that breaks the start exits with 78 and says what is missing', async () => {
    await applyEdits(folder, secondChange('exit').edits);
    const result = await run('server.js');
    expect([result.code, result.lines]).toEqual([78, ['MAIL_URL is not set']]);
  });
});

test.each([...breakModes, undefined])('the change for the mode %s fits the example', async (mode) => {
  await expect(applyEdits(folder, secondChange(mode).edits)).resolves.toBeUndefined();
});

/** The server, once it listens. */
async function serve() {
  const child = spawn(process.execPath, ['server.js'], { cwd: folder, env: environment });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => lines.push(line));
  await once(output, 'line');
  const end = async () => {
    if (child.exitCode === null) {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    }
    return { code: child.exitCode, lines };
  };
  return { end, [Symbol.asyncDispose]: async () => void (await end()) };
}

const get = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: environment.PORT, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    sent.on('error', reject).end();
  });

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
