import { describe, expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { type FakeWorldOptions, fakeWorld } from '../testing/fake-world.ts';
import type { Builder, BuildRequest } from '../world/docker.ts';
import { buildPush } from './build-push.ts';

const sha = '0123456789abcdef0123456789abcdef01234567';
const merge = 'f'.repeat(40);
const imageId = `sha256:${'1'.repeat(64)}`;
const url = 'https://github.com/o/web/actions/runs/900';

/** A build that is not pushed, unless the inputs say otherwise. */
const run = async (
  inputs: Record<string, string>,
  { builder, ...options }: FakeWorldOptions & { builder?: Partial<Builder> } = {},
) => {
  const world = fakeWorld({
    commit: { sha, checkedOutSha: merge, sourceUrl: 'https://github.com/o/web' },
    run: { url },
    files: { Dockerfile: 'FROM scratch\n' },
    ...options,
    inputs,
    docker: {
      chooseBuilder: async () => ({ kind: 'buildx', description: 'buildx', loads: true, ...builder }),
      build: async () => ({ builder: 'buildx', imageId, metadata: {} }),
      tag: async () => {},
    },
  });
  const result = await runReported(buildPush, world);
  const sent = (operation: string) =>
    world.requests.filter((one) => one.operation === `docker:${operation}`).map(({ input }) => input);
  return { world, result, request: sent('build')[0] as BuildRequest, tagged: sent('tag') };
};

test('no input of docker/build-push-action 7.3 is missing', () => {
  const theirs =
    'add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to call cgroup-parent context file labels load network no-cache no-cache-filters outputs platforms provenance pull push sbom secrets secret-envs secret-files shm-size ssh tags target ulimit github-token';
  expect(theirs.split(' ').filter((name) => !Object.hasOwn(buildPush.inputs, name))).toEqual([]);
});

describe("docker/build-push-action's inputs reach the builder with their meaning", () => {
  test.each<[string, Record<string, string>, Partial<BuildRequest>]>([
    [
      'add-hosts',
      { 'add-hosts': 'docker:10.180.0.1,db=10.0.0.1' },
      { addHosts: ['docker:10.180.0.1', 'db=10.0.0.1'] },
    ],
    ['allow', { allow: 'network.host,security.insecure' }, { allow: ['network.host', 'security.insecure'] }],
    [
      'annotations',
      { annotations: 'index:a=b, c\nmanifest:d=e' },
      { annotations: ['index:a=b, c', 'manifest:d=e'] },
    ],
    [
      'attests',
      { attests: 'type=sbom,generator=image' },
      { attests: ['type=sbom,generator=image'], provenance: 'false' },
    ],
    [
      'build-args',
      { 'build-args': 'A=1\nFROM_JOB\nGONE' },
      {
        buildArgs: [
          { name: 'A', value: '1' },
          { name: 'FROM_JOB', value: 'of the job' },
        ],
      },
    ],
    [
      'build-contexts',
      { 'build-contexts': 'base=docker-image://alpine:3\nsrc={{defaultContext}}:lib' },
      {
        buildContexts: [
          { name: 'base', value: 'docker-image://alpine:3' },
          { name: 'src', value: `https://github.com/o/web.git#${merge}:lib` },
        ],
      },
    ],
    ['builder', { builder: 'ci' }, { builder: 'ci' }],
    [
      'cache-from',
      { 'cache-from': 'type=gha\nuser/app:cache' },
      { cacheFrom: ['type=gha', 'user/app:cache'] },
    ],
    [
      'cache-to',
      { 'cache-to': 'type=registry,ref=012345678901.dkr.ecr.eu-west-1.amazonaws.com/w:c,mode=max' },
      {
        cacheTo: [
          'type=registry,ref=012345678901.dkr.ecr.eu-west-1.amazonaws.com/w:c,mode=max,image-manifest=true,oci-mediatypes=true',
        ],
      },
    ],
    [
      'cache-to, by its image alone',
      { 'cache-to': '012345678901.dkr.ecr.eu-west-1.amazonaws.com/w:c\nuser/app:cache' },
      {
        cacheTo: [
          'type=registry,ref=012345678901.dkr.ecr.eu-west-1.amazonaws.com/w:c,image-manifest=true,oci-mediatypes=true',
          'user/app:cache',
        ],
      },
    ],
    ['cgroup-parent', { 'cgroup-parent': 'ci' }, { cgroupParent: 'ci' }],
    [
      'context',
      { context: '{{defaultContext}}:app', file: 'Dockerfile.web' },
      { context: `https://github.com/o/web.git#${merge}:app`, file: 'Dockerfile.web' },
    ],
    [
      'github-token',
      { context: '{{ defaultContext }}', 'github-token': 'gh-token-1' },
      { secrets: [{ name: 'GIT_AUTH_TOKEN.github.com', value: 'gh-token-1' }] },
    ],
    ['network', { network: 'none' }, { network: 'none' }],
    ['no-cache', { 'no-cache': 'true' }, { noCache: true }],
    ['no-cache-filters', { 'no-cache-filters': 'a,b' }, { noCacheFilters: ['a', 'b'] }],
    ['platforms', { platforms: 'linux/amd64,linux/arm64' }, { platforms: ['linux/amd64', 'linux/arm64'] }],
    ['provenance', { provenance: 'true' }, { provenance: `builder-id=${url}` }],
    ['its mode', { provenance: 'mode=max' }, { provenance: `mode=max,builder-id=${url}` }],
    ['its builder', { provenance: 'mode=max,builder-id=x' }, { provenance: 'mode=max,builder-id=x' }],
    [
      'no provenance',
      { provenance: 'false', attests: 'type=provenance,mode=max' },
      { provenance: 'false', attests: [] },
    ],
    [
      'provenance in attests',
      { attests: 'type=provenance,mode=max' },
      { provenance: undefined, attests: [`type=provenance,mode=max,builder-id=${url}`] },
    ],
    ['pull', { pull: 'true' }, { pull: true }],
    ['sbom', { sbom: 'generator=image', attests: 'type=sbom' }, { sbom: 'generator=image', attests: [] }],
    [
      'secret-envs',
      { 'secret-envs': 'a=ENV_A,b=ENV_B' },
      {
        secretEnvs: [
          { name: 'a', value: 'ENV_A' },
          { name: 'b', value: 'ENV_B' },
        ],
      },
    ],
    [
      'secret-files',
      { 'secret-files': 'key=Dockerfile' },
      { secretFiles: [{ name: 'key', value: '/workspace/Dockerfile' }] },
    ],
    [
      'secret-files outside the workspace',
      { 'secret-files': 'npm=/run/secrets/npm', 'secret-files-outside-workspace': 'true' },
      { secretFiles: [{ name: 'npm', value: '/run/secrets/npm' }] },
    ],
    ['shm-size', { 'shm-size': '2g' }, { shmSize: '2g' }],
    [
      'ssh',
      { ssh: 'default\nagent=/tmp/ssh-1/agent\nkey=Dockerfile,/temporary/id\nraw=/tmp/ssh-1/agent,raw=true' },
      {
        ssh: [
          'default',
          'agent=/tmp/ssh-1/agent',
          'key=/workspace/Dockerfile,/temporary/id',
          'raw=/tmp/ssh-1/agent,raw=true',
        ],
      },
    ],
    [
      'a local cache',
      {
        'cache-from': 'type=local,src=cache\ntype=local,src=none\no/app:cache',
        'cache-to': 'type=local,dest=/temporary/new,mode=max',
      },
      {
        cacheFrom: ['type=local,src=/workspace/cache', 'o/app:cache'],
        cacheTo: ['type=local,dest=/temporary/new,mode=max'],
      },
    ],
    ['target', { target: 'web' }, { target: 'web' }],
    ['ulimit', { ulimit: 'nofile=1024:2048,nproc=64' }, { ulimits: ['nofile=1024:2048', 'nproc=64'] }],
  ])('%s', async (_, inputs, expected) => {
    const { result, request } = await run(inputs, {
      environment: { FROM_JOB: 'of the job', SSH_AUTH_SOCK: '/tmp/ssh-1/agent' },
      files: {
        Dockerfile: 'FROM scratch\n',
        'cache/index.json': '{}',
        '/temporary/id': 'key',
        '/run/secrets/npm': 'token',
      },
    });
    expect(result.error).toBeUndefined();
    expect(request).toMatchObject(expected);
  });

  test.each<[Record<string, string>, string]>([
    [{ ssh: 'default=/etc/shadow' }, '/etc/shadow'],
    [{ 'secret-files': 'npm=/run/secrets/npm' }, '/run/secrets/npm'],
    [{ ssh: 'default=Dockerfile,../id' }, '../id'],
    [{ 'cache-from': 'type=local,src=/etc' }, '/etc'],
    [{ 'cache-to': 'type=local,dest=/home/me/.ssh' }, '/home/me/.ssh'],
  ])('a path outside the workspace is refused before docker runs: %j', async (inputs, path) => {
    const { world, result } = await run(inputs);
    expect(result.error).toMatchObject({
      code: 'PATH_REFUSED',
      summary: `${path} lies outside the workspace`,
    });
    expect(world.requests).toEqual([]);
  });

  test('a build argument that the environment does not have is omitted, with a warning', async () => {
    const { world } = await run({ 'build-args': 'GONE' });
    expect(world.host.lines).toContain(
      'notice: build-args: the environment has no GONE, so it is not passed',
    );
  });

  test.each<[string, Record<string, string>]>([
    ['of another server', { context: 'https://gitlab.example/o/web.git', 'github-token': 'gh-token-1' }],
    ['of the workspace', { 'github-token': 'gh-token-1' }],
  ])('a context %s never gets the token, which is masked anyway', async (_, inputs) => {
    const { world, request } = await run(inputs);
    expect(request.secrets).toEqual([]);
    expect(world.host.masks).toContain('gh-token-1');
  });

  test('a GIT_AUTH_TOKEN among the secrets comes before the token', async () => {
    const secrets = 'GIT_AUTH_TOKEN=own-token-1';
    const { request } = await run({ context: '{{defaultContext}}', 'github-token': 'gh-token-1', secrets });
    expect(request.secrets).toEqual([{ name: 'GIT_AUTH_TOKEN', value: 'own-token-1' }]);
  });

  test('{{defaultContext}} on a host that does not report the commit is refused before docker runs', async () => {
    const { world, result } = await run(
      { context: '{{defaultContext}}', tags: '1', repository: 'o/web', push: 'false' },
      { commit: {} },
    );
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary:
        'context names {{defaultContext}}, but the CI host does not provide the repository and the commit',
    });
    expect(world.requests).toEqual([]);
  });
});

