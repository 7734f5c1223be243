import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildPush } from '@landfall/core/operations/build-push';
import { runReported } from '@landfall/report/run-reported';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { type ImageWorld, imageWorld, removeImages } from './image-world.ts';
import { loopbackRegistry } from './loopback-registry.ts';
import { tagDigest } from './oci-image.ts';

const commit = { sha: '0123456789abcdef0123456789abcdef01234567', committedAt: '2029-12-31T00:00:00Z' };
const build = (world: ImageWorld) => runReported(buildPush, world);
const dockerfile = (more = '') =>
  `FROM scratch\nARG WHO\nLABEL who=$WHO\nCOPY busybox /bin/busybox\n${more}CMD ["/bin/busybox", "true"]\n`;

describeUnless(noImageTools)('several images on a real engine', () => {
  test('a Compose file becomes an image for each service, each in its own repository under its own digest', async () => {
    await using registry = await loopbackRegistry();
    const team = `landfall-test/${randomBytes(6).toString('hex')}`;
    const files = {
      'compose.yaml': [
        'services:',
        '  api: { build: { context: ., dockerfile: api.Dockerfile, args: { WHO: "${WHO}" } } }',
        '  web: { build: { context: ., target: web, args: { WHO: web } } }',
        '  db: { image: "postgres:17" }',
      ].join('\n'),
      'more.yaml': [
        'services:',
        '  inline:',
        '    extends: { service: web, file: compose.yaml }',
        '    build:',
        '      args: [WHO]',
        '      dockerfile_inline: |',
        '        FROM scratch AS web',
        '        ARG WHO',
        '        LABEL who=$$WHO',
        '        COPY Dockerfile /',
      ].join('\n'),
      '.env': 'WHO=somebody in a file\n',
      'api.Dockerfile': dockerfile(),
      Dockerfile: dockerfile().replace('FROM scratch', 'FROM scratch AS web'),
    };
    const inputs = {
      registry: registry.host,
      'repository-prefix': `${team}/`,
      'compose-file': 'compose.yaml,more.yaml',
      variables: 'WHO=the api',
    };
    using world = imageWorld({ inputs, files, commit });
    const { error, outputs } = await build(world);
    expect(error).toBeUndefined();
    const images = JSON.parse(outputs.images!) as Record<string, string>;
    expect(Object.keys(images).sort()).toEqual(['api', 'inline', 'web']);
    for (const name of Object.keys(images)) {
      const held = await tagDigest(registry.host, `${team}/${name}`, '0123456');
      expect(images[name]).toBe(`${registry.host}/${team}/${name}@${held}`);
    }
    expect(images.api!.split('@')[1]).not.toBe(images.web!.split('@')[1]);
    expect(readdirSync(join(world.folder, 'temporary'))).toEqual([]);

    using again = imageWorld({ inputs: { ...inputs, 'skip-if-exists': 'true' }, files, commit });
    const second = await build(again);
    expect(JSON.parse(second.outputs.images!)).toEqual(images);
    expect(second.images.map(({ built }) => built)).toEqual([false, false, false]);
    removeImages(...['api', 'inline', 'web'].map((name) => `${registry.host}/${team}/${name}:0123456`));
  });

  test('a Bake file in JSON of which one target fails keeps what was pushed, and names what was not', async () => {
    await using registry = await loopbackRegistry();
    const team = `landfall-test/${randomBytes(6).toString('hex')}`;
    const target = { api: {}, bad: { dockerfile: 'bad.Dockerfile' }, last: {} };
    using world = imageWorld({
      inputs: {
        registry: registry.host,
        'repository-prefix': `${team}/`,
        'bake-file': 'docker-bake.json',
        'builds-at-once': '1',
      },
      files: {
        'docker-bake.json': JSON.stringify({ target }),
        Dockerfile: dockerfile(),
        'bad.Dockerfile': dockerfile('RUN ["/bin/busybox", "false"]\n'),
      },
      commit,
    });
    const { error, outputs } = await build(world);
    expect(error).toMatchObject({
      code: 'BUILD_FAILED',
      facts: { targets: { api: 'pushed', bad: 'failed', last: 'not tried' } },
    });
    const held = await tagDigest(registry.host, `${team}/api`, '0123456');
    expect(JSON.parse(outputs.images!)).toEqual({ api: `${registry.host}/${team}/api@${held}` });
    removeImages(`${registry.host}/${team}/api:0123456`);
  });
});
