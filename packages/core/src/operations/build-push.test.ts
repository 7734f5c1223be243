import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '../errors/landfall-error.ts';
import {
  type BuildFixture,
  digest,
  imageId,
  manifestOf,
  registry,
  buildIn as run,
  sha,
  steps,
} from '../testing/build-fixture.ts';
import { type FakeWorld, fakeWorld } from '../testing/fake-world.ts';
import type { BuildRequest } from '../world/docker.ts';
import { buildPush } from './build-push.ts';

const buildRequest = (world: FakeWorld) =>
  world.requests.find(({ operation }) => operation === 'docker:build')!.input as BuildRequest;

test('an image is built, pushed under each tag, and output by digest', async () => {
  const { world, puts, result } = await run({ inputs: { tags: 'sha\nlatest' } });
  const name = `${registry}/team/web`;
  expect(result.error).toBeUndefined();
  expect(result.outputs).toEqual({
    version: '0123456',
    imageid: imageId,
    image: `${name}@${digest}`,
    digest,
    tags: `${name}:0123456\n${name}:latest`,
    repository: 'team/web',
    verified: 'true',
    metadata: JSON.stringify({
      'containerimage.digest': digest,
      'containerimage.config.digest': imageId,
      'image.name': `${name}:0123456,${name}:latest`,
    }),
  });
  expect(
    steps(world)
      .filter(([operation]) => operation !== 'registry')
      .slice(2),
  ).toEqual([
    ['docker:tag', { source: imageId, target: `${name}:0123456` }],
    ['docker:push', { reference: `${name}:0123456` }],
    ['docker:tag', { source: imageId, target: `${name}:latest` }],
  ]);
  expect(puts).toEqual([expect.objectContaining({ reference: 'latest' })]);
  expect(buildRequest(world)).toMatchObject({
    context: '/workspace',
    file: '/workspace/Dockerfile',
    destination: { kind: 'engine' },
    provenance: 'false',
    labels: [
      { name: 'org.opencontainers.image.revision', value: sha },
      { name: 'org.opencontainers.image.source', value: 'https://github.com/o/web' },
      { name: 'org.opencontainers.image.created', value: '2029-12-31T00:00:00Z' },
      { name: 'org.opencontainers.image.version', value: '0123456' },
    ],
  });
});

test('a builder that keeps the image to itself pushes by digest, and each tag is put on that digest', async () => {
  const { world, puts, result } = await run({
    held: { [digest]: manifestOf(imageId) },
    builder: { kind: 'buildx', loads: false },
    inputs: { platforms: 'linux/amd64,linux/arm64', tags: 'sha\nlatest' },
    docker: {
      build: async () => ({
        builder: 'buildx',
        imageId: digest,
        digest,
        metadata: { 'containerimage.digest': digest },
      }),
    },
  });
  expect(result.outputs.image).toBe(`${registry}/team/web@${digest}`);
  // Of an index there is no configuration whose digest could be told.
  expect(JSON.parse(result.outputs.metadata!)).not.toHaveProperty(['containerimage.config.digest']);
  expect(buildRequest(world).destination).toEqual({
    kind: 'registry',
    repositories: [`${registry}/team/web`],
  });
  expect(puts.map(({ reference }) => reference)).toEqual(['0123456', 'latest']);
});

