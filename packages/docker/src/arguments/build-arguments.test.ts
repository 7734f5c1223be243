import { describe, expect, test } from '@jest/globals';
import {
  buildKitArguments,
  buildxArguments,
  classicArguments,
  type PreparedBuild,
} from './build-arguments.ts';

const report = { imageId: '/t/id', metadata: '/t/meta' };
const plain: PreparedBuild = {
  context: '/w',
  destination: { kind: 'engine' },
  buildArgs: [],
  labels: [],
};
const buildx = (more: Partial<PreparedBuild>) => buildxArguments({ ...plain, ...more }, report).slice(7, -2);
const buildkit = (more: Partial<PreparedBuild>) =>
  buildKitArguments({ ...plain, ...more }, report).slice(4, -2);
const classic = (more: Partial<PreparedBuild>) =>
  classicArguments({ ...plain, ...more }, report).slice(3, -2);

test('the least a build needs, for each builder', () => {
  expect(buildxArguments(plain, report)).toEqual([
    'buildx',
    'build',
    '--progress=plain',
    '--iidfile',
    '/t/id',
    '--metadata-file',
    '/t/meta',
    '--load',
    '--',
    '/w',
  ]);
  expect(buildKitArguments(plain, report)).toEqual([
    'build',
    '--progress=plain',
    '--iidfile',
    '/t/id',
    '--',
    '/w',
  ]);
  expect(classicArguments(plain, report)).toEqual(['build', '--iidfile', '/t/id', '--', '/w']);
});

describe('what every builder takes', () => {
  test.each<[string, Partial<PreparedBuild>, string[]]>([
    ['file', { file: '/w/D' }, ['--file', '/w/D']],
    ['target', { target: 'web' }, ['--target', 'web']],
    [
      'build-args, as B03 has them',
      { buildArgs: [{ name: 'A', value: '1\n--push' }] },
      ['--build-arg', 'A=1\n--push'],
    ],
    ['labels', { labels: [{ name: 'a.b', value: 'c=d' }] }, ['--label', 'a.b=c=d']],
    ['pull', { pull: true }, ['--pull']],
    ['no-cache', { noCache: true }, ['--no-cache']],
    ['network', { network: 'host' }, ['--network', 'host']],
    ['add-hosts', { addHosts: ['a:1.2.3.4'] }, ['--add-host', 'a:1.2.3.4']],
    [
      'add-hosts, in the form that an older docker knows',
      { addHosts: ['a=1.2.3.4', 'b=[::1]', 'c=::2', 'd:[::3]', 'e=host-gateway'] },
      ['a:1.2.3.4', 'b:::1', 'c:::2', 'd:::3', 'e:host-gateway'].flatMap((entry) => ['--add-host', entry]),
    ],
    ['shm-size', { shmSize: '2g' }, ['--shm-size', '2g']],
    ['ulimit', { ulimits: ['nofile=1:2'] }, ['--ulimit', 'nofile=1:2']],
    ['cgroup-parent', { cgroupParent: 'x' }, ['--cgroup-parent', 'x']],
  ])('%s', (_, more, args) => {
    expect(buildx(more)).toEqual([...args, '--load']);
    expect(buildkit(more)).toEqual(args);
    expect(classic(more)).toEqual(args);
  });
});

describe('what BuildKit takes', () => {
  test.each<[string, Partial<PreparedBuild>, string[]]>([
    [
      'secret-files',
      { secretFiles: [{ name: 'npm', value: '/t/s,1' }] },
      ['--secret', 'id=npm,"src=/t/s,1"'],
    ],
    ['secret-envs', { secretEnvs: [{ name: 'npm', value: 'TOKEN' }] }, ['--secret', 'id=npm,env=TOKEN']],
    ['ssh', { ssh: ['default'] }, ['--ssh', 'default']],
  ])('%s', (_, more, args) => {
    expect(buildx(more)).toEqual([...args, '--load']);
    expect(buildkit(more)).toEqual(args);
  });
});

