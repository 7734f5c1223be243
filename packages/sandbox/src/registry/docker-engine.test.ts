import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DescribeImagesResponse, GetAuthorizationTokenResponse } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { busybox, describeUnless, noBusybox, noEngine } from '../../../../test/runner/requirements.ts';
import type { Sandbox } from '../sandbox.ts';
import { sandboxForTests } from '../testing/started.ts';

const run = promisify(execFile);

describeUnless(noEngine ?? noBusybox)('a Docker engine', () => {
  const running = sandboxForTests();
  let sandbox: Sandbox;
  let folder: string;
  let image: string;
  const docker = (...argv: string[]) => run('docker', ['--config', join(folder, 'config'), ...argv]);
  const build = (version: string) =>
    docker('build', '-q', '-t', image, '--build-arg', `VERSION=${version}`, folder);
  const describeTag = async (imageTag: string) =>
    (
      (await sandbox.dispatch('ecr', 'DescribeImages', {
        repositoryName: 'engine/app',
        imageIds: [{ imageTag }],
      })) as DescribeImagesResponse
    ).imageDetails![0]!;

  beforeAll(async () => {
    sandbox = running();
    folder = await mkdtemp(join(tmpdir(), 'landfall-docker-test-'));
    image = `${sandbox.registry}/engine/app:v1`;
    await copyFile(busybox, join(folder, 'busybox'));
    const dockerfile = [
      'FROM scratch',
      'COPY busybox /bin/busybox',
      'ARG VERSION',
      'LABEL version=$VERSION',
      'CMD ["/bin/busybox", "echo", "it runs"]',
    ];
    await writeFile(join(folder, 'Dockerfile'), `${dockerfile.join('\n')}\n`);
    await sandbox.dispatch('ecr', 'CreateRepository', {
      repositoryName: 'engine/app',
      imageTagMutability: 'IMMUTABLE',
    });
    const { authorizationData } = (await sandbox.dispatch(
      'ecr',
      'GetAuthorizationToken',
    )) as GetAuthorizationTokenResponse;
    const [username, password] = Buffer.from(authorizationData![0]!.authorizationToken!, 'base64')
      .toString()
      .split(':');
    const login = run('docker', [
      '--config',
      join(folder, 'config'),
      'login',
      sandbox.registry,
      '-u',
      username!,
      '--password-stdin',
    ]);
    login.child.stdin!.end(password);
    expect((await login).stdout).toContain('Login Succeeded');
  });
  afterAll(async () => {
    // The image before the last build has lost its tag and is known by its repository alone.
    const { stdout } = await docker('images', '-q', `${sandbox.registry}/engine/app`);
    const images = [...new Set(stdout.split('\n').filter(Boolean))];
    if (images.length > 0) await docker('rmi', '-f', ...images);
    await rm(folder, { recursive: true, force: true });
  });

  test('pushes an image, and runs what it pulls back', async () => {
    await build('1');
    const pushed = await docker('push', image);
    const { imageDigest, imageTags } = await describeTag('v1');
    expect(pushed.stdout).toContain(`v1: digest: ${imageDigest}`);
    expect(imageTags).toEqual(['v1']);
    await docker('rmi', image);
    await docker('pull', image);
    expect((await docker('run', '--rm', image)).stdout).toBe('it runs\n');
  });

  test('pushes the same image under an immutable tag again, and no other', async () => {
    const { imageDigest } = await describeTag('v1');
    await docker('push', image);
    await build('2');
    await expect(docker('push', image)).rejects.toMatchObject({
      stderr: expect.stringContaining(
        "tag invalid: The image tag 'v1' already exists in the 'engine/app' repository and cannot be overwritten because the tag is immutable.",
      ),
    });
    expect((await describeTag('v1')).imageDigest).toBe(imageDigest);
  });

  test('is told that a repository does not exist', async () => {
    const elsewhere = `${sandbox.registry}/engine/none:v1`;
    await docker('tag', image, elsewhere);
    await expect(docker('push', elsewhere)).rejects.toMatchObject({
      stderr: expect.stringContaining(
        "name unknown: The repository with name 'engine/none' does not exist in the registry with id '123456789012'",
      ),
    });
    await docker('rmi', elsewhere);
  });

  test('shows nothing of the password in the journal', async () => {
    expect(sandbox.journal().filter(({ service }) => service === 'registry').length).toBeGreaterThan(5);
    expect(JSON.stringify(sandbox.journal())).not.toMatch(/Basic |authorizationToken":"[^(]/);
  });
});
