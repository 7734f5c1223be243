import { expect, test } from '@jest/globals';
import { dockerfile } from '../jobs/image-job.ts';
import { onBuildx } from './buildx-job.ts';
import { stored, storedBlob } from './stored.ts';

const bake = `
variable "STAGE" { default = "none" }
target "base" {}
target "web" {
  name = "web-\${size}"
  matrix = { size = ["small", "large"] }
  inherits = ["common"]
  contexts = { base = "target:base" }
  dockerfile-inline = "FROM base\\nARG SIZE\\nARG STAGE\\nLABEL size=$SIZE stage=$STAGE\\n"
  args = { SIZE = size, STAGE = STAGE }
}
target "common" { labels = { team = "shop", literal = "$\${SIZE} %%{if}" } }
group "default" { targets = ["web"] }
`;
const compose = `
services:
  web:
    build:
      context: .
      dockerfile_inline: |
        FROM base
        LABEL kind=web
      additional_contexts: { base: 'service:base' }
  base: { build: . }
`;
/** As a write-up of 2020 has it: two tags of one repository, and tests that run where they are built. */
const shop = `
services:
  test: { build: { context: ., target: test, args: { RESULT: "\${RESULT:-true}" } } }
  release: { image: "shop/web:latest", build: { context: ., target: release } }
  app: { image: "shop/web:\${APP_VERSION}", build: { context: ., target: release } }
`;
const stages = `
FROM scratch AS release
COPY busybox /busybox
FROM release AS test
ARG RESULT
RUN ["/busybox", "sh", "-c", "/busybox $RESULT"]
`;
const repositories = ['base', 'web-small', 'web-large', 'web']
  .map((name) => `team/${name}`)
  .concat('shop/web');

onBuildx('several images by buildx', repositories, (bench) => {
  const labelsOf = async (name: string) => {
    const { manifest } = await stored(bench().sandbox, `team/${name}`, '0123456');
    const config = JSON.parse(
      (await storedBlob(bench().sandbox, `team/${name}`, manifest.config!.digest)).toString(),
    );
    return { labels: config.config.Labels, layers: manifest.layers!.map(({ digest }) => digest) };
  };
  const own = (labels: Record<string, string>) =>
    Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('org.opencontainers.')));

  test('of a Bake file in HCL: a matrix on a target of the same file, with variables and set', async () => {
    const job = await bench().job({ files: { 'docker-bake.hcl': bake, Dockerfile: dockerfile() } });
    const step = await job.build({
      'repository-prefix': 'team/',
      'bake-file': 'docker-bake.hcl',
      variables: 'STAGE=live',
      set: 'web-large.args.STAGE=trial',
    });
    if (step.exitCode !== 0) console.log(step.log.join('\n'));
    expect(step.exitCode).toBe(0);
    const images = JSON.parse(step.outputs.images!) as Record<string, string>;
    expect(Object.keys(images).sort()).toEqual(['base', 'web-large', 'web-small']);
    const common = { team: 'shop', literal: '${SIZE} %{if}' };
    const base = await labelsOf('base');
    const [small, large] = [await labelsOf('web-small'), await labelsOf('web-large')];
    expect(own(small.labels)).toEqual({ size: 'small', stage: 'live', ...common });
    expect(own(large.labels)).toEqual({ size: 'large', stage: 'trial', ...common });
    expect([small.layers, large.layers]).toEqual([base.layers, base.layers]);
    await job.end();
    expect(job.leftovers()).toEqual([]);
  });

  test('of a Compose file with its own tags: a test target is built before anything is pushed', async () => {
    const files = { 'compose.yaml': shop, Dockerfile: stages };
    const job = await bench().job({ files });
    const build = (variables: string) =>
      job.build({ 'compose-file': 'compose.yaml', 'targets-before-push': 'test', variables });
    const red = await build('APP_VERSION=1.2\nRESULT=false');
    expect(red.exitCode).toBe(1);
    expect(red.log.join('\n')).toMatch(/test failed \(1 of 3 images\): docker build exited with 1: /);
    await expect(stored(bench().sandbox, 'shop/web', 'latest')).rejects.toThrow('shop/web has no latest');
    expect((await build('RESULT=true')).log.join('\n')).toContain(
      'variables lack APP_VERSION, which the tag of app needs',
    );
    const step = await build('APP_VERSION=1.2');
    if (step.exitCode !== 0) console.log(step.log.join('\n'));
    expect(step.exitCode).toBe(0);
    expect(step.outputs.tags).toBe(`${job.registry}/shop/web:latest\n${job.registry}/shop/web:1.2`);
    const { release, app } = JSON.parse(step.outputs.images!) as Record<string, string>;
    for (const [tag, image] of [
      ['latest', release],
      ['1.2', app],
    ] as const)
      expect(image).toBe(
        `${job.registry}/shop/web@${(await stored(bench().sandbox, 'shop/web', tag)).digest}`,
      );
    await job.end();
  });

  test('of a Compose file: a service on another service is built on the digest that was pushed for it', async () => {
    const job = await bench().job({ files: { 'compose.yaml': compose, Dockerfile: dockerfile() } });
    const step = await job.build({ 'repository-prefix': 'team/', 'compose-file': 'compose.yaml' });
    if (step.exitCode !== 0) console.log(step.log.join('\n'));
    expect(step.exitCode).toBe(0);
    const { base } = JSON.parse(step.outputs.images!) as Record<string, string>;
    expect(step.raw).toContain(`resolve ${base}`);
    expect(own((await labelsOf('web')).labels)).toEqual({ kind: 'web' });
    await job.end();
  });
});
