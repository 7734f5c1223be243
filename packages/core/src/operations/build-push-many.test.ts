import { describe, expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { LandfallError } from '../errors/landfall-error.ts';
import { nameOf } from '../image/reference/image-reference.ts';
import { manifestOf } from '../testing/build-fixture.ts';
import { type FakeWorldOptions, fakeWorld } from '../testing/fake-world.ts';
import type { BuildRequest, Docker } from '../world/docker.ts';
import type { Manifest, Registry } from '../world/registry.ts';
import { buildPush } from './build-push.ts';

const registry = '012345678901.dkr.ecr.eu-west-1.amazonaws.com';
const compose = `
services:
  api: { build: api }
  web: { build: { context: web, args: { MODE: file, KEEP: file } }, image: "old.example/acme/www:1" }
  worker: { build: worker }
`;
const files = {
  'compose.yaml': compose,
  ...Object.fromEntries(['api', 'web', 'worker'].map((one) => [`${one}/Dockerfile`, 'FROM scratch\n'])),
};
/** Every image has the digest and id of its context's first letter. */
const hash = (text: string) => `sha256:${text.charCodeAt(0).toString(16).repeat(32)}`;

const run = async (options: FakeWorldOptions = {}, build?: Docker['build']) => {
  let running = 0;
  let most = 0;
  const held = new Map<string, Manifest>();
  const api = {
    manifest: async (target) => held.get(`${nameOf(target)} ${target.reference}`),
    hasBlob: async () => true,
    putManifest: async (target, manifest) => {
      held.set(`${nameOf(target)} ${target.reference}`, manifest);
      return manifest.digest;
    },
  } as Partial<Registry> as Registry;
  const world = fakeWorld({
    commit: { sha: '0123456789abcdef0123456789abcdef01234567' },
    files,
    ...options,
    inputs: { 'compose-file': 'compose.yaml', registry, 'repository-prefix': 'team/', ...options.inputs },
    docker: {
      chooseBuilder: async () => ({ kind: 'buildkit', description: 'BuildKit', loads: true }),
      build: async (request, given) => {
        running += 1;
        most = Math.max(most, running);
        given?.output?.('::set-output name=images::evil');
        await Promise.resolve();
        try {
          return build
            ? await build(request, given)
            : { builder: 'buildkit', imageId: hash(request.context.split('/').at(-1)!), metadata: {} };
        } finally {
          running -= 1;
        }
      },
      tag: async () => {},
      push: async ({ reference }) => {
        const [place, tag] = reference.split(':') as [string, string];
        const digest = hash(place.split('/').at(-1)!);
        const manifest = manifestOf(digest, digest);
        held.set(`${place} ${tag}`, manifest).set(`${place} ${digest}`, manifest);
        return { digest };
      },
      ...options.docker,
    },
    registry: async () => api,
  });
  return { world, result: await runReported(buildPush, world), most };
};
const requests = (world: ReturnType<typeof fakeWorld>) =>
  world.requests
    .filter(({ operation }) => operation === 'docker:build')
    .map(({ input }) => input as BuildRequest);

test('a secret of the file stays inside the workspace, whatever the input may be', async () => {
  const inputs = {
    'secret-files': 'npm=/run/secrets/npm',
    'secret-files-outside-workspace': 'true',
    targets: 'api',
  };
  const withSecret = (file: string) => ({
    ...files,
    '/run/secrets/npm': 'token',
    'compose.yaml': `
services: { api: { build: { context: api, secrets: [own] } } }
secrets: { own: { file: ${file} } }
`,
  });
  const good = await run({ inputs, files: { ...withSecret('own.txt'), 'own.txt': 'x' } });
  expect(requests(good.world)[0]!.secretFiles).toEqual([
    { name: 'own', value: '/workspace/own.txt' },
    { name: 'npm', value: '/run/secrets/npm' },
  ]);
  const { world, result } = await run({ inputs, files: withSecret('/run/secrets/npm') });
  expect(result.error).toMatchObject({
    code: 'PATH_REFUSED',
    summary: 'api failed (1 of 1 image): /run/secrets/npm lies outside the workspace',
  });
  expect(requests(world)).toEqual([]);
});

test('each service gets its own repository and digest, two at a time', async () => {
  const { world, result, most } = await run({ inputs: { tags: 'sha\nlatest' } });
  expect(result.error).toBeUndefined();
  const image = (name: string) => `${registry}/team/${name}@${hash(name)}`;
  expect(JSON.parse(result.outputs.images!)).toEqual({
    api: image('api'),
    web: image('web'),
    worker: image('worker'),
  });
  expect(JSON.parse(result.outputs.digests!)).toEqual({
    api: `team/api@${hash('api')}`,
    web: `team/web@${hash('web')}`,
    worker: `team/worker@${hash('worker')}`,
  });
  expect(result.outputs).not.toHaveProperty('image');
  expect(result.outputs.version).toBe('0123456');
  expect(result.outputs.tags!.split('\n').sort()).toEqual(
    ['api', 'web', 'worker'].flatMap((name) => [
      `${registry}/team/${name}:0123456`,
      `${registry}/team/${name}:latest`,
    ]),
  );
  expect(most).toBe(2);
  expect(requests(world).map(({ context }) => context)).toEqual([
    '/workspace/api',
    '/workspace/web',
    '/workspace/worker',
  ]);
  expect(Object.keys(world.files.contents).filter((path) => path.startsWith('/temporary'))).toEqual([]);
  expect(world.host.lines.filter((line) => line.includes('set-output'))).toEqual(
    ['api', 'web', 'worker'].map((name) => expect.stringContaining(`${name} | ::set-output`)),
  );
});

test('outputs and log are in the order of the file, and report the result of each image', async () => {
  const worker = Promise.withResolvers<void>();
  const { world, result } = await run(
    { inputs: { 'builds-at-once': '3', tags: 'sha' } },
    async ({ context }) => {
      const name = context.split('/').at(-1)!;
      if (name === 'worker') worker.resolve();
      else await worker.promise.then(() => new Promise(setImmediate));
      return { builder: 'buildkit', imageId: hash(name), metadata: {} };
    },
  );
  expect(result.error).toBeUndefined();
  const names = ['api', 'web', 'worker'];
  expect(result.outputs.tags).toBe(names.map((name) => `${registry}/team/${name}:0123456`).join('\n'));
  expect(Object.keys(JSON.parse(result.outputs.images!))).toEqual(names);
  expect(world.host.lines.slice(-3)).toEqual(
    names.map((name) => `info: ${name}: pushed ${registry}/team/${name}@${hash(name)}`),
  );
});

test('the mapping takes precedence over the prefix, the prefix over the file name, and inputs over the file', async () => {
  const { world, result } = await run({
    inputs: {
      'repository-prefix': '',
      repositories: 'api=other.example/another',
      targets: 'api,web,worker',
      'build-args': 'MODE=input\nMORE=input',
    },
  });
  expect(result.error).toBeUndefined();
  expect(Object.values(JSON.parse(result.outputs.images!))).toEqual([
    `other.example/another@${hash('another')}`,
    `old.example/acme/www@${hash('www')}`,
    `${registry}/worker@${hash('worker')}`,
  ]);
  expect(requests(world)[1]!.buildArgs).toEqual([
    { name: 'KEEP', value: 'file' },
    { name: 'MODE', value: 'input' },
    { name: 'MORE', value: 'input' },
  ]);
});

test('when one fails, those in progress finish, no other starts, and every result is reported', async () => {
  const { result } = await run({ inputs: { 'builds-at-once': '2' } }, async ({ context }) => {
    const name = context.split('/').at(-1)!;
    if (name === 'api')
      throw new LandfallError('BUILD_FAILED', { summary: 'exit code: 3', details: ['RUN x'] });
    return { builder: 'buildkit', imageId: hash(name), metadata: {} };
  });
  const web = `${registry}/team/web@${hash('web')}`;
  expect(result.error).toMatchObject({
    code: 'BUILD_FAILED',
    summary: 'api failed (1 of 3 images): exit code: 3',
    details: ['RUN x', 'api: BUILD_FAILED: exit code: 3', `web: pushed: ${web}`, 'worker: not tried'],
    facts: { targets: { api: 'failed', web: 'pushed', worker: 'not tried' } },
  });
  expect(JSON.parse(result.outputs.images!)).toEqual({ web });
});

test('what is missing for one image is reported before any is built', async () => {
  const { world, result } = await run({
    files: { ...files, 'compose.yaml': `${compose}  lost: { build: { context: lost } }\n` },
  });
  expect(result.error).toMatchObject({
    code: 'PATH_MISSING',
    summary: expect.stringMatching(/^lost failed \(1 of 4 images\): lost does not exist/),
    facts: { targets: { api: 'not tried', web: 'not tried', worker: 'not tried', lost: 'failed' } },
  });
  expect(world.requests.map(({ operation }) => operation)).not.toContain('docker:build');
});

test('what no builder here can do for one image is reported before any is built', async () => {
  const { result } = await run({
    files: {
      ...files,
      'compose.yaml': compose.replace('build: worker', 'build: { context: worker, ssh: [default] }'),
    },
    docker: {
      chooseBuilder: async ({ ssh }) => {
        if (ssh?.length) throw new LandfallError('TOOL_MISSING', { summary: 'ssh needs it' });
        return { kind: 'classic', description: 'classic', loads: true };
      },
      build: async () => {
        throw new Error('nothing is to be built');
      },
    },
  });
  expect(result.error?.summary).toBe('worker failed (1 of 3 images): ssh needs it');
});

test('a notice that applies to all is reported once', async () => {
  const { world } = await run({
    docker: {
      chooseBuilder: async () => ({ kind: 'buildkit', description: 'B', loads: true, notice: 'no buildx' }),
    },
  });
  expect(world.host.lines.filter((line) => line.includes('no buildx'))).toEqual(['notice: api | no buildx']);
});

test('without a registry or a repository they are built, and nothing is pushed', async () => {
  const { world, result } = await run({ inputs: { registry: '', 'repository-prefix': '' } });
  expect(result.error).toBeUndefined();
  expect(result.outputs).toEqual({ version: '0123456' });
  expect(world.requests.some(({ operation }) => operation === 'docker:push')).toBe(false);
});

test('a Bake file in HCL is evaluated by buildx', async () => {
  const plan = { group: { default: { targets: ['web'] } }, target: { web: { context: 'web' } } };
  const { world, result } = await run({
    inputs: {
      'compose-file': '',
      'bake-file': 'docker-bake.hcl',
      targets: 'web',
      variables: 'TAG=1',
      set: '*.platform=linux/arm64\nweb.args.A=b, c',
    },
    files: { ...files, 'docker-bake.hcl': 'target "web" {}' },
    docker: { bakePlan: async () => JSON.stringify(plan) },
  });
  expect(result.error).toBeUndefined();
  expect(world.requests[0]).toEqual({
    operation: 'docker:bakePlan',
    input: {
      file: '/workspace/docker-bake.hcl',
      folder: '/workspace',
      targets: ['web'],
      variables: [{ name: 'TAG', value: '1' }],
      set: ['*.platform=linux/arm64', 'web.args.A=b, c'],
    },
  });
  expect(Object.keys(JSON.parse(result.outputs.images!))).toEqual(['web']);
});

test('what buildx escapes when it prints a Bake file is read as the file has it', async () => {
  const web = {
    context: 'web',
    args: { A: '$${HOME} $B %%{c}' },
    'dockerfile-inline': 'RUN echo $${HOME}\n',
  };
  const plan = { group: { default: { targets: ['web', 'test'] } }, target: { web, test: {} } };
  const { world, result } = await run({
    inputs: { 'compose-file': '', 'bake-file': 'docker-bake.hcl', 'targets-before-push': 'test' },
    files: { ...files, 'docker-bake.hcl': 'target "web" {}', Dockerfile: 'FROM scratch\n' },
    docker: { bakePlan: async () => JSON.stringify(plan) },
  });
  expect(result.error).toBeUndefined();
  expect(world.requests[0]!.input).toMatchObject({ targets: ['default', 'test'] });
  const [, built] = requests(world);
  expect(built).toMatchObject({
    buildArgs: [{ name: 'A', value: '${HOME} $B %{c}' }],
    dockerfile: 'RUN echo ${HOME}\n',
  });
});

const builtOn = {
  ...files,
  'compose.yaml':
    'services: { web: { build: { context: web, additional_contexts: { base: "service:api" } } }, api: { build: { context: api, dockerfile_inline: "FROM scratch" } }, worker: { build: worker } }\n',
};

test('an image that is built on another waits for it, and takes it by its digest', async () => {
  const { world, result } = await run({ files: builtOn, inputs: { 'builds-at-once': '3' } });
  expect(result.error).toBeUndefined();
  const [api, ...others] = requests(world);
  expect(api).toMatchObject({ context: '/workspace/api', dockerfile: 'FROM scratch' });
  expect(api!.file).toBeUndefined();
  expect(others.find(({ context }) => context === '/workspace/web')!.buildContexts).toEqual([
    { name: 'base', value: `docker-image://${registry}/team/api@${hash('api')}` },
  ]);
});

test('without a push it takes it from the engine', async () => {
  const { world, result } = await run({ files: builtOn, inputs: { push: 'false' } });
  expect(result.error).toBeUndefined();
  expect(requests(world).find(({ context }) => context === '/workspace/web')!.buildContexts).toEqual([
    { name: 'base', value: `docker-image://${registry}/team/api:0123456` },
  ]);
});

test('without a push, a builder that keeps images to itself cannot build on them, and says so', async () => {
  const { result } = await run({
    files: builtOn,
    inputs: { push: 'false', 'builds-at-once': '1' },
    docker: { chooseBuilder: async () => ({ kind: 'buildx', description: 'buildx', loads: false }) },
  });
  expect(result.error).toMatchObject({
    code: 'INPUT_INVALID',
    summary:
      'web failed (1 of 3 images): push is required: web is built on api, which this builder does not load into the engine',
    facts: { targets: { api: 'built', web: 'failed', worker: 'not tried' } },
  });
});

test('a target whose base image failed is not built', async () => {
  const { result } = await run({ files: builtOn }, async ({ context }) => {
    if (context.endsWith('api')) throw new LandfallError('BUILD_FAILED', { summary: 'no' });
    return { builder: 'buildkit', imageId: hash('x'), metadata: {} };
  });
  expect(result.error).toMatchObject({ facts: { targets: { api: 'failed', web: 'not tried' } } });
});

test('a Bake file without variables gets none', async () => {
  const { world, result } = await run({
    inputs: { 'compose-file': '', 'bake-file': 'bake.json', variables: 'TAG=1' },
    files: { ...files, 'bake.json': '{"target":{"web":{}}}' },
  });
  expect(result.error?.summary).toBe('variables cannot be set: bake.json has no variables');
  expect(world.requests).toEqual([]);
});

describe('refused before anything is built', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'a target that the file does not have',
      { targets: 'wep' },
      'targets names wep, which compose.yaml does not have (did you mean "web"?): it has api, web, worker',
    ],
    [
      'two images under one name',
      { repositories: 'api=team/one\nweb=team/one', tags: 'sha' },
      `repositories must give web one of its own: it would be pushed over api, as ${registry}/team/one:0123456`,
    ],
    [
      'a repository that is not a name',
      { repositories: 'api=Team/API' },
      'repository (of api) must have a repository in lower case, got "Team/API"',
    ],
    [
      'what describes one image',
      { context: 'web' },
      'context cannot be combined with compose-file: it is set in compose-file',
    ],
    [
      'what is for Bake',
      { set: 'web.target=x' },
      'set cannot be combined with compose-file: it is for bake-file',
    ],
    [
      'a value that is none',
      { 'compose-file': '', 'bake-file': 'b.hcl', set: 'target=x' },
      'set holds "target=x", which is not a value like web.args.MODE=release',
    ],
    [
      'what is to be built before the push, of a file that does not have it',
      { 'targets-before-push': 'tset' },
      'targets-before-push names tset, which compose.yaml does not have: it has api, web, worker',
    ],
    [
      'a build of nothing but what is not pushed',
      { targets: 'api', 'targets-before-push': 'api' },
      'targets-before-push leaves nothing to push',
    ],
    [
      'a target that is to be pushed and not to be pushed',
      { targets: 'api, web', 'targets-before-push': 'api' },
      'targets-before-push names api, as targets does: what is built before the push is not pushed',
    ],
    ['two files', { 'bake-file': 'bake.json' }, 'bake-file cannot be combined with compose-file'],
  ])('%s', async (_, inputs, summary) => {
    const { world, result } = await run({ inputs });
    expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
    expect(world.requests).toEqual([]);
  });
});

