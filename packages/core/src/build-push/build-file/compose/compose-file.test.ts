import { describe, expect, test } from '@jest/globals';
import { fakeWorld } from '../../../testing/fake-world.ts';
import { unset } from '../build-target.ts';
import { loadBuildFile } from '../load-build-file.ts';

interface Given {
  readonly files: Readonly<Record<string, string>>;
  readonly compose?: readonly string[];
  readonly targets?: readonly string[];
  readonly targetsBeforePush?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

const load = async ({
  files,
  compose,
  targets,
  targetsBeforePush,
  variables = {},
  environment = {},
}: Given) => {
  const file = await loadBuildFile(
    {
      composeFile: compose ?? [Object.keys(files)[0]!],
      bakeFile: undefined,
      targets,
      targetsBeforePush,
      variables: Object.entries(variables).map(([name, value]) => ({ name, value })),
      set: undefined,
      repositories: undefined,
      repositoryPrefix: undefined,
      buildsAtOnce: 2,
    },
    fakeWorld({ files, environment }),
  );
  // Without what is undefined.
  return JSON.parse(JSON.stringify(file)) as typeof file;
};
const one = async (build: string, more: Omit<Given, 'files'> & { files?: Given['files'] } = {}) =>
  (
    await load({
      ...more,
      files: { 'compose.yaml': `services:\n  web:\n    build: ${build}\n`, ...more.files },
    })
  ).targets[0]!.values;
const pair = (name: string, value: string) => ({ name, value });

describe('a Compose file', () => {
  test('uses the default of a field that a variable leaves empty', async () => {
    const { targets } = await load({
      files: {
        'compose.yaml':
          "services: { web: { platform: '${P:-}', build: { context: '${C:-}', target: '${T:-}', network: '' } } }\n",
      },
    });
    expect(targets[0]!.values).toEqual({ context: '.' });
  });

  test('yields each service that is built, in the terms of the inputs, its paths from its own folder', async () => {
    const { targets } = await load({
      files: {
        'deploy/compose.yaml': `
services:
  web:
    image: registry.example/team/web:\${TAG:-dev}
    build:
      context: web
      dockerfile: docker/Dockerfile
      args: { NODE_VERSION: 24, DEBUG: false }
      labels: [a.b=c=d, empty]
      target: runtime
      platforms: [linux/amd64, linux/arm64]
      cache_from: ['type=registry,ref=registry.example/cache:<target>']
      cache_to: ['type=inline']
      no_cache: true
      no_cache_filter: [deps]
      pull: true
      network: none
      extra_hosts: { db: 10.0.0.1, v6: ['::1', 10.0.0.2] }
      ulimits: { nproc: 65535, nofile: { soft: 1024, hard: 2048 } }
      shm_size: 64m
      ssh: [default]
      secrets: [npm, { source: key, target: signing, mode: 0440 }]
      entitlements: [network.host]
      privileged: true
      isolation: default
      provenance: mode=max
      sbom: true
      additional_contexts: { shared: ../shared, base: 'docker-image://alpine', git: 'https://github.com/o/r.git' }
  worker:
    build: .
    platform: linux/arm64
  db:
    image: postgres:17
secrets:
  npm: { environment: NPM_TOKEN }
  key: { file: keys/signing }
`,
      },
      environment: { NPM_TOKEN: 'token-of-npm' },
    });
    expect(targets.map(({ name, images }) => [name, images])).toEqual([
      ['web', ['registry.example/team/web:dev']],
      ['worker', []],
    ]);
    expect(targets[0]!.values).toEqual({
      context: 'deploy/web',
      file: 'deploy/web/docker/Dockerfile',
      target: 'runtime',
      platforms: ['linux/amd64', 'linux/arm64'],
      buildArgs: [pair('NODE_VERSION', '24'), pair('DEBUG', 'false')],
      labels: [pair('a.b', 'c=d'), pair('empty', '')],
      cacheFrom: ['type=registry,ref=registry.example/cache:<target>'],
      cacheTo: ['type=inline'],
      noCache: true,
      noCacheFilters: ['deps'],
      pull: true,
      network: 'none',
      addHosts: ['db=10.0.0.1', 'v6=::1', 'v6=10.0.0.2'],
      ulimit: ['nproc=65535', 'nofile=1024:2048'],
      shmSize: '64m',
      ssh: ['default'],
      secretEnvs: [pair('npm', 'NPM_TOKEN')],
      secretFiles: [pair('signing', 'deploy/keys/signing')],
      buildContexts: [
        pair('shared', 'deploy/../shared'),
        pair('base', 'docker-image://alpine'),
        pair('git', 'https://github.com/o/r.git'),
      ],
      allow: ['network.host', 'security.insecure'],
      provenance: 'mode=max',
      sbom: 'true',
    });
    expect(targets[1]!.values).toEqual({ context: 'deploy/.', platforms: ['linux/arm64'] });
  });

  test('may hold the Dockerfile itself', async () => {
    const { targets } = await load({
      files: {
        'a/compose.yaml':
          'services:\n  web:\n    build:\n      dockerfile_inline: |\n        FROM scratch\n        COPY $$x /\n',
      },
    });
    expect(targets).toEqual([
      { name: 'web', images: [], dockerfile: 'FROM scratch\nCOPY $x /\n', values: { context: 'a/.' } },
    ]);
  });

  test('may take in mappings by anchors, aliases and merge keys', async () => {
    const { targets } = await load({
      files: {
        'compose.yaml': `
x-build: &build
  context: web
  target: dev
  args: &args { A: 1, B: 2 }
services:
  web:
    build:
      <<: *build
      target: prod
      args: { <<: *args, B: 3 }
`,
      },
    });
    expect(targets[0]!.values).toEqual({
      context: 'web',
      target: 'prod',
      buildArgs: [pair('B', '3'), pair('A', '1')],
    });
  });

  test('skips a service with a profile, with a notice, unless it is named or its profile is enabled', async () => {
    const files = {
      'compose.yaml': 'services:\n  web: { build: . }\n  debug: { build: ., profiles: [debug] }\n',
    };
    const all = await load({ files });
    expect(all.targets.map(({ name }) => name)).toEqual(['web']);
    expect(all.notes).toEqual([
      'compose.yaml: debug belongs to a profile, and is built only when `targets` names it',
    ]);
    const names = async (given: Partial<Given>) =>
      (await load({ files, ...given })).targets.map(({ name }) => name);
    expect(await names({ targets: ['debug'] })).toEqual(['debug']);
    expect(await names({ environment: { COMPOSE_PROFILES: 'a,debug' } })).toEqual(['web', 'debug']);
  });

  test('may use the host network', async () => {
    expect(await one('{ context: ., network: host, entitlements: [network.host] }')).toMatchObject({
      network: 'host',
      allow: ['network.host'],
    });
  });

  test('may give an image further tags, as Compose has them besides the image', async () => {
    const { targets, notes } = await load({
      files: {
        'compose.yaml': 'services: { web: { image: "a:1", build: { context: ., tags: ["a:2", "b:$T"] } } }\n',
      },
      variables: { T: '3' },
    });
    expect([targets[0]!.images, notes]).toEqual([['a:1', 'a:2', 'b:3'], []]);
  });

  test('gives what is to be built before the push, too, whatever its profile', async () => {
    const compose =
      'services: { web: { build: . }, test: { build: ., profiles: [ci] }, docs: { build: ., profiles: [docs] } }\n';
    const names = async (targets?: readonly string[]) =>
      (
        await load({
          files: { 'compose.yaml': compose },
          targetsBeforePush: ['test'],
          ...(targets && { targets }),
        })
      ).targets.map(({ name }) => name);
    expect([await names(), await names(['docs'])]).toEqual([
      ['web', 'test'],
      ['docs', 'test'],
    ]);
  });
});

describe('variables', () => {
  test.each<[string, Partial<Given>, string]>([
    ['of the input', { variables: { V: 'input' }, environment: { V: 'job' } }, 'input'],
    ['of the environment', { environment: { V: 'job' } }, 'job'],
    ['of .env', {}, 'file'],
  ])('%s come first', async (_, given, value) => {
    const files = { '.env': 'V=file\n' };
    expect(await one('{ context: ., args: { A: "$V" } }', { ...given, files })).toMatchObject({
      buildArgs: [pair('A', value)],
    });
  });

  test('give a bare argument its value; an unset one is left to the Dockerfile, with a notice', async () => {
    const { targets, notes } = await load({
      files: {
        'compose.yaml': 'services: { web: { build: { context: ., args: [A, B], labels: { l: "${L}" } } } }\n',
        '.env': 'A=of the file\n',
      },
    });
    expect(targets[0]!.values).toMatchObject({
      buildArgs: [pair('A', 'of the file')],
      labels: [pair('l', '')],
    });
    expect(notes).toEqual([
      'compose.yaml: services.web.build.labels.l: the variable L is not set, so it is empty',
      "compose.yaml: services.web.build.args.B is not set by any variable, so the Dockerfile's default applies",
    ]);
  });

  test('in the tag of an image are missed where the tag is used, and in its name at once', async () => {
    const image = (name: string) =>
      load({ files: { 'compose.yaml': `services: { web: { build: ., image: "${name}" } }\n` } });
    expect((await image('r.example/a:$TAG')).targets[0]!.images).toEqual([`r.example/a:${unset('TAG')}`]);
    await expect(image('${HOST}/a:$TAG')).rejects.toMatchObject({
      summary: 'compose.yaml: services.web.image needs the variable HOST: set it in `variables`',
    });
  });

  test('make a secret that docker cannot read from the environment itself', async () => {
    const files = {
      'compose.yaml':
        'services: { web: { build: { context: ., secrets: [npm] } } }\nsecrets: { npm: { environment: T } }\n',
      '.env': 'T=token-of-file\n',
    };
    const { targets } = await load({ files });
    expect(targets[0]!.values).toMatchObject({ secrets: [pair('npm', 'token-of-file')], secretEnvs: [] });
  });

  test('can enable a boolean', async () => {
    expect(await one('{ context: ., no_cache: "${NC:-true}" }')).toMatchObject({ noCache: true });
  });
});

describe('several files', () => {
  test('are merged: mappings by key, lists appended, everything else replaced', async () => {
    const { targets } = await load({
      compose: ['app/compose.yaml', 'ci/override.yaml'],
      files: {
        'app/compose.yaml': `
services:
  web: { build: web, image: "r.example/a" }
  api:
    build: { context: api, target: dev, args: [A=1, B=1], platforms: [linux/amd64], secrets: [one] }
secrets: { one: { file: one.txt } }
`,
        'ci/override.yaml': `
services:
  web: { build: { dockerfile: prod.Dockerfile }, image: "r.example/b" }
  api:
    build: { target: prod, args: { B: 2, C: 3 }, platforms: [linux/arm64, linux/amd64], secrets: [two] }
  more: { build: more }
secrets: { two: { file: two.txt } }
`,
      },
    });
    expect(targets).toEqual([
      {
        name: 'web',
        images: ['r.example/b'],
        values: { context: 'app/web', file: 'app/web/prod.Dockerfile' },
      },
      {
        name: 'api',
        images: [],
        values: {
          context: 'app/api',
          target: 'prod',
          buildArgs: [pair('A', '1'), pair('B', '2'), pair('C', '3')],
          platforms: ['linux/amd64', 'linux/arm64'],
          secretFiles: [pair('one', 'app/one.txt'), pair('two', 'app/two.txt')],
          secretEnvs: [],
        },
      },
      { name: 'more', images: [], values: { context: 'app/more' } },
    ]);
  });

  test('are included, each with its own folder and .env', async () => {
    const { targets } = await load({
      files: {
        'app/compose.yaml':
          'include:\n  - ../common/compose.yaml\n  - { path: ["../b/c.yaml", "../b/d.yaml"], project_directory: .., env_file: ../b/x.env }\nservices: { web: { build: . } }\n',
        'common/compose.yaml':
          'services: { base: { build: { context: base, args: { V: "$V", W: "$W" } } } }\n',
        'common/.env': 'V=common\nW=common\n',
        'app/.env': 'W=app\n',
        'b/c.yaml': 'services: { b: { build: { context: b, args: { X: "$X" } } } }\n',
        'b/d.yaml': 'services: { b: { build: { target: "t" } } }\n',
        'b/x.env': 'X=of b\n',
      },
    });
    expect(targets.map(({ name, values }) => [name, values])).toEqual([
      ['web', { context: 'app/.' }],
      ['base', { context: 'app/../common/base', buildArgs: [pair('V', 'common'), pair('W', 'app')] }],
      ['b', { context: 'app/../b', target: 't', buildArgs: [pair('X', 'of b')] }],
    ]);
  });

  test('can be extended by other services, in the same file and in another', async () => {
    const { targets } = await load({
      files: {
        'app/compose.yaml': `
services:
  base: { build: { context: ., args: { A: 1, B: 1 } }, profiles: [never] }
  web: { extends: base, build: { args: { B: 2 } } }
  api: { extends: { service: common, file: ../common/c.yaml }, build: { target: api } }
`,
        'common/c.yaml': `
services:
  root: { build: { context: src, dockerfile: root.Dockerfile } }
  common: { extends: { service: root }, image: "r.example/common", build: { labels: { a: b } } }
`,
      },
      targets: ['web', 'api'],
    });
    expect(targets).toEqual([
      { name: 'web', images: [], values: { context: 'app/.', buildArgs: [pair('A', '1'), pair('B', '2')] } },
      {
        name: 'api',
        images: ['r.example/common'],
        values: {
          context: 'app/../common/src',
          file: 'app/../common/src/root.Dockerfile',
          target: 'api',
          labels: [pair('a', 'b')],
        },
      },
    ]);
  });
});

describe('a service that is built on another', () => {
  const compose = `
services:
  web: { build: { context: ., additional_contexts: { base: 'service:base' } } }
  base: { build: base }
  other: { build: other }
`;

  test('is built after it, and includes it', async () => {
    const files = { 'compose.yaml': compose };
    expect((await load({ files })).targets.map(({ name }) => name)).toEqual(['base', 'web', 'other']);
    const { targets, notes } = await load({ files, targets: ['web'] });
    expect(targets.map(({ name, values }) => [name, values.buildContexts])).toEqual([
      ['base', undefined],
      ['web', [pair('base', 'target:base')]],
    ]);
    expect(notes).toEqual(['compose.yaml: base is also built, because it is a context of web']);
  });
});

describe('is FILE_UNREADABLE before anything is built, and says where:', () => {
  const built = (build: string) => ({ 'compose.yaml': `services:\n  web:\n    build: ${build}\n` });
  test.each<[string, Record<string, string>, string]>([
    [
      'no services',
      { 'compose.yaml': 'name: x\n' },
      'compose.yaml: services is missing: this is not a Compose file',
    ],
    [
      'a tag that resets a value',
      { 'compose.yaml': 'services: { web: { build: !reset null } }\n' },
      'compose.yaml, line 1, column 27: tags (!reset) are not supported; put the string in quotes',
    ],
    [
      'an include of nothing',
      { 'compose.yaml': 'include: [{ path: [] }]\n' },
      'compose.yaml: include[0] does not name a file',
    ],
    [
      'an include of a repository',
      { 'compose.yaml': 'include: ["oci://r.example/x"]\n' },
      'compose.yaml: include[0].path names oci://r.example/x: only files are included',
    ],
    [
      'an include that leads back',
      { 'a.yaml': 'include: [b.yaml]\n', 'b.yaml': 'include: [a.yaml]\n' },
      'b.yaml: include leads back to a.yaml',
    ],
    [
      'includes without an end in sight',
      Object.fromEntries(
        Array.from({ length: 12 }, (_, at) => [
          `${at}.yaml`,
          `include: ["${at + 1}.yaml", "${at + 1}.yaml"]\nservices: {}\n`,
        ]).concat([['12.yaml', 'services: {}\n']]),
      ),
      '0.yaml: include includes more than 100 files',
    ],
    [
      'a service that two files have',
      {
        'a.yaml': 'include: [b.yaml]\nservices: { web: { build: . } }\n',
        'b.yaml': 'services: { web: { build: . } }\n',
      },
      'a.yaml: include includes b.yaml, whose service web is also defined in a.yaml',
    ],
    [
      'extends of nothing',
      { 'compose.yaml': 'services: { web: { build: ., extends: { service: base } } }\n' },
      'compose.yaml: services.web.extends names base, which compose.yaml does not have',
    ],
    [
      'extends in a circle',
      { 'compose.yaml': 'services: { web: { build: ., extends: b }, b: { extends: web } }\n' },
      'compose.yaml: services.web.extends leads back to b',
    ],
    [
      'contexts in a circle',
      {
        'compose.yaml':
          'services: { a: { build: { additional_contexts: ["x=service:b"] } }, b: { build: { additional_contexts: ["x=service:a"] } } }\n',
      },
      'compose.yaml: a is built on itself: a → b → a',
    ],
    [
      'a context of a service that is not built',
      {
        'compose.yaml':
          'services: { a: { build: { additional_contexts: ["x=service:db"] } }, db: { image: x } }\n',
      },
      'compose.yaml: services.a.build.additional_contexts names service:db, which is not built here',
    ],
    [
      'a field of the build that is not known',
      built('{ context: ., cgroup: x }'),
      'compose.yaml: services.web.build.cgroup is not supported by this step',
    ],
    [
      'an isolation',
      built('{ context: ., isolation: hyperv }'),
      'compose.yaml: services.web.build.isolation is not supported by this step: BuildKit has no isolation modes',
    ],
    [
      'two Dockerfiles',
      built('{ context: ., dockerfile: a, dockerfile_inline: FROM scratch }'),
      'compose.yaml: services.web.build.dockerfile_inline cannot be combined with dockerfile',
    ],
    [
      'a variable that must be set',
      built('"./${DIR:?which folder}"'),
      'compose.yaml: services.web.build needs the variable DIR (which folder): set it in `variables`',
    ],
    [
      'a platform that is none',
      built('{ context: ., platforms: [AMD64] }'),
      'compose.yaml: services.web.build.platforms holds "AMD64", which is not a platform like linux/amd64',
    ],
    [
      "platforms without the service's own",
      {
        'compose.yaml': 'services: { web: { platform: linux/amd64, build: { platforms: [linux/arm64] } } }\n',
      },
      'compose.yaml: services.web.build.platforms lacks linux/amd64, the platform of the service',
    ],
    [
      'a secret that is not declared',
      built('{ context: ., secrets: [npm] }'),
      'compose.yaml: services.web.build.secrets names npm, which the file does not declare',
    ],
    [
      'a secret that is kept elsewhere',
      {
        'compose.yaml':
          'services: { web: { build: { secrets: [a] } } }\nsecrets: { a: { external: true } }\n',
      },
      'compose.yaml: services.web.build.secrets names a, which is neither a file nor a variable of the environment',
    ],
    [
      'a context that would be read as an option',
      built('--output=/'),
      'compose.yaml: services.web.build.context must not start with "-", got "--output=/"',
    ],
    [
      'an .env that is none',
      { 'compose.yaml': 'services: { web: { build: . } }\n', '.env': 'A=1\nsome words\n' },
      '.env: line 2 must be NAME=value',
    ],
  ])('%s', async (_, files, summary) => {
    await expect(load({ files })).rejects.toMatchObject({ code: 'FILE_UNREADABLE', summary });
  });
});
