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
const names = (wanted?: string[]) => readBakeFile(file, 'bake.json', wanted).targets.map(({ name }) => name);

describe('a Bake file', () => {
  test('yields its targets in the terms of the inputs', () => {
    const { targets, notes } = readBakeFile(file, 'bake.json', undefined);
    expect(JSON.parse(JSON.stringify(targets))).toEqual([
      {
        name: 'web',
        image: 'registry.example/team/web:1',
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
        values: {
          context: 'https://github.com/o/worker.git',
          file: 'Dockerfile',
          secretFiles: [],
          secretEnvs: [],
        },
      },
    ]);
    expect(notes).toEqual([
      'bake.json: the output of web is not used; this step pushes, or loads, as its inputs say',
    ]);
  });

  test('is asked by target and by group, each image once', () => {
    expect(names(['docs'])).toEqual(['docs']);
    expect(names(['back', 'worker', 'default'])).toEqual(['worker', 'web']);
    expect(readBakeFile({ target: { a: {}, b: {} } }, 'bake.json', undefined).targets).toHaveLength(2);
  });

  test('whose groups lead in a circle comes to an end', () => {
    const circle = { group: { default: { targets: ['default', 'a'] } }, target: { a: {} } };
    expect(readBakeFile(circle, 'bake.json', undefined).targets.map(({ name }) => name)).toEqual(['a']);
  });

  test.each<[string, unknown, boolean]>([
    ['plain', file, false],
    ['variables', { variable: { TAG: {} }, target: {} }, true],
    ['inheritance', { target: { a: { inherits: ['b'] }, b: {} } }, true],
    ['a matrix', { target: { a: { matrix: {} } } }, true],
    ['an expression', { target: { a: { tags: ['x:${TAG}'] } } }, true],
  ])('with %s needs buildx: %#', (_, document, expected) => expect(needsBuildx(document)).toBe(expected));

  test.each<[string, unknown, string]>([
    ['no targets', {}, 'target is missing: this is no Bake file'],
    [
      'a group that names nothing',
      { group: { default: { targets: ['x'] } }, target: { a: {} } },
      'group.default names x, which is no target',
    ],
    [
      'an unknown field',
      { target: { a: { 'dockerfile-inline': 'FROM x' } } },
      'target.a.dockerfile-inline is not supported by this step',
    ],
    [
      'a context of another target',
      { target: { a: { contexts: { b: 'target:b' } } } },
      'target.a.contexts names target:b: each image is built for itself here',
    ],
  ])('with %s is FILE_UNREADABLE, and says where', (_, document, problem) => {
    expect(() => readBakeFile(document, 'bake.json', undefined)).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE', summary: `bake.json: ${problem}` }),
    );
  });
});