describe('the tags of the file', () => {
  const shop = `
services:
  test: { build: { context: ., target: test } }
  release: { image: "shop/web:latest", build: { context: ., target: release } }
  app: { image: "shop/web:\${APP_VERSION}", build: { context: ., target: release } }
`;
  const own = { files: { 'compose.yaml': shop, Dockerfile: 'FROM scratch\n' }, inputs: {} };
  const unmapped = { 'repository-prefix': '' };
  const withVersion = { ...unmapped, variables: 'APP_VERSION=1.2', targets: 'release,app' };

  test('are pushed, two of one repository', async () => {
    const { result } = await run({ ...own, inputs: withVersion });
    expect(result.error).toBeUndefined();
    expect(result.outputs.tags).toBe(`${registry}/shop/web:latest\n${registry}/shop/web:1.2`);
  });

  test('come after the input, and go with the repository of the inputs', async () => {
    const tagged = await run({
      ...own,
      inputs: { ...withVersion, tags: 'sha', targets: 'app', variables: '' },
    });
    expect(tagged.result.outputs.tags).toBe(`${registry}/shop/web:0123456`);
    const mapped = await run({ ...own, inputs: { ...withVersion, repositories: 'app=team/worker' } });
    expect(mapped.result.outputs.tags).toBe(`${registry}/shop/web:latest\n${registry}/team/worker:1.2`);
  });

  test('go to every repository that they name, those without a host to the registry', async () => {
    const target = {
      tags: ['shop/web:1', 'r.example/shop/web:1', 'shop/web:2', 'shop/www:1'],
      context: '.',
    };
    const { world, result } = await run({
      files: { ...own.files, 'bake.json': JSON.stringify({ target: { web: target } }) },
      inputs: { ...unmapped, 'compose-file': '', 'bake-file': 'bake.json' },
    });
    expect(result.error).toBeUndefined();
    expect(result.outputs.tags!.split('\n')).toEqual([
      `${registry}/shop/web:1`,
      'r.example/shop/web:1',
      `${registry}/shop/web:2`,
      `${registry}/shop/www:1`,
    ]);
    expect(world.host.lines).toContain(`info: web: pushed ${registry}/shop/web@${hash('web')}`);
  });

  test.each<[string, Record<string, string>, string]>([
    [
      'whose variable is not set',
      { variables: '' },
      'variables lack APP_VERSION, which the tag of app needs',
    ],
    [
      'whose variable is empty',
      { variables: 'APP_VERSION=' },
      'compose-file gives app the image "shop/web:", which must have a tag of at most 128 letters, digits, . _ and -, not starting with . or -',
    ],
  ])('%s are refused before anything is built', async (_, inputs, summary) => {
    const { world, result } = await run({ ...own, inputs: { ...withVersion, ...inputs } });
    expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
    expect(world.requests).toEqual([]);
  });

  test('are pushed after the targets before the push, which are not', async () => {
    const steps: string[] = [];
    const inputs = { ...unmapped, variables: 'APP_VERSION=1.2', 'targets-before-push': 'test' };
    const { world, result } = await run({ ...own, inputs }, async ({ target, destination }) => {
      steps.push(`${target} ${destination.kind}`);
      return { builder: 'buildkit', imageId: hash('web'), metadata: {} };
    });
    expect(result.error).toBeUndefined();
    expect(steps).toEqual(['test engine', 'release engine', 'release engine']);
    expect(Object.keys(JSON.parse(result.outputs.images!))).toEqual(['release', 'app']);
    expect(world.host.lines).toContain('info: test: built');
    expect(world.host.lines).toContain('notice: test is not pushed, because targets-before-push names it');
  });

  test('of a target that is named before the push do not push it, with a warning', async () => {
    const inputs = { ...unmapped, variables: 'APP_VERSION=1.2', 'targets-before-push': 'app' };
    const { world, result } = await run({ ...own, inputs });
    expect(Object.keys(JSON.parse(result.outputs.images ?? ''))).not.toContain('app');
    expect(world.host.lines).toContain(
      'warning: app is not pushed, because targets-before-push names it, although the file gives it the image shop/web:1.2',
    );
  });

  test('are not pushed when a target before the push fails', async () => {
    const inputs = { ...unmapped, variables: 'APP_VERSION=1.2', 'targets-before-push': 'test' };
    const { world, result } = await run({ ...own, inputs }, async ({ target }) => {
      if (target === 'test') throw new LandfallError('BUILD_FAILED', { summary: '2 tests failed' });
      return { builder: 'buildkit', imageId: hash('web'), metadata: {} };
    });
    expect(result.error).toMatchObject({
      code: 'BUILD_FAILED',
      summary: 'test failed (1 of 3 images): 2 tests failed',
      details: ['test: BUILD_FAILED: 2 tests failed', 'release: not tried', 'app: not tried'],
    });
    expect(world.requests.filter(({ operation }) => operation === 'docker:push')).toEqual([]);
    expect(requests(world)).toHaveLength(1);
  });

  test('of a target that is built on one before the push are refused, and the other way round', async () => {
    const built = `
services:
  test: { build: { context: ., additional_contexts: { app: "service:app" } } }
  app: { build: . }
`;
    const files = { ...own.files, 'compose.yaml': built };
    const { world, result } = await run({ files, inputs: { 'targets-before-push': 'test' } });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'targets-before-push must name both or neither, because test is built on app',
    });
    expect(world.requests).toEqual([]);
  });
});
