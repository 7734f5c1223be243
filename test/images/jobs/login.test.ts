import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import type { Job } from '../../runner/github-runner.ts';
import { loopbackRegistry } from '../loopback-registry.ts';
import { commandsOf, imageJob, onEngine } from './image-job.ts';

/** ci:battery-staple */
const users = 'ci:$2b$05$abcdefghijklmnopqrstuu07962fR81FOryI7nDcKN7/fBiLL7tZ6';

/** The process of the step that a job is at. */
function mainOf({ runnerTemp }: Job): number {
  const found = readdirSync('/proc').find((id) => {
    try {
      const read = (file: string) => readFileSync(`/proc/${id}/${file}`, 'utf8').split('\0');
      return (
        read('cmdline')[1]?.endsWith('/main.js') && read('environ').includes(`RUNNER_TEMP=${runnerTemp}`)
      );
    } catch {
      // Not a process, or one that has ended.
      return false;
    }
  });
  return Number(found);
}

onEngine('a login to a registry with passwords of its own', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ enforce: true });
  });
  afterAll(() => sandbox.close());

  /** A `docker` that writes down how it was called, and is the real one. */
  const watched = (job: ReturnType<typeof imageJob>) => {
    const programs = join(job.folder, 'programs');
    const calls = join(job.folder, 'calls');
    mkdirSync(programs);
    writeFileSync(
      join(programs, 'docker'),
      `#!/bin/sh\nprintf '%s ' "$@" >>'${calls}'\nenv >>'${calls}'\nPATH="\${PATH#*:}" exec docker "$@"\n`,
    );
    chmodSync(join(programs, 'docker'), 0o755);
    return { env: { PATH: `${programs}:${process.env.PATH}` }, calls: () => readFileSync(calls, 'utf8') };
  };

  test('hands the password over by stdin alone: no argument, no variable and no log has it', async () => {
    await using registry = await loopbackRegistry({ users });
    const job = imageJob({ sandbox, files: { password: 'battery-staple\n' } });
    const { env, calls } = watched(job);
    const step = await job.step(
      'ecr-login',
      {
        'registry-logins': `${registry.host}=ci`,
        'registry-password-files': `${registry.host}=password`,
      },
      { env },
    );
    expect(step).toMatchObject({
      exitCode: 0,
      outputs: { registry: sandbox.registry, registries: `${sandbox.registry},${registry.host}` },
    });
    expect(calls()).toContain(`login --username ci --password-stdin -- ${registry.host}`);
    const masks = commandsOf(step, 'add-mask').map(({ data }) => data);
    expect(masks).toContain('battery-staple');
    const { auths } = JSON.parse(readFileSync(join(step.outputs['docker-config']!, 'config.json'), 'utf8'));
    expect(Object.keys(auths).sort()).toEqual([sandbox.registry, registry.host].sort());
    for (const secret of masks) expect(calls()).not.toContain(secret);
    expect(step.log.join('\n')).not.toContain('battery-staple');
    await job.end();
    expect(job.leftovers()).toEqual([]);
  });

  test('outputs the credentials as the official action does, masked for the job unless it asks otherwise', async () => {
    const job = imageJob({ sandbox });
    const name = sandbox.registry.replaceAll(/\W+/g, '_');
    const masked = await job.step('ecr-login', {});
    const shown = await job.step('ecr-login', { 'mask-password': 'false' });
    for (const step of [masked, shown]) {
      expect(step.outputs[`docker_username_${name}`]).toBe('AWS');
      const config = readFileSync(join(step.outputs['docker-config']!, 'config.json'), 'utf8');
      const password = step.outputs[`docker_password_${name}`];
      expect(atob(JSON.parse(config).auths[sandbox.registry].auth)).toBe(`AWS:${password}`);
      const masks = commandsOf(step, 'add-mask').map(({ data }) => data);
      expect(masks.includes(password ?? '')).toBe(step === masked);
      expect(step.raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(password);
    }
    expect(masked.log.join('\n')).not.toContain('warning');
    await job.end();
  });

  test('stays in the job where the machine has a store that Docker would find and use by itself', async () => {
    const job = imageJob({ sandbox });
    const programs = join(job.folder, 'programs');
    const asked = join(job.folder, 'asked');
    mkdirSync(programs);
    for (const store of ['secretservice', 'pass'])
      writeFileSync(join(programs, `docker-credential-${store}`), `#!/bin/sh\necho "$1" >>'${asked}'\n`, {
        mode: 0o755,
      });
    const step = await job.step('ecr-login', {}, { env: { PATH: `${programs}:${process.env.PATH}` } });
    expect(step.exitCode).toBe(0);
    expect(existsSync(asked)).toBe(false);
    const { auths } = JSON.parse(readFileSync(join(step.outputs['docker-config']!, 'config.json'), 'utf8'));
    expect(auths[sandbox.registry]).toEqual({ auth: expect.stringMatching(/./) });
    await job.end();
  });

  test('L10: that is killed while the registry keeps it waiting leaves no process and no login', async () => {
    const silent = createServer();
    await new Promise<void>((listens) => silent.listen(0, '127.0.0.1', listens));
    const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const job = imageJob({ sandbox, files: { password: 'battery-staple' } });
    const asked = new Promise<Socket>((asks) => silent.once('connection', asks));
    const inputs = { 'registry-logins': `${host}=ci`, 'registry-password-files': `${host}=password` };
    const step = job.step('ecr-login', inputs);
    const engine = await asked;
    process.kill(mainOf(job), 'SIGKILL');
    expect((await step).signal).toBe('SIGKILL');
    expect(job.processes()).toEqual([expect.stringContaining('login --username ci')]);
    await job.end();
    expect(job.processes()).toEqual([]);
    expect(job.leftovers()).toEqual([]);
    silent.close();
    engine.destroy();
  });

  test('is gone after the job, and the post steps that follow find the configuration that the job had', async () => {
    const job = imageJob({ sandbox });
    // As docker/setup-buildx-action before it: its post step removes the builder that this configuration knows.
    const action = join(job.folder, 'setup');
    const seen = join(job.folder, 'seen');
    mkdirSync(action);
    writeFileSync(join(action, 'action.yml'), 'runs:\n  using: node24\n  main: main.js\n  post: post.js\n');
    writeFileSync(join(action, 'main.js'), '');
    writeFileSync(
      join(action, 'post.js'),
      `require('node:fs').writeFileSync(${JSON.stringify(seen)}, process.env.DOCKER_CONFIG)`,
    );
    await job.uses(action);
    const step = await job.step('ecr-login', {}, { env: { DOCKER_CONFIG: job.userConfig } });
    expect(step.exitCode).toBe(0);
    await job.end();
    expect(existsSync(step.outputs['docker-config']!)).toBe(false);
    expect(readFileSync(seen, 'utf8')).toBe(job.userConfig);
  });

  test.each([
    ['registry-password-files', (host: string) => `${host}=password`],
    ['registry-password', () => 'wrong-horse'],
  ])(
    'L14: that is refused names the registry and what to check, with a password by %s',
    async (input, value) => {
      await using registry = await loopbackRegistry({ users });
      const job = imageJob({ sandbox, files: { password: 'wrong-horse' } });
      const step = await job.step('ecr-login', {
        'registry-logins': `${registry.host}=ci`,
        [input]: value(registry.host),
      });
      expect(step.exitCode).toBe(1);
      const said = `Error response from daemon: login attempt to http://${registry.host}/v2/ failed with status: 401 Unauthorized`;
      expect(commandsOf(step, 'error').map(({ data }) => data)).toEqual([
        `docker login to ${registry.host} exited with 1: ${said}\n  ${said}\n  ${sandbox.registry}: logged in, then logged out again\n  ${registry.host}: failed\n→ Check the user in \`registry-logins\` and the password given for ${registry.host}: Docker Hub, quay.io and others require an access token or a robot account here, not the password of a user with two-factor authentication.`,
      ]);
      expect(step.raw).toContain(`${sandbox.registry}: logged in, then logged out again`);
      expect(step.log.join('\n')).not.toContain('wrong-horse');
      await job.end();
      expect(job.leftovers()).toEqual([]);
    },
  );
});
