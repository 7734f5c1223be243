import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type BreakMode, secondChange } from '@landfall/demo/application/changes';
import { checkOut } from '@landfall/demo/application/checkout';
import type { DemoResult } from '@landfall/demo/report/write-report';
import { describeUnless, noEngine } from './runner/requirements.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const main = join(root, 'packages', 'demo', 'src', 'main.ts');
const minutes = 60_000;

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** `npm run demo -- …`, optionally interrupted when a line appears. */
async function demo(argv: readonly string[], interruptAt?: string): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...argv], {
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (interruptAt !== undefined && line.includes(interruptAt)) child.kill('SIGINT');
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines };
}

/** A demo with a folder of its own, so that several can run at once. */
async function demoIn(folder: string, argv: readonly string[], interruptAt?: string) {
  const ended = await demo([...argv, '--folder', folder], interruptAt);
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  return { ...ended, read, result: async () => JSON.parse(await read('result.json')) as DemoResult };
}

describe('the command line of the demo', () => {
  test('an unknown way to break it is refused with exit code 2 before anything is started', async () => {
    const { code, lines } = await demo(['--break', 'helth']);
    expect(code).toBe(2);
    expect(lines[0]).toBe(
      '--break must be one of image, exit, health, migration, rollback, got "helth" (did you mean "health"?)',
    );
  });

  test('--help says what it needs and what it does to this machine', async () => {
    const { code, lines } = await demo(['--help']);
    expect(code).toBe(0);
    expect(lines.join('\n')).toContain('It needs a Docker engine: one that answers is used and left alone');
  });
});

describe("the demo's checkout of the application", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-checkout-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('it is a Git repository with a commit for each version', async () => {
    const checkout = await checkOut(join(root, 'examples', 'web'), join(folder, 'web'), process.env);
    const first = await checkout.commit({ message: 'web 1.0.0', edits: [] });
    const second = await checkout.commit(secondChange(undefined));
    const { stdout } = await promisify(execFile)('git', ['-C', checkout.folder, 'log', '--format=%H %s']);
    expect(stdout.trim().split('\n')).toEqual([
      `${second.sha} Note the time of the last visit`,
      `${first.sha} web 1.0.0`,
    ]);
    expect(JSON.parse(await readFile(join(checkout.folder, 'package.json'), 'utf8')).version).toBe('1.1.0');
  });

  test('an application without the text that a change replaces is refused, naming the file', async () => {
    const checkout = await checkOut(join(root, 'examples', 'web'), join(folder, 'web'), process.env);
    await writeFile(join(checkout.folder, 'package.json'), '{ "version": "7.0.0" }');
    await expect(checkout.commit(secondChange(undefined))).rejects.toThrow(
      'package.json holds "\\"version\\": \\"1.0.0\\"" 0 times',
    );
  });
});

