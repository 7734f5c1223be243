import { describe, expect, test } from '@jest/globals';
import { readYaml } from '../documents/read-yaml.ts';
import { readComposeFile } from './compose-file.ts';
import { interpolate } from './interpolate.ts';

const read = (text: string, { wanted, variables = {} }: { wanted?: string[]; variables?: object } = {}) =>
  readComposeFile(readYaml(text, 'deploy/compose.yaml'), {
    folder: 'deploy',
    name: 'deploy/compose.yaml',
    variables: new Map(Object.entries(variables)),
    wanted,
  });

describe('a Compose file', () => {
  test('yields each service that is built, in the terms of the inputs, its paths from its own folder', () => {
    const { targets } = read(`
services:
  web:
    image: registry.example/team/web:\${TAG:-dev}
    build:
      context: web
      dockerfile: docker/Dockerfile
      args: { NODE_VERSION: 24, DEBUG: false }
      labels: [a.b=c=d]
      target: runtime
      platforms: [linux/amd64, linux/arm64]
      cache_from: ['type=registry,ref=registry.example/cache:<target>']
      no_cache: true
      extra_hosts: { db: 10.0.0.1 }
      ulimits: { nproc: 65535, nofile: { soft: 1024, hard: 2048 } }
      shm_size: 64m
      ssh: [default]
      secrets: [npm, { source: key, target: signing }]
      additional_contexts: { shared: ../shared, base: 'docker-image://alpine' }
  worker:
    build: .
  db:
    image: postgres:17
secrets:
  npm: { environment: NPM_TOKEN }
  key: { file: keys/signing }
`);
    expect(targets.map(({ name, image }) => [name, image])).toEqual([
      ['web', 'registry.example/team/web:dev'],
      ['worker', undefined],
    ]);
    const given = (index: number) => JSON.parse(JSON.stringify(targets[index]!.values));
    expect(given(0)).toEqual({
      context: 'deploy/web',
      file: 'deploy/web/docker/Dockerfile',
      target: 'runtime',
      platforms: ['linux/amd64', 'linux/arm64'],
      buildArgs: [
        { name: 'NODE_VERSION', value: '24' },
        { name: 'DEBUG', value: 'false' },
      ],
      labels: [{ name: 'a.b', value: 'c=d' }],
      cacheFrom: ['type=registry,ref=registry.example/cache:<target>'],
      noCache: true,
      addHosts: ['db=10.0.0.1'],
      ulimit: ['nproc=65535', 'nofile=1024:2048'],
      shmSize: '64m',
      ssh: ['default'],
      secretEnvs: [{ name: 'npm', value: 'NPM_TOKEN' }],
      secretFiles: [{ name: 'signing', value: 'deploy/keys/signing' }],
      buildContexts: [
        { name: 'shared', value: 'deploy/../shared' },
        { name: 'base', value: 'docker-image://alpine' },
      ],
    });
    expect(given(1)).toEqual({ context: 'deploy/.' });
  });

  test('leaves a service of a profile out, and says so, unless it is named', () => {
    const text = 'services:\n  web: { build: . }\n  debug: { build: ., profiles: [debug] }\n';
    const all = read(text);
    expect(all.targets.map(({ name }) => name)).toEqual(['web']);
    expect(all.notes).toEqual([
      'deploy/compose.yaml: debug belongs to a profile, and is built only when `targets` names it',
    ]);
    expect(read(text, { wanted: ['debug'] }).targets.map(({ name }) => name)).toEqual(['debug']);
  });

  const built = (build: string) => `services:\n  web:\n    build: ${build}\n`;
  test.each<[string, string, string]>([
    ['no services', 'name: x\n', 'services is missing: this is no Compose file'],
    [
      'an include',
      'include: [a.yaml]\nservices: {}\n',
      'include is not supported by this step: name the file itself',
    ],
    [
      'extends',
      'services: { web: { build: ., extends: { service: base } } }\n',
      'services.web.extends is not supported by this step',
    ],
    [
      'a field of the build that is not known',
      built('{ context: ., privileged: true }'),
      'services.web.build.privileged is not supported by this step',
    ],
    [
      'an argument from the environment',
      built('{ context: ., args: [TOKEN] }'),
      'services.web.build.args.TOKEN takes its value from the environment, which this step does not read: give it in `build-args`, or a value in the file',
    ],
    [
      'a variable that is not given',
      built('"./$DIR"'),
      'services.web.build needs the variable DIR: give it in `variables`',
    ],
    [
      'a platform that is none',
      built('{ context: ., platforms: [AMD64] }'),
      'services.web.build.platforms holds "AMD64", which is not a platform like linux/amd64',
    ],
    [
      'a secret that is not declared',
      built('{ context: ., secrets: [npm] }'),
      'services.web.build.secrets names npm, which the file does not declare',
    ],
    [
      'another service as a context',
      built('{ context: ., additional_contexts: { base: "service:base" } }'),
      'services.web.build.additional_contexts names service:base: each image is built for itself here',
    ],
    [
      'a context that would be read as an option',
      built('--output=/'),
      'services.web.build.context must not start with "-", got "--output=/"',
    ],
  ])('with %s is FILE_UNREADABLE, and says where', (_, text, problem) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE', summary: `deploy/compose.yaml: ${problem}` }),
    );
  });
});

test.each<[string, string | RegExp]>([
  ['a $A b', 'a 1 b'],
  ['${A}${B:-x}${C-y}${E:-z}${E-z}', '1xyz'],
  ['${A:+set}${E:+set}${E+set}', 'setset'],
  ['$$A costs $$5', '$A costs $5'],
  ['$B', /needs the variable B: give it in `variables`/],
  ['${B:?which one}', /needs the variable B \(which one\)/],
  ['100$', /has "\$", which is no variable/],
  ['${A B}', /has "\$\{", which is no variable/],
])('%j comes to %s, as Compose interpolates', (text, expected) => {
  const result = interpolate(
    text,
    new Map([
      ['A', '1'],
      ['E', ''],
    ]),
  );
  if (typeof expected === 'string') expect(result).toEqual({ ok: true, text: expected });
  else expect(result.ok ? result.text : result.problem).toMatch(expected);
});
