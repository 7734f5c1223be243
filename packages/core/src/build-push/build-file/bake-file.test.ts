import { describe, expect, test } from '@jest/globals';
import { needsBuildx, readBakeFile } from './bake-file.ts';

const file = {
  group: { default: { targets: ['web', 'back'] }, back: { targets: ['worker'] } },
  target: {
    web: {
      context: 'web',
      dockerfile: 'Dockerfile.prod',
      args: { VERSION: '1' },
      tags: ['registry.example/team/web:1'],
      'cache-to': [{ type: 'registry', ref: 'registry.example/cache', mode: 'max' }],
      secret: [{ id: 'npm', env: 'NPM_TOKEN' }, 'id=key,src=keys/signing'],
      attest: ['type=sbom'],
      output: ['type=registry'],
    },
    worker: { context: 'https://github.com/o/worker.git', dockerfile: 'Dockerfile' },
    docs: {},
  },
};
const names = (targets?: string[], also: string[] = []) =>
  readBakeFile(file, 'bake.json', { targets, also }).targets.map(({ name }) => name);

describe('a Bake file', () => {
  test('is read into targets that use the terms of the inputs', () => {
    const { targets, notes } = readBakeFile(file, 'bake.json', {});
    expect(JSON.parse(JSON.stringify(targets))).toEqual([
      {
        name: 'web',
        images: ['registry.example/team/web:1'],
        values: {
          context: 'web',
          file: 'web/Dockerfile.prod',
          buildArgs: [{ name: 'VERSION', value: '1' }],
          cacheTo: ['type=registry,ref=registry.example/cache,mode=max'],
          secretFiles: [{ name: 'key', value: 'keys/signing' }],
          secretEnvs: [{ name: 'npm', value: 'NPM_TOKEN' }],
          attests: ['type=sbom'],
        },
      },
      {
        name: 'worker',
        images: [],
        values: {
          context: 'https://github.com/o/worker.git',
          file: 'Dockerfile',
          secretFiles: [],
          secretEnvs: [],
        },
      },
    ]);
    expect(notes).toEqual([
      'bake.json: the output of web is not used; this step pushes or loads according to its inputs',
    ]);
  });

  test('is selected from by target and group, each image once', () => {
    expect(names(['docs'])).toEqual(['docs']);
    expect(names(['docs'], ['worker'])).toEqual(['docs', 'worker']);
    expect(names(['back', 'worker', 'default'])).toEqual(['worker', 'web']);
    expect(readBakeFile({ target: { a: {}, b: {} } }, 'bake.json', {}).targets).toHaveLength(2);
  });

  test('also builds the targets that others use as contexts', () => {
    const document = {
      group: { default: { targets: ['web'] } },
      target: { web: { contexts: { base: 'target:base', src: 'src' } }, base: { context: 'base' }, docs: {} },
    };
    const { targets, notes } = readBakeFile(document, 'bake.json', {});
    expect(notes).toEqual(['bake.json: base is also built, because it is a context of web']);
    expect(targets.map(({ name, values }) => [name, values.buildContexts])).toEqual([
      [
        'web',
        [
          { name: 'base', value: 'target:base' },
          { name: 'src', value: 'src' },
        ],
      ],
      ['base', undefined],
    ]);
  });

  test('may hold the Dockerfile itself, null for what the Dockerfile says, and secrets by their id alone', () => {
    const web = {
      context: 'cwd://app',
      dockerfile: 'unused',
      'dockerfile-inline': 'FROM scratch\n',
      args: { A: null, B: '' },
      labels: { l: null },
      secret: ['id=TOKEN', 'id=key.pem'],
    };
    const environment = (name: string) => (name === 'TOKEN' ? 'x' : undefined);
    const { targets } = readBakeFile({ target: { web } }, 'bake.json', {}, environment);
    expect(JSON.parse(JSON.stringify(targets))).toEqual([
      {
        name: 'web',
        images: [],
        dockerfile: 'FROM scratch\n',
        values: {
          context: 'app',
          buildArgs: [{ name: 'B', value: '' }],
          labels: [],
          secretEnvs: [{ name: 'TOKEN', value: 'TOKEN' }],
          secretFiles: [{ name: 'key.pem', value: 'key.pem' }],
        },
      },
    ]);
  });

  test('with cyclic groups terminates', () => {
    const circle = { group: { default: { targets: ['default', 'a'] } }, target: { a: {} } };
    expect(readBakeFile(circle, 'bake.json', {}).targets.map(({ name }) => name)).toEqual(['a']);
  });

  test.each<[string, unknown, boolean]>([
    ['plain', file, false],
    ['variables', { variable: { TAG: {} }, target: {} }, true],
    ['inheritance', { target: { a: { inherits: ['b'] }, b: {} } }, true],
    ['a matrix', { target: { a: { matrix: {} } } }, true],
    ['an expression', { target: { a: { tags: ['x:${TAG}'] } } }, true],
  ])('with %s needs buildx: %#', (_, document, expected) => expect(needsBuildx(document)).toBe(expected));

  test.each<[string, unknown, string]>([
    ['no targets', {}, 'target is missing: this is not a Bake file'],
    [
      'a group that names nothing',
      { group: { default: { targets: ['x'] } }, target: { a: {} } },
      'group.default names x, which is not a target',
    ],
    ['an unknown field', { target: { a: { call: 'check' } } }, 'target.a.call is not supported by this step'],
    [
      'a context of another target',
      { target: { a: { contexts: { b: 'target:b' } } } },
      'target.a.contexts names target:b, which is not a target',
    ],
    [
      'a Dockerfile beside a remote context',
      { target: { a: { context: 'https://github.com/o/r.git', 'dockerfile-inline': 'FROM x' } } },
      'target.a.dockerfile-inline cannot be combined with a remote context',
    ],
  ])('with %s is FILE_UNREADABLE, and says where', (_, document, problem) => {
    expect(() => readBakeFile(document, 'bake.json', {})).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE', summary: `bake.json: ${problem}` }),
    );
  });
});