describe('buildx', () => {
  test.each<[string, Partial<PreparedBuild>, string[]]>([
    ['platforms', { platforms: ['linux/amd64', 'linux/arm64'] }, ['--platform', 'linux/amd64,linux/arm64']],
    [
      'build-contexts',
      { buildContexts: [{ name: 'base', value: 'docker-image://x' }] },
      ['--build-context', 'base=docker-image://x'],
    ],
    ['no-cache-filters', { noCacheFilters: ['a'] }, ['--no-cache-filter', 'a']],
    ['cache-from', { cacheFrom: ['type=gha'] }, ['--cache-from', 'type=gha']],
    ['cache-to', { cacheTo: ['type=gha,mode=max'] }, ['--cache-to', 'type=gha,mode=max']],
    ['allow', { allow: ['network.host'] }, ['--allow', 'network.host']],
    ['annotations', { annotations: ['index:a=b'] }, ['--annotation', 'index:a=b']],
    ['attests', { attests: ['type=sbom'] }, ['--attest', 'type=sbom']],
    ['provenance', { provenance: 'false' }, ['--provenance=false']],
    ['sbom', { sbom: 'true' }, ['--sbom=true']],
  ])('takes %s', (_, more, args) => {
    expect(buildx(more)).toEqual([...args, '--load']);
  });

  test('pushes by digest to every repository when the image does not go through the engine', () => {
    expect(
      buildx({ destination: { kind: 'registry', repositories: ['r.example/a', 'r.example/b'] } }),
    ).toEqual([
      '--output',
      'type=image,"name=r.example/a,r.example/b",push-by-digest=true,name-canonical=true,push=true',
    ]);
    expect(buildx({ destination: { kind: 'cache' } })).toEqual([]);
  });

  test('pushes with attributes of the image, and also keeps it in the engine under its names', () => {
    const [repositories, loadAs] = [['r.example/a'], ['r.example/a:1', 'r.example/a:2']];
    expect(
      buildx({
        destination: { kind: 'registry', repositories, loadAs },
        imageAttributes: ['compression=zstd', 'annotation.a=b,c'],
      }),
    ).toEqual([
      '--output',
      'type=image,name=r.example/a,compression=zstd,"annotation.a=b,c",push-by-digest=true,name-canonical=true,push=true',
      '--output',
      'type=docker,"name=r.example/a:1,r.example/a:2"',
    ]);
    expect(buildx({ destination: { kind: 'engine', references: ['a:1'] } })).toEqual([
      '--output',
      'type=docker,name=a:1',
    ]);
    expect(buildx({ outputs: ['type=oci,dest=/w/x.tar'] })).toEqual([
      '--output',
      'type=oci,dest=/w/x.tar',
      '--output',
      'type=docker',
    ]);
  });

  test('gets no image id for files, and no files for a call', () => {
    const files: PreparedBuild = {
      ...plain,
      destination: { kind: 'cache' },
      outputs: ['type=local,dest=/w/out'],
    };
    expect(buildxArguments(files, report)).toEqual([
      'buildx',
      'build',
      '--progress=plain',
      '--metadata-file',
      '/t/meta',
      '--output',
      'type=local,dest=/w/out',
      '--',
      '/w',
    ]);
    expect(buildKitArguments(files, report)).toEqual([
      'build',
      '--progress=plain',
      '--output',
      'type=local,dest=/w/out',
      '--',
      '/w',
    ]);
    expect(buildxArguments({ ...plain, destination: { kind: 'cache' }, call: 'check' }, report)).toEqual([
      'buildx',
      'build',
      '--progress=plain',
      '--call',
      'check',
      '--',
      '/w',
    ]);
  });

  test('is told the builder by name', () => {
    expect(buildxArguments({ ...plain, builder: 'ci' }, report).slice(2, 5)).toEqual([
      '--progress=plain',
      '--builder',
      'ci',
    ]);
  });
});

describe('BuildKit without buildx', () => {
  test.each<[string, Partial<PreparedBuild>, string[]]>([
    ['one platform', { platforms: ['linux/arm64'] }, ['--platform', 'linux/arm64']],
    [
      'a cache in a registry, by its reference',
      { cacheFrom: ['type=registry,ref=r.example/a:c', 'r.example/a:d'] },
      ['--cache-from', 'r.example/a:c', '--cache-from', 'r.example/a:d'],
    ],
    ['an inline cache', { cacheTo: ['type=inline'] }, ['--build-arg', 'BUILDKIT_INLINE_CACHE=1']],
  ])('takes %s', (_, more, args) => {
    expect(buildkit(more)).toEqual(args);
  });
});
