import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildPush } from '@landfall/core/operations/build-push';
import { ecrLogin } from '@landfall/core/operations/ecr-login';
import { runReported } from '@landfall/report/run-reported';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { type ImageWorld, imageWorld, removeImages } from './image-world.ts';
import { loopbackRegistry } from './loopback-registry.ts';

const sha = '0123456789abcdef0123456789abcdef01234567';
const commit = { sha, committedAt: '2029-12-31T00:00:00Z' };
const unique = () => `landfall-test/${randomBytes(6).toString('hex')}`;
const dockerfile = (more = '') =>
  `FROM scratch\nCOPY busybox /bin/busybox\n${more}CMD ["/bin/busybox", "true"]\n`;

const build = (world: ImageWorld) => runReported(buildPush, world);
const logIn = (world: ImageWorld) => runReported(ecrLogin, world);
const tokenFor = (host: string) => ({
  ecr: {
    getAuthorizationToken: async () => ({
      authorizationData: [{ authorizationToken: btoa('AWS:correct-horse'), proxyEndpoint: `http://${host}` }],
    }),
  },
});

describeUnless(noImageTools)('on a real engine', () => {
  test('an image is built, pushed to a registry and known there by the digest that is passed on', async () => {
    await using registry = await loopbackRegistry();
    const repository = unique();
    const inputs = { registry: registry.host, repository, tags: 'sha\nlatest', secrets: 'word=swordfish-8' };
    const files = {
      Dockerfile: dockerfile(
        'RUN --mount=type=secret,id=word ["/bin/busybox", "grep", "-q", "swordfish-8", "/run/secrets/word"]\n',
      ),
    };
    using world = imageWorld({ inputs, files, commit });
    const first = await build(world);
    expect(first.error).toBeUndefined();
    const { digest, image, tags } = first.outputs;
    const name = `${registry.host}/${repository}`;
    expect(image).toBe(`${name}@${digest}`);
    expect(tags).toBe(`${name}:0123456\n${name}:latest`);
    const answer = await fetch(`http://${registry.host}/v2/${repository}/manifests/latest`, {
      method: 'HEAD',
      headers: {
        accept:
          'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
      },
    });
    expect(answer.headers.get('docker-content-digest')).toBe(digest);
    expect(readdirSync(join(world.folder, 'temporary'))).toEqual([]);
    expect(JSON.stringify([world.host.lines, first])).not.toContain('swordfish');

    using again = imageWorld({ inputs, files, commit });
    expect((await build(again)).outputs.digest).toBe(digest);
    using skipping = imageWorld({ inputs: { ...inputs, 'skip-if-exists': 'true' }, files, commit });
    expect(await build(skipping)).toMatchObject({
      ok: true,
      outputs: { digest },
      images: [{ built: false }],
    });
    removeImages(`${name}:0123456`, `${name}:latest`);
  });

  test('a build that fails says which instruction did, and pushes nothing', async () => {
    using world = imageWorld({
      inputs: { registry: '127.0.0.1:1', repository: unique() },
      files: {
        Dockerfile: dockerfile(
          'RUN ["/bin/busybox", "sh", "-c", "echo \'::set-output name=image::evil\'; exit 3"]\n',
        ),
      },
      commit,
    });
    const { error, outputs } = await build(world);
    expect(error?.code).toBe('BUILD_FAILED');
    expect(error?.summary).toContain('exit code: 3');
    expect(error?.details.length).toBeGreaterThan(3);
    expect(outputs.image).toBeUndefined();
    expect(world.host.lines.filter((line) => /^\w+: \s*::/.test(line))).toEqual([]);
  });

  test('a registry that is not there is PUSH_FAILED, after one more try', async () => {
    const repository = unique();
    using world = imageWorld({
      inputs: { registry: '127.0.0.1:1', repository },
      files: { Dockerfile: dockerfile() },
      commit,
    });
    const { error } = await build(world);
    expect(error).toMatchObject({ code: 'PUSH_FAILED' });
    expect(error?.summary).toContain('connection refused');
    removeImages(`127.0.0.1:1/${repository}:0123456`);
  });

  test("the logins to ECR and to a registry of one's own are in one private file", async () => {
    await using ecr = await loopbackRegistry();
    await using own = await loopbackRegistry();
    using world = imageWorld({
      aws: tokenFor(ecr.host),
      inputs: { 'registry-logins': `${own.host}=ci`, 'registry-password-files': `${own.host}=password` },
      files: { password: 'battery-staple\n' },
    });
    const { error, outputs } = await logIn(world);
    expect(error).toBeUndefined();
    const { auths } = JSON.parse(readFileSync(join(outputs['docker-config']!, 'config.json'), 'utf8'));
    expect(auths).toEqual({
      [ecr.host]: { auth: btoa('AWS:correct-horse') },
      [own.host]: { auth: btoa('ci:battery-staple') },
    });
    expect(existsSync(join(world.folder, 'home/.docker'))).toBe(false);
    await ecrLogin.cleanUp!(world);
    expect(existsSync(outputs['docker-config']!)).toBe(false);
  });

  test('L13: two jobs that share a home each have a login of their own, and neither logs the other out', async () => {
    await using registry = await loopbackRegistry();
    using one = imageWorld({ aws: tokenFor(registry.host) });
    using two = imageWorld({ aws: tokenFor(registry.host), environment: { HOME: join(one.folder, 'home') } });
    const results = await Promise.all([logIn(one), logIn(two)]);
    expect(results.map(({ error }) => error)).toEqual([undefined, undefined]);
    const folders = results.map(({ outputs }) => outputs['docker-config']!);
    expect(new Set(folders).size).toBe(2);
    const login = (folder: string) => JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).auths;
    expect(folders.map(login)).toEqual([
      { [registry.host]: { auth: btoa('AWS:correct-horse') } },
      { [registry.host]: { auth: btoa('AWS:correct-horse') } },
    ]);
    await ecrLogin.cleanUp!(one);
    expect(folders.map((folder) => existsSync(folder))).toEqual([false, true]);
    expect(existsSync(join(one.folder, 'home/.docker'))).toBe(false);
    await ecrLogin.cleanUp!(two);
    expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
  });
});
