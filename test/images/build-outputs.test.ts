import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildPush } from '@landfall/core/operations/build-push';
import { runReported } from '@landfall/report/run-reported';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { type ImageWorld, imageWorld, removeImages } from './image-world.ts';

const commit = { sha: '0123456789abcdef0123456789abcdef01234567', committedAt: '2029-12-31T00:00:00Z' };
const build = (world: ImageWorld) => runReported(buildPush, world);
const files = { Dockerfile: 'FROM scratch\nARG WHO\nLABEL who=$WHO\nCOPY busybox Dockerfile /bin/\n' };

describeUnless(noImageTools)('without a registry, on a real engine', () => {
  test('the files of a build are written into the workspace', async () => {
    using world = imageWorld({ inputs: { outputs: 'type=local,dest=made/files' }, files, commit });
    const { error, outputs } = await build(world);
    expect(error).toBeUndefined();
    const folder = join(world.host.workspace, 'made/files');
    expect(outputs).toEqual({ version: '0123456', 'output-files': folder, metadata: expect.any(String) });
    expect(readFileSync(join(folder, 'bin/Dockerfile'), 'utf8')).toBe(files.Dockerfile);
  });

  test("the proxies of Docker's configuration reach the build", async () => {
    const Dockerfile =
      'FROM scratch\nCOPY busybox /busybox\nRUN ["/busybox", "sh", "-c", "echo $http_proxy > /proxy"]\n';
    using world = imageWorld({ inputs: { outputs: 'out' }, files: { Dockerfile }, commit });
    mkdirSync(join(world.folder, 'home/.docker'));
    const proxies = { default: { httpProxy: 'http://proxy.example:3128' } };
    writeFileSync(join(world.folder, 'home/.docker/config.json'), JSON.stringify({ proxies }));
    expect((await build(world)).error).toBeUndefined();
    expect(readFileSync(join(world.host.workspace, 'out/proxy'), 'utf8')).toBe('http://proxy.example:3128\n');
  });

  test('an image that is only loaded has its tags in the engine, and its argument from the environment', async () => {
    const name = `landfall-test/${randomBytes(6).toString('hex')}`;
    const inputs = { repository: name, tags: 'a\nb', push: 'false', load: 'true', 'build-args': 'WHO' };
    using world = imageWorld({ inputs, files, commit, environment: { WHO: 'somebody' } });
    const { error, outputs } = await build(world);
    expect(error).toBeUndefined();
    const who = (tag: string) =>
      execFileSync(
        'docker',
        ['image', 'inspect', '--format', '{{.Id}} {{.Config.Labels.who}}', `${name}:${tag}`],
        { encoding: 'utf8' },
      ).trim();
    expect([who('a'), who('b')]).toEqual(Array(2).fill(`${outputs.imageid} somebody`));
    expect(outputs).not.toHaveProperty('digest');
    removeImages(`${name}:a`, `${name}:b`);
  });
});