test('the limits of the inputs hold for every command of docker', async () => {
  const seen: unknown[] = [];
  const world = fakeWorld({
    commit: { sha },
    files: { Dockerfile: 'FROM scratch\n' },
    inputs: {
      push: 'false',
      tags: '1',
      repository: 'o/web',
      'docker-timeout': '5s',
      'no-output-timeout': '1h',
    },
    docker: {
      chooseBuilder: async (_, options) => {
        seen.push(options);
        return { kind: 'buildx', description: 'buildx', loads: true };
      },
      build: async (_, options) => {
        seen.push(options);
        return { builder: 'buildx', imageId, metadata: {} };
      },
      tag: async (_, options) => void seen.push(options),
    },
  });
  await runReported(buildPush, world);
  expect(seen).toHaveLength(3);
  for (const options of seen) expect(options).toMatchObject({ timeout: 5000, noOutputTimeout: 3_600_000 });
});

describe('where the result goes', () => {
  const own = { repository: 'o/web', tags: '1\nlatest' };
  const [one, latest] = ['docker.io/o/web:1', 'docker.io/o/web:latest'];

  test('push: false and load keep the image in the engine under its tags', async () => {
    const { request, result, tagged, world } = await run({
      ...own,
      registry: 'docker.io',
      push: 'false',
      load: 'true',
    });
    expect(world.host.lines).toContain(`info: kept in the engine, not pushed: ${one}, ${latest}`);
    expect(request.destination).toEqual({ kind: 'engine' });
    expect(tagged).toEqual([
      { source: imageId, target: one },
      { source: imageId, target: latest },
    ]);
    expect(Object.keys(result.outputs)).toEqual(['version', 'imageid', 'metadata']);
  });

  test('an image that goes nowhere causes a warning, unless push is false', async () => {
    const warning =
      'warning: nothing was pushed because no repository is set; set `push: false` if that is intended';
    expect((await run({})).world.host.lines).toContain(warning);
    for (const inputs of [{ push: 'false' }, { load: 'true' }, { outputs: 'out' }, { call: 'check' }])
      expect((await run(inputs)).world.host.lines).not.toContain(warning);
  });

  test('a separate builder names what it loads', async () => {
    const { request, tagged } = await run(
      { ...own, push: 'false', load: 'true' },
      { builder: { loads: false } },
    );
    expect(request.destination).toEqual({ kind: 'engine', references: [one, latest] });
    expect(tagged).toEqual([]);
  });

  test.each(['type=local,dest=out', 'out'])(
    '%s is written into the workspace; no repository is needed',
    async (outputs) => {
      const { request, result, tagged } = await run({ outputs });
      expect(request).toMatchObject({
        destination: { kind: 'cache' },
        outputs: ['type=local,dest=/workspace/out'],
        besideOutputs: false,
      });
      expect(result.outputs['output-files']).toBe('/workspace/out');
      expect(result.outputs).not.toHaveProperty('digest');
      expect(tagged).toEqual([]);
    },
  );

  test('archives are written in addition to the image in the engine', async () => {
    const { request, result } = await run({
      outputs: 'type=oci,dest=out/image.tar,compression=zstd\ntype=docker',
      ...own,
      push: 'false',
    });
    expect(request).toMatchObject({
      destination: { kind: 'engine' },
      outputs: ['type=oci,dest=/workspace/out/image.tar,compression=zstd'],
      besideOutputs: true,
    });
    expect(result.outputs['output-files']).toBe('/workspace/out/image.tar');
  });

  test('type=registry sets the attributes of the pushed image', async () => {
    const { request } = await run(
      { ...own, registry: 'r.example', outputs: 'type=registry,compression=zstd,oci-mediatypes=true' },
      { builder: { loads: false } },
    );
    expect(request).toMatchObject({
      destination: { kind: 'registry', repositories: ['r.example/o/web'] },
      imageAttributes: ['compression=zstd', 'oci-mediatypes=true'],
    });
  });

  test('push and load work together with a separate builder', async () => {
    const { request } = await run(
      { ...own, registry: 'r.example', load: 'true' },
      { builder: { loads: false } },
    );
    expect(request.destination).toEqual({
      kind: 'registry',
      repositories: ['r.example/o/web'],
      loadAs: ['r.example/o/web:1', 'r.example/o/web:latest'],
    });
  });

  test('a call builds nothing, pushes nothing and outputs no image', async () => {
    const { request, result } = await run({ ...own, registry: 'r.example', call: 'check' });
    expect(request).toMatchObject({ call: 'check', destination: { kind: 'cache' } });
    expect(Object.keys(result.outputs)).toEqual(['version']);
  });

  test.each<[Record<string, string>, string]>([
    [
      { outputs: 'type=image,name=o/web,push=true', ...own, registry: 'r.example' },
      'outputs holds "type=image,name=o/web,push=true", which has "name": the image is named by `repository` and `tags`',
    ],
    [
      { outputs: 'type=image,name-canonical=true', ...own, registry: 'r.example' },
      'outputs holds "type=image,name-canonical=true", which has "name-canonical": the image is named by `repository` and `tags`',
    ],
    [
      { outputs: 'type=image,name=o/web,push-by-digest=true' },
      'outputs has push-by-digest=true without push=true, and pushes nothing',
    ],
    [
      { outputs: 'type=image,name=o/web:1,push-by-digest=true,push=true' },
      'outputs holds "type=image,name=o/web:1,push-by-digest=true,push=true", which has the name "o/web:1", which is not a repository without a tag',
    ],
    [
      { outputs: 'type=image,name=o/web,push-by-digest=true,push=true', ...own, registry: 'r.example' },
      'outputs names the image, and so does `repository`: give one of them',
    ],
    [
      {
        repository: 'o/web',
        registry: 'r.example',
        outputs: 'type=image,push-by-digest=true',
        'skip-if-exists': 'true',
      },
      'skip-if-exists looks for tags, and push-by-digest=true in outputs makes none',
    ],
    [
      { 'bake-file': 'x.json', registry: 'r.example', outputs: 'type=image,push-by-digest=true,push=true' },
      'outputs has push-by-digest=true, which is for a single image',
    ],
    [
      { outputs: 'type=registry', push: 'false', ...own, registry: 'r.example' },
      'outputs pushes, although push is false',
    ],
    [
      { outputs: 'type=image,compression=zstd' },
      'outputs gives "compression=zstd" to an image that is not pushed',
    ],
    [
      { registry: 'r.example' },
      'repository is required because `registry` is set; to build without pushing, set push to false',
    ],
    [
      { 'targets-before-push': 'test' },
      'targets-before-push is for compose-file and bake-file; build the stage in a step before, with `target` and `push: false`',
    ],
    [{ outputs: 'type=oci' }, 'outputs holds "type=oci", which needs a dest'],
    [
      { outputs: 'type=tar,dest=-' },
      'outputs holds "type=tar,dest=-", which writes to stdout, which is the log: name a file',
    ],
    [{ outputs: 'dest=x' }, 'outputs holds "dest=x", which needs a type'],
    [
      { outputs: 'type=zip,dest=x' },
      'outputs holds "type=zip,dest=x", which has a type other than local, tar, oci, docker, image, registry',
    ],
    [{ outputs: '-o=x' }, 'outputs holds "-o=x", which is not allowed to start with "-"'],
    [
      { ...own, registry: 'r.example', 'skip-if-exists': 'true', outputs: 'out' },
      'skip-if-exists would skip what outputs requests',
    ],
    [
      { ...own, registry: 'r.example', 'skip-if-exists': 'true', load: 'true' },
      'skip-if-exists would skip what load requests',
    ],
    [{ call: 'check', load: 'true' }, 'call is check, which builds nothing to push, load or write'],
    [
      { call: 'chekc' },
      'call must be one of build, check, outline, targets, got "chekc" (did you mean "check"?)',
    ],
    [
      { annotations: 'manifest:novalue' },
      'annotations holds "manifest:novalue", which is not an annotation like index:name=value',
    ],
  ])('%j is refused before anything runs', async (inputs, summary) => {
    const { world, result } = await run(inputs);
    expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
    expect(world.requests).toEqual([]);
  });

  test('B04: a place outside of the workspace is refused before docker runs', async () => {
    const { world, result } = await run({ outputs: '../out' });
    expect(result.error).toMatchObject({ code: 'PATH_REFUSED' });
    expect(world.requests).toEqual([]);
  });
});