describeUnless(noEngine)('the demo on a Docker engine', () => {
  const folders: string[] = [];
  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'demo-results-'));
    folders.push(folder);
    return folder;
  };
  afterAll(async () => {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });

  test.concurrent(
    'two versions go live, the second answers, and the results are left',
    async () => {
      const { code, lines, read, result } = await demoIn(await newFolder(), []);
      expect(lines.at(-2)).toMatch(/^ {2}✓ SUCCEEDED: web:2 serves, image sha256:[0-9a-f]{64}$/);
      expect(code).toBe(0);
      const { steps, calls, ...said } = await result();
      expect(said).toMatchObject({
        ok: true,
        break: null,
        verdict: 'SUCCEEDED',
        error: null,
        revision: 'web:2',
        digest: expect.stringMatching(/^sha256:/),
        serving: { version: '1.1.0', schema: 2, secrets: 'present' },
      });
      const pipeline = [
        'ecr-login',
        'build-push',
        'render-image-definitions',
        'render-task-definition',
        'run-task',
        'deploy-service',
      ];
      expect(steps.map(({ version, operation }) => `${version} ${operation}`)).toEqual(
        ['1.0.0', '1.1.0'].flatMap((version) => pipeline.map((operation) => `${version} ${operation}`)),
      );
      // The first deployment was made by the service's creation and adopted; the second is the pipeline's own.
      expect(calls).toMatchObject({
        'ecs:UpdateService': 1,
        'ecs:RegisterTaskDefinition': 2,
        'ecs:RunTask': 2,
      });
      const image = { name: 'web', imageUri: expect.stringContaining(`/web@${said.digest}`) };
      expect(JSON.parse(await read('imagedefinitions.json'))).toEqual([image]);
      const taskDefinition = JSON.parse(await read('task-definition.json'));
      expect(taskDefinition.containerDefinitions[0].image).toContain(`/web@${said.digest}`);
      const summary = await read('summary.md');
      expect(summary).toMatch(/^### Live: web:2\n\nVerdict SUCCEEDED, image sha256:/);
      expect(summary).toContain('### web: SUCCEEDED');
    },
    4 * minutes,
  );

  const broken: readonly { mode: BreakMode; code: string; cause: string; step: string }[] = [
    {
      mode: 'image',
      step: 'deploy-service',
      code: 'ROLLED_BACK',
      cause: 'the image of container "web" does not exist',
    },
    { mode: 'exit', step: 'deploy-service', code: 'ROLLED_BACK', cause: 'MAIL_URL is not set' },
    {
      mode: 'health',
      step: 'deploy-service',
      code: 'ROLLED_BACK',
      cause: 'did not pass its container health check',
    },
    { mode: 'migration', step: 'run-task', code: 'TASK_FAILED', cause: 'no such table: visit' },
    { mode: 'rollback', step: 'deploy-service', code: 'ROLLED_BACK', cause: 'the cache of visits is full' },
  ];
  test.concurrent.each(broken)(
    '--break $mode ends red at $step, tells the cause in the last ten lines, and the old version serves',
    async ({ mode, code, cause, step }) => {
      const ended = await demoIn(await newFolder(), ['--break', mode]);
      expect(ended.code).toBe(1);
      const last = ended.lines.slice(-10).join('\n');
      expect(last).toContain(cause);
      expect(last).toContain(`✗ ${code}: `);
      expect(last).toContain('Still serving: web 1.0.0, task definition web:1');
      const result = await ended.result();
      expect(result).toMatchObject({
        ok: false,
        break: mode,
        verdict: step === 'deploy-service' ? code : null,
        error: { code },
        revision: 'web:1',
        serving: { version: '1.0.0' },
      });
      expect(result.steps.at(-1)).toMatchObject({ version: '1.1.0', operation: step, ok: false });
    },
    4 * minutes,
  );

  test.concurrent(
    '--strategy canary shifts a tenth of the traffic, then all of it, and the summary draws it',
    async () => {
      const { code, lines, read, result } = await demoIn(await newFolder(), ['--strategy', 'canary']);
      expect(lines.at(-2)).toMatch(/^ {2}✓ SUCCEEDED: web:2 serves, image sha256:[0-9a-f]{64}$/);
      expect(code).toBe(0);
      expect(await result()).toMatchObject({
        ok: true,
        strategy: 'canary',
        verdict: 'SUCCEEDED',
        serving: { version: '1.1.0' },
      });
      const log = lines.join('\n');
      expect(log).toContain('stage PRODUCTION_TRAFFIC_SHIFT (10% traffic)');
      expect(log).toMatch(
        / {2}new ·+▁+█+ 100 % of traffic\n.* {2}old █+▇+·+ 0 % of traffic\n.* {2}at {2}0:00 /,
      );
      const summary = await read('summary.md');
      expect(summary).toMatch(
        /```mermaid\nxychart-beta\n {2}title "web: traffic of the new and the old version \(line: new, bars: old\)"\n.*\n {2}y-axis "% of traffic" 0 --> 100\n {2}bar \[100, (?:100, )*90, (?:90, )*0[, 0-9]*\]\n {2}line \[0, (?:0, )*10, (?:10, )*100[, 0-9]*\]\n/,
      );
    },
    4 * minutes,
  );

  test.concurrent(
    'an interrupt ends it with 130 and leaves no container, image or temporary folder behind',
    async () => {
      const { code, lines } = await demoIn(await newFolder(), [], 'landfall deploy-service');
      expect(lines.at(-1)).toBe('  ✗ Interrupted. Cleaning up.');
      expect(code).toBe(130);
      const said = lines.join('\n');
      const registry = /its registry is (127\.0\.0\.1:\d+)/.exec(said)![1]!;
      expect((await held()).filter((one) => one.startsWith(registry))).toEqual([]);
      const temporary = /docker-config: (\/.*\/landfall-demo-job-\w+)\//.exec(said)![1]!;
      expect(existsSync(temporary)).toBe(false);
    },
    4 * minutes,
  );
});

/** The images, and the images of the containers, that the engine holds of any registry on loopback. */
async function held(): Promise<string[]> {
  const docker = (argv: string[]) => promisify(execFile)('docker', argv);
  const images = await docker(['image', 'ls', '--format', '{{.Repository}}']);
  const containers = await docker(['ps', '--all', '--format', '{{.Image}}']);
  return `${images.stdout}${containers.stdout}`.split('\n').filter((one) => one.startsWith('127.0.0.1:'));
}