describe('push-by-digest=true', () => {
  const byDigest = (inputs: Record<string, string>, fixture: BuildFixture = {}) =>
    run({
      held: { [digest]: manifestOf(imageId) },
      builder: { kind: 'buildx', loads: false },
      docker: {
        build: async () => ({
          builder: 'buildx',
          imageId: digest,
          digest,
          metadata: { 'containerimage.digest': digest },
        }),
      },
      ...fixture,
      inputs,
    });
  const outputs = 'type=image,push-by-digest=true,name-canonical=true,push=true';
  const name = `${registry}/team/web`;

  test.each<[string, Record<string, string>]>([
    ['the name in outputs', { repository: '', outputs: `${outputs},name=team/web` }],
    ['the repository', { outputs }],
    ['a reference in tags', { repository: '', registry: '', tags: name, outputs }],
  ])('pushes without a tag, to %s', async (_, inputs) => {
    const { world, puts, result } = await byDigest(inputs);
    expect(result.error).toBeUndefined();
    expect(result.outputs).toMatchObject({
      image: `${name}@${digest}`,
      digest,
      repository: 'team/web',
      verified: 'true',
    });
    expect(JSON.parse(result.outputs.metadata!)).toEqual({
      'containerimage.digest': digest,
      'image.name': name,
    });
    expect(result.outputs).not.toHaveProperty('tags');
    expect(buildRequest(world)).toMatchObject({
      pushByDigest: true,
      imageAttributes: [],
      destination: { kind: 'registry', repositories: [name] },
    });
    expect(puts).toEqual([]);
    expect(world.host.lines).toContain(`info: pushed ${name}@${digest}, without a tag`);
  });

  test('needs no commit, and no registry host: a name without one is of Docker Hub', async () => {
    const { world, result } = await byDigest(
      { repository: '', registry: '', outputs: `${outputs},"name=web,o/web"` },
      { commit: {} },
    );
    expect(result.error).toBeUndefined();
    expect(buildRequest(world).destination).toEqual({
      kind: 'registry',
      repositories: ['docker.io/library/web', 'docker.io/o/web'],
    });
    expect(result.outputs).toMatchObject({
      image: `docker.io/library/web@${digest}`,
      repository: 'library/web',
    });
  });

  test('an image that the registry does not hold afterwards is PUSH_FAILED', async () => {
    const { result } = await byDigest({ outputs }, { held: {} });
    expect(result.error).toMatchObject({
      code: 'PUSH_FAILED',
      summary: `${name}@${digest} was pushed but is incomplete afterwards: ${name} has no image ${digest}`,
    });
  });
});

test('a work tree that differs from its commit is reported', async () => {
  const { world } = await run({ commit: { sha, changedFiles: 1 } });
  expect(world.host.lines).toContain(
    'notice: the work tree differs from commit 0123456 (1 changed or new file): the build does not match that commit',
  );
});

test('a build without a name needs no commit', async () => {
  const { world, result } = await run({
    commit: {},
    inputs: { repository: '', registry: '', call: 'check' },
  });
  expect(result.error).toBeUndefined();
  expect(result.outputs).toEqual({});
  expect(world.requests.some(({ operation }) => operation === 'docker:build')).toBe(true);
});

test('a secret whose variable is not set is empty, and a warning says so', async () => {
  const inputs = { 'secret-envs': 'npm=NPM_TOKEN,none=EMPTY,lost=NMP_TOKEN' };
  const { world } = await run({ environment: { NPM_TOKEN: 't', EMPTY: '' }, inputs });
  expect(world.host.lines.filter((line) => line.startsWith('warning: '))).toEqual([
    'warning: secret-envs: the environment has no NMP_TOKEN, so the secret lost is empty',
  ]);
});

test('B14: the builder report never contains a build argument', async () => {
  const args = { NPM_TOKEN: 'correct-horse', PIN_SECRET: '7', MODE: 'a7', ODDNAME: 'battery-staple' };
  const provenance = {
    args: Object.fromEntries(Object.entries(args).map(([name, value]) => [`build-arg:${name}`, value])),
    env: Object.entries(args).map(([name, value]) => `${name}=${value}`),
    run: `|2 ODDNAME=battery-staple MODE=a7 /bin/sh -c login correct-horse`,
    digest: imageId,
    material: 'pkg:docker/battery-staple',
  };
  const { result } = await run({
    inputs: {
      'build-args': Object.entries(args)
        .map((pair) => pair.join('='))
        .join('\n'),
    },
    docker: {
      build: async () => ({
        builder: 'buildx',
        imageId,
        metadata: { 'buildx.build.provenance': provenance },
      }),
    },
  });
  expect(JSON.parse(result.outputs.metadata!)['buildx.build.provenance']).toEqual({
    args: Object.fromEntries(Object.keys(args).map((name) => [`build-arg:${name}`, '***'])),
    env: Object.keys(args).map((name) => `${name}=***`),
    run: '|2 ODDNAME=*** MODE=*** /bin/sh -c login ***',
    digest: imageId,
    // A value that looks harmless stays where nothing says that it is the argument's: a base image, say.
    material: 'pkg:docker/battery-staple',
  });
});

test('without a repository nothing is pushed, as with docker/build-push-action', async () => {
  const { world, result } = await run({ inputs: { repository: '', registry: '' } });
  expect(result.ok).toBe(true);
  expect(result.outputs).toMatchObject({ imageid: imageId });
  expect(result.outputs.image).toBeUndefined();
  expect(steps(world).map(([operation]) => operation)).toEqual(['docker:chooseBuilder', 'docker:build']);
});

