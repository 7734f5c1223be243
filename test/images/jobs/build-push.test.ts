import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { removeImages } from '../image-world.ts';
import { commandsOf, dockerfile, imageJob, onEngine } from './image-job.ts';

const run = promisify(execFile);
const docker = async (config: string, ...args: string[]) =>
  (await run('docker', ['--config', config, ...args])).stdout;

onEngine('the built actions, with a real engine and the sandbox', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ enforce: true });
  });
  afterAll(() => sandbox.close());

  const refused = (from: number) =>
    sandbox
      .journal(from)
      .filter(({ service, code }) => service === 'registry' && code !== undefined)
      .map(({ operation, code }) => `${operation} ${code}`);

  test('a Compose file of two services becomes two images, each pulled by its digest and run', async () => {
    const job = imageJob({
      sandbox,
      files: {
        'compose.yaml': [
          'services:',
          '  api: { build: { context: ., args: { WHO: api } } }',
          '  web: { build: { context: ., args: { WHO: web } } }',
        ].join('\n'),
        Dockerfile:
          'FROM scratch\nCOPY busybox once /\nARG WHO\nENV WHO=$WHO\nCMD ["/busybox", "sh", "-c", "echo $WHO"]\n',
      },
    });
    const login = await job.step('ecr-login');
    expect(login.conclusion).toBe('success');
    for (const name of ['api', 'web'])
      expect((await job.step('ensure-repository', { repository: `team/${name}` })).exitCode).toBe(0);
    const built = await job.step('build-push', {
      registry: login.outputs.registry!,
      'repository-prefix': 'team/',
      'compose-file': 'compose.yaml',
    });
    expect(built.log.join('\n')).toContain('team/api');
    expect(built.exitCode).toBe(0);
    const images = JSON.parse(built.outputs.images!) as Record<string, string>;
    expect(Object.keys(images).sort()).toEqual(['api', 'web']);
    removeImages(...['api', 'web'].map((name) => `${sandbox.registry}/team/${name}:0123456`));
    for (const [name, image] of Object.entries(images)) {
      expect(image).toMatch(new RegExp(`^${sandbox.registry}/team/${name}@sha256:[0-9a-f]{64}$`));
      await docker(login.outputs['docker-config']!, 'pull', '--quiet', image);
      expect(await docker(login.outputs['docker-config']!, 'run', '--rm', image)).toBe(`${name}\n`);
      removeImages(image);
    }
    await job.end();
    expect(job.leftovers()).toEqual([]);
    expect(job.processes()).toEqual([]);
  });

  test('in an immutable repository a rebuild of the same content pushes nothing, and other content names what is there', async () => {
    const repository = 'team/immutable';
    const job = imageJob({
      sandbox,
      files: { Dockerfile: dockerfile(), 'Other.Dockerfile': dockerfile('LABEL other=yes\n') },
    });
    const { registry } = (await job.step('ecr-login')).outputs;
    await job.step('ensure-repository', { repository, 'image-tag-mutability': 'IMMUTABLE' });
    const inputs = { registry: registry!, repository, tags: 'v1' };
    const first = await job.step('build-push', inputs);
    expect(first.exitCode).toBe(0);
    removeImages(`${registry}/${repository}:v1`);

    const mark = sandbox.journal().at(-1)!.number + 1;
    const again = await job.step('build-push', { ...inputs, 'no-cache': 'true' });
    expect(again.exitCode).toBe(0);
    expect(again.outputs).toMatchObject({ digest: first.outputs.digest, image: first.outputs.image });
    expect(again.log).toContain(
      `${registry}/${repository}:v1 already held this image: ${first.outputs.image}`,
    );
    // The engine offers its manifest, which the tag refuses; no layer goes over.
    expect(refused(mark)).toContain('PutManifest TAG_INVALID');
    expect(again.raw).toContain(': Layer already exists');
    expect(again.raw).not.toContain(': Pushed');

    removeImages(`${registry}/${repository}:v1`);

    const other = await job.step('build-push', { ...inputs, file: 'Other.Dockerfile' });
    expect(other.exitCode).toBe(1);
    expect(commandsOf(other, 'error').map(({ data }) => data)).toEqual([
      `${registry}/${repository}:v1 is immutable and holds ${first.outputs.digest}, not the image of this run\n→ To reuse the image the tag already points to when a step is run again, set \`skip-if-exists\`. Otherwise, push under a new tag.`,
    ]);
    expect(other.outputs.image).toBeUndefined();
    await job.end();
    removeImages(`${registry}/${repository}:v1`);
  });
});