test('with skip-if-exists an image that is there under every tag is not built again', async () => {
  const kept = manifestOf(imageId);
  const held = { '0123456': kept, latest: kept, [digest]: kept };
  const { world, result } = await run({ held, inputs: { tags: 'sha\nlatest', 'skip-if-exists': 'true' } });
  expect(result.outputs).toMatchObject({ image: `${registry}/team/web@${digest}`, digest });
  expect(result.images).toEqual([
    {
      references: [`${registry}/team/web:0123456`, `${registry}/team/web:latest`],
      digest,
      built: false,
      pushed: [],
    },
  ]);
  expect(steps(world)).toEqual([['registry', undefined]]);
  expect(result.outputs.verified).toBe('true');
  expect(world.host.lines).toEqual([
    `info: not built, because it already exists: ${registry}/team/web:0123456, ${registry}/team/web:latest (${digest})`,
  ]);
});

describe('invalid inputs', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'B01: a tag that would be an option',
      { tags: '-v/:/host' },
      'tags holds "-v/:/host", which is not allowed to start with "-"',
    ],
    [
      'B01: a repository that would be an option',
      { repository: '--privileged' },
      'repository must not start with "-", got "--privileged"',
    ],
    [
      'B02: capital letters',
      { repository: 'Team/web' },
      'repository must have a repository in lower case, got "Team/web"',
    ],
    [
      'B02: a tag in the repository',
      { repository: 'team/web:1' },
      'repository must not contain a tag or a digest; put tags in `tags`',
    ],
    [
      'B02: a trailing colon',
      { repository: 'team/web:' },
      'repository must have a tag of at most 128 letters, digits, . _ and -, not starting with . or -',
    ],
    [
      'B03: an option among the build arguments',
      { 'build-args': 'A=1\n--push' },
      'build-args line 2: the name "--push" must be letters, digits and _',
    ],
    [
      'B15: a ref that git would read as an option',
      { context: 'https://github.com/o/web.git#--upload-pack=x' },
      'context must name a branch, tag or commit after "#", got "--upload-pack=x"',
    ],
    [
      'a repository without a host',
      { registry: '' },
      'registry is required, because the repository names no registry host (docker.io for Docker Hub)',
    ],
    ['two hosts', { repository: 'ghcr.io/o/web' }, `registry is ${registry}, but repository names ghcr.io`],
    [
      'a branch that docker would take for an image of Docker Hub',
      { tags: 'feature/login' },
      'tags holds "feature/login", which may be a branch or an image of Docker Hub: write {{branch}}, or docker.io/feature/login:latest',
    ],
    [
      'a tag without a repository',
      { repository: '', push: 'true' },
      'repository is required, because "sha" in tags names none',
    ],
  ])('%s is refused before anything runs', async (_, inputs, summary) => {
    const { world, result } = await run({ inputs });
    expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
    expect([world.requests, world.host.state]).toEqual([[], {}]);
  });

  test('B03: a build argument of several lines stays one value', async () => {
    const { world } = await run({ inputs: { 'build-args': 'A<<END\n1\n--push\nEND' } });
    expect(buildRequest(world).buildArgs).toEqual([{ name: 'A', value: '1\n--push' }]);
  });

  test.each([
    [
      'B04: a Dockerfile outside of the workspace',
      { file: '../../etc/passwd' },
      'PATH_REFUSED',
      '../../etc/passwd lies outside the workspace',
    ],
    [
      'B05: a context that is missing',
      { context: 'app' },
      'PATH_MISSING',
      'app does not exist (resolved to /workspace/app)',
    ],
    [
      'B05: a context without a Dockerfile',
      { context: 'docs' },
      'PATH_MISSING',
      '/workspace/docs/Dockerfile does not exist (resolved to /workspace/docs/Dockerfile)',
    ],
  ])('%s ends the step before docker runs', async (_, inputs, code, summary) => {
    const { world, result } = await run({ inputs, files: { Dockerfile: '', 'docs/a.md': '' } });
    expect(result.error).toMatchObject({ code, summary });
    expect(world.requests).toEqual([]);
  });

  test('a run whose commit is unknown produces no tag, and reports it', async () => {
    const { result } = await run({ commit: {} });
    expect(result.error?.summary).toBe(
      'tags rule "sha" produces no tag: the CI host does not provide the commit',
    );
  });
});

test('B06: a build log full of commands changes no output and is printed inert', async () => {
  const { world, result } = await run({
    docker: {
      build: async (_, options) => {
        options?.output?.('::set-output name=image::evil');
        options?.output?.('##[add-mask]a');
        return { builder: 'buildkit', imageId, metadata: {} };
      },
    },
  });
  expect(result.outputs.image).toBe(`${registry}/team/web@${digest}`);
  const log = world.host.entries.filter(({ level }) => level === 'output');
  expect(log).toEqual([
    { level: 'output', text: ': :set-output name=image::evil', groups: ['Build with BuildKit'] },
    { level: 'output', text: '# #[add-mask]a', groups: ['Build with BuildKit'] },
  ]);
});

test.each<[Record<string, string>, string, readonly string[]]>([
  [{}, 'type=gha,scope=web', ['cache-from', 'cache-to']],
  [{ ACTIONS_RUNTIME_TOKEN: 't', ACTIONS_RESULTS_URL: 'https://r' }, 'type=gha,scope=web', []],
  [{}, 'type=gha,token=t,url_v2=https://r', []],
  [{}, 'type=registry,ref=o/gha', []],
])(
  'a GitHub cache without its token has no effect, and causes a warning: %j, %s',
  async (environment, cache, inputs) => {
    const { world } = await run({ environment, inputs: { 'cache-from': cache, 'cache-to': cache } });
    expect(world.host.lines.filter((line) => line.startsWith('warning: '))).toEqual(
      inputs.map(
        (input) =>
          `warning: ${input}: type=gha has no effect here: GitHub gives the token of its cache only to the actions of a job, not to other commands`,
      ),
    );
  },
);

test('B14: a build argument that looks like a secret is masked, with a warning that names `secrets`', async () => {
  const { world } = await run({
    inputs: { 'build-args': 'NPM_TOKEN=correct-horse\nNODE_ENV=production', secrets: 'npm=battery-staple' },
  });
  expect(world.host.masks).toEqual(['battery-staple', 'correct-horse']);
  expect(world.host.lines).toContain(
    'warning: build-args: NPM_TOKEN looks like a secret. Build arguments remain readable in the image; pass it in `secrets` and read it with RUN --mount=type=secret,id=NPM_TOKEN',
  );
  expect(world.host.lines.join()).not.toContain('NODE_ENV looks');
});

describe('the private folder of the secrets', () => {
  test('is recorded before the build, and removed after it, even on failure', async () => {
    const { world } = await run({
      docker: {
        build: async () => {
          throw new LandfallError('BUILD_FAILED', { summary: 'no' });
        },
      },
    });
    expect(world.host.state['build-folder']).toBe('/temporary/landfall-build-1');
    await expect(world.files.folder('/temporary/landfall-build-1')).rejects.toMatchObject({
      code: 'PATH_MISSING',
    });
  });

  test('is removed by the clean-up after a kill, and nothing else is', async () => {
    const clean = async (folder: string, stillBuilds = false) => {
      const world = fakeWorld({
        state: { 'build-folder': folder },
        docker: { endLeftBehind: async () => stillBuilds },
        files: { '/temporary/landfall-build-1/secret': 'x', '/etc/passwd': '' },
      });
      await buildPush.cleanUp!(world);
      return [Object.keys(world.files.contents), world.host.lines];
    };
    expect(await clean('/temporary/landfall-build-1')).toEqual([['/etc/passwd'], []]);
    expect(await clean('/temporary/landfall-build-1', true)).toEqual([
      ['/etc/passwd'],
      ['info: terminated a build left behind by an earlier run'],
    ]);
    expect(await clean('/etc')).toEqual([
      ['/temporary/landfall-build-1/secret', '/etc/passwd'],
      ['warning: /etc could not be removed: /etc is outside the temporary directory'],
    ]);
  });
});

test('B12: the cancel of the run reaches every call to docker', async () => {
  const signals: unknown[] = [];
  const { world } = await run({
    docker: {
      build: async (_, options) => {
        signals.push(options?.signal);
        return { builder: 'buildkit', imageId, metadata: {} };
      },
      push: async (_, options) => {
        signals.push(options?.signal);
        return { digest };
      },
    },
  });
  expect(signals).toEqual([world.host.cancellation, world.host.cancellation]);
});
