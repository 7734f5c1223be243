import { describe, expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { LandfallError } from '../errors/landfall-error.ts';
import { type FakeWorldOptions, fakeWorld } from '../testing/fake-world.ts';
import type { LoginRequest } from '../world/docker.ts';
import { ecrLogin } from './ecr-login.ts';

const account = '012345678901';
const host = `${account}.dkr.ecr.eu-west-1.amazonaws.com`;
const password = 'eyJwYXlsb2FkIjoi+secret$"';
const token = btoa(`AWS:${password}`);
const expiresAt = new Date('2030-01-01T12:00:00Z');
const datum = { authorizationToken: token, proxyEndpoint: `https://${host}`, expiresAt };
const folder = '/temporary/landfall-docker-config-1';

interface Fixture extends Omit<FakeWorldOptions, 'aws'> {
  readonly answer?: object;
  readonly login?: (request: LoginRequest) => Promise<void>;
}
const login = async ({ answer = { authorizationData: [datum] }, login: logIn, ...options }: Fixture = {}) => {
  const world = fakeWorld({
    ...options,
    aws: {
      ecr: { getAuthorizationToken: async () => answer as never },
      ecrPublic: {
        getAuthorizationToken: async () =>
          ({ authorizationData: { authorizationToken: token, expiresAt } }) as never,
      },
    },
    docker: {
      isolateConfig: async () => ({ notes: [] }),
      login: logIn ?? (async () => {}),
      endLeftBehind: async () => false,
      ...options.docker,
    },
  });
  return { world, result: await runReported(ecrLogin, world) };
};
const asked = (world: ReturnType<typeof fakeWorld>) => world.requests.map(({ operation }) => operation);

test('one call to AWS, the password masked first, a private configuration for the later steps', async () => {
  const { world, result } = await login();
  expect(result).toMatchObject({
    ok: true,
    outputs: {
      registry: host,
      registries: host,
      'docker-config': folder,
      'expires-at': '2030-01-01T12:00:00.000Z',
    },
    calls: { 'ecr:GetAuthorizationToken': 1 },
  });
  expect(world.requests).toEqual([
    { operation: 'ecr:GetAuthorizationToken', input: {} },
    { operation: 'docker:isolateConfig', input: { folder, registries: [host] } },
    { operation: 'docker:login', input: { registry: host, username: 'AWS', password, configFolder: folder } },
  ]);
  expect(world.host.variables).toEqual({ DOCKER_CONFIG: folder });
  expect(world.host.masks).toEqual([token, password, token, token]);
  expect(JSON.stringify([world.host.lines, result])).not.toContain(password);
});

test('the intent is saved and the password masked before docker is asked to log in', async () => {
  let before: { masked: boolean; state: string | undefined } | undefined;
  const world = fakeWorld({
    aws: { ecr: { getAuthorizationToken: async () => ({ authorizationData: [datum] }) } },
    docker: {
      isolateConfig: async () => ({ notes: [] }),
      login: async () => {
        before = { masked: world.host.masks.includes(password), state: world.host.state['docker-config'] };
      },
    },
  });
  await runReported(ecrLogin, world);
  expect(before).toEqual({ masked: true, state: JSON.stringify({ folder, registries: [host] }) });
});

describe('the outputs of the official action', () => {
  const names = (one: string) => [`docker_username_${one}`, `docker_password_${one}`];
  const [username, secret] = names('012345678901_dkr_ecr_eu_west_1_amazonaws_com');
  const other = names('210987654321_dkr_ecr_eu_west_1_amazonaws_com');
  const accounts = { registries: `${account}, 210987654321` };

  test('on GitHub hold the credentials of each registry, masked, and no result of the operation does', async () => {
    const { world, result } = await login({ name: 'github', inputs: accounts });
    expect(world.host.outputs).toMatchObject({
      [username!]: 'AWS',
      [secret!]: password,
      [other[0]!]: 'AWS',
      [other[1]!]: password,
    });
    expect(world.host.masks).toContain(password);
    expect(JSON.stringify([world.host.lines, result])).not.toContain(password);
  });

  test('are not masked for other steps with mask-password: false, of which the log warns', async () => {
    const { world } = await login({ name: 'github', inputs: { 'mask-password': 'false' } });
    expect(world.host.outputs[secret!]).toBe(password);
    expect(world.host.masks).toEqual([token, `${password} (in this step)`, token, token]);
    expect(world.host.lines[0]).toBe(
      'warning: mask-password is false: the password is an output that GitHub does not mask, and debug logging prints it',
    );
    expect(JSON.stringify(world.host.lines)).not.toContain(password);
  });

  test('are on no other host, where outputs are files', async () => {
    const { world } = await login({ name: 'circleci' });
    expect(Object.keys(world.host.outputs)).toEqual([
      'registry',
      'registries',
      'docker-config',
      'expires-at',
    ]);
  });
});

describe('inputs', () => {
  test('L01: an account id that is too short is refused with its rule, without any call', async () => {
    const { world, result } = await login({ inputs: { registries: '123456789012, 12345' } });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary:
        'registries holds "12345", which is not an AWS account id of 12 digits, or the host of an ECR registry',
    });
    expect([world.requests, world.host.state]).toEqual([[], {}]);
  });

  test('L02: a leading zero of an account id is kept', async () => {
    const { world, result } = await login({ inputs: { registries: `${account}\n210987654321` } });
    expect(world.requests[0]).toEqual({
      operation: 'ecr:GetAuthorizationToken',
      input: { registryIds: [account, '210987654321'] },
    });
    expect(result.outputs).toMatchObject({
      registries: `${host},210987654321.dkr.ecr.eu-west-1.amazonaws.com`,
    });
    expect(result.outputs.registry).toBeUndefined();
    expect(asked(world).filter((operation) => operation === 'docker:login')).toHaveLength(2);
  });

  test('registries named by host are requested in their own regions, and logged in to by those very hosts', async () => {
    const hosts = [
      host,
      `${account}.dkr-ecr.eu-west-1.on.aws`,
      `${account}.vpce-0123456789abcdef0-abcdefgh.dkr.ecr.eu-west-1.vpce.amazonaws.com`,
      '210987654321.dkr.ecr-fips.us-east-1.amazonaws.com',
      'public.ecr.aws',
    ];
    const { world, result } = await login({ inputs: { registries: hosts.join('\n') } });
    expect(result.error).toBeUndefined();
    expect(world.requests.filter(({ operation }) => operation.endsWith('Token'))).toEqual([
      { operation: 'ecr:GetAuthorizationToken', input: { registryIds: [account] } },
      {
        operation: 'ecr:GetAuthorizationToken',
        input: { registryIds: ['210987654321'] },
        region: 'us-east-1',
      },
      { operation: 'ecr-public:GetAuthorizationToken', input: {} },
    ]);
    const logins = world.requests.filter(({ operation }) => operation === 'docker:login');
    expect(logins.map(({ input }) => (input as LoginRequest).registry)).toEqual(hosts);
    expect(result.outputs.registries).toBe(hosts.join(','));
  });

  test('twelve accounts are split into calls of the ten that ECR accepts', async () => {
    const accounts = Array.from({ length: 12 }, (_, index) => String(100_000_000_000 + index));
    const { world, result } = await login({ inputs: { registries: accounts.join() } });
    expect(world.requests[0]?.input).toEqual({ registryIds: accounts.slice(0, 10) });
    expect(result.outputs.registries?.split(',')).toEqual(
      accounts.map((one) => `${one}.dkr.ecr.eu-west-1.amazonaws.com`),
    );
  });

  test('L16: a host that only looks like ECR is refused before AWS is asked', async () => {
    const { world, result } = await login({ inputs: { registries: `${host}.evil.example` } });
    expect(result.error?.summary).toBe(
      `registries names "${host}.evil.example", which is not the host of an ECR registry; put other registries in registry-logins`,
    );
    expect(world.requests).toEqual([]);
  });

  test('L03: the kind of registry is read without regard to case and space, a mistyped one is corrected', async () => {
    expect((await login({ inputs: { 'registry-type': ' Public ' } })).result.outputs.registry).toBe(
      'public.ecr.aws',
    );
    expect((await login({ inputs: { 'registry-type': 'prvate' } })).result.error?.summary).toBe(
      'registry-type must be one of private, public, got "prvate" (did you mean "private"?)',
    );
  });

  test('registries with registry-type public are ignored with a notice, as in the official action', async () => {
    const { world, result } = await login({ inputs: { 'registry-type': 'public', registries: account } });
    expect(result.outputs.registries).toBe('public.ecr.aws');
    expect(world.host.lines[0]).toBe(
      'notice: registries is ignored, because registry-type public has only one registry',
    );
  });

  test('an unmasked password is refused where it is no output, before AWS is asked', async () => {
    const { world, result } = await login({ name: 'circleci', inputs: { 'mask-password': 'false' } });
    expect(result.error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'mask-password must be true here: only on GitHub Actions is the password an output',
    });
    expect(world.requests).toEqual([]);
  });

  test('a mask-password that is neither true nor false is refused', async () => {
    const { result } = await login({ name: 'github', inputs: { 'mask-password': 'yes' } });
    expect(result.error?.summary).toBe('mask-password must be true or false, got "yes"');
  });

  test('another region is asked there', async () => {
    const { world } = await login({ inputs: { region: 'eu-central-1' } });
    expect(world.requests[0]).toMatchObject({ region: 'eu-central-1' });
  });
});

describe('other registries', () => {
  const logins = 'docker.io=acme-ci\nquay.io=acme+robot\nregistry.acme.example:5000=ci';
  const given = {
    'registry-logins': logins,
    'registry-password-files': 'quay.io=.secrets/quay\nregistry.acme.example:5000=.secrets/own',
    'registry-password': '-hub$ "secret',
  };
  const files = { '.secrets/quay': 'quay-secret\n', '.secrets/own': 'own-secret\r\n' };

  test('are logged in to along with ECR, in the same private configuration, their passwords masked first', async () => {
    const { world, result } = await login({ inputs: given, files });
    expect(result.error).toBeUndefined();
    expect(result.outputs).toMatchObject({
      registry: host,
      registries: `${host},docker.io,quay.io,registry.acme.example:5000`,
    });
    const others = [
      { registry: 'docker.io', username: 'acme-ci', password: '-hub$ "secret' },
      { registry: 'quay.io', username: 'acme+robot', password: 'quay-secret' },
      { registry: 'registry.acme.example:5000', username: 'ci', password: 'own-secret' },
    ];
    expect(world.requests).toEqual([
      { operation: 'ecr:GetAuthorizationToken', input: {} },
      {
        operation: 'docker:isolateConfig',
        input: { folder, registries: [host, ...others.map(({ registry }) => registry)] },
      },
      {
        operation: 'docker:login',
        input: { registry: host, username: 'AWS', password, configFolder: folder },
      },
      ...others.map((one) => ({ operation: 'docker:login', input: { ...one, configFolder: folder } })),
    ]);
    expect(world.host.masks.slice(0, 6)).toEqual(
      others.flatMap((one) => [one.password, btoa(`${one.username}:${one.password}`)]),
    );
    const shown = JSON.stringify([world.host.lines, result]);
    for (const one of others) expect(shown).not.toContain(JSON.stringify(one.password).slice(1, -1));
    expect(world.host.state['docker-config']).toBe(JSON.stringify({ folder, registries: [host], others: 3 }));
    await ecrLogin.cleanUp!(world);
    expect(world.host.lines.at(-1)).toBe(`info: removed the login to ${host} and 3 more (${folder})`);
  });

  test('may have spaces around the equals sign', async () => {
    const { result } = await login({
      inputs: { 'registry-logins': 'quay.io = me', 'registry-password-files': 'quay.io = f' },
      files: { f: 'p' },
    });
    expect(result.outputs.registries).toBe(`${host},quay.io`);
  });

  test.each<[string, Record<string, string>, string]>([
    [
      'a login without a password',
      { 'registry-logins': 'quay.io=me' },
      'registry-password-files has no password for quay.io',
    ],
    [
      'one password for two logins',
      { 'registry-logins': 'quay.io=me\nghcr.io=me', 'registry-password': 'p' },
      'registry-password is for a single login, but quay.io, ghcr.io have no file in registry-password-files',
    ],
    [
      'a password for none',
      { 'registry-password': 'p' },
      'registry-password matches no login: every entry in registry-logins has a file',
    ],
    [
      'a mistyped host of a file',
      { 'registry-logins': 'quay.io=me', 'registry-password-files': 'quai.io=f', 'registry-password': 'p' },
      'registry-password-files names quai.io, which registry-logins does not have (did you mean "quay.io"?)',
    ],
    [
      'Docker Hub by two of its names',
      {
        'registry-logins': 'docker.io=me\nindex.docker.io=me',
        'registry-password-files': 'docker.io=f',
      },
      'registry-logins names docker.io twice',
    ],
    [
      'L16: ECR, whose password comes from AWS',
      { 'registry-logins': `${host}=AWS`, 'registry-password': 'p' },
      `registry-logins names ${host}, which is Amazon ECR: its password comes from AWS; use \`registries\``,
    ],
    [
      'L16: a host that only looks like one',
      { 'registry-logins': 'https://quay.io=me', 'registry-password': 'p' },
      'registry-logins line 1: the name "https://quay.io" must be a registry host like 123456789012.dkr.ecr.eu-west-1.amazonaws.com or localhost:5000',
    ],
    [
      'a list with commas',
      { 'registry-logins': 'quay.io=me,ghcr.io=me', 'registry-password': 'p' },
      'registry-logins has more than one login on the line for quay.io: put each on its own line',
    ],
    [
      'a password where the username belongs, without showing it',
      { 'registry-logins': 'quay.io=me:hunter2', 'registry-password': 'p' },
      'registry-logins must have a username for quay.io, without spaces, ":" or a password',
    ],
  ])('%s is refused before AWS is asked', async (_, inputs, summary) => {
    const { world, result } = await login({ inputs });
    expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
    expect(world.requests).toEqual([]);
  });

  test.each([
    ['', 'is empty'],
    ['one\ntwo\n', 'holds more than one line'],
  ])('a password file with %j is refused before AWS is asked', async (text, what) => {
    const { world, result } = await login({
      inputs: { 'registry-logins': 'quay.io=me', 'registry-password-files': 'quay.io=secret' },
      files: { secret: text },
    });
    expect(result.error?.summary).toBe(`registry-password-files names secret, which ${what}`);
    expect(world.requests).toEqual([]);
  });

  test('L09: if one refuses the login, no login remains, including ECR', async () => {
    const { world, result } = await login({
      inputs: given,
      files,
      login: async ({ registry }) => {
        if (registry === 'quay.io')
          throw new LandfallError('LOGIN_FAILED', { summary: 'unauthorized', facts: { transient: false } });
      },
    });
    expect(result.error?.details).toEqual([
      `${host}: logged in, then logged out again`,
      'docker.io: logged in, then logged out again',
      'quay.io: failed',
      'registry.acme.example:5000: not tried',
    ]);
    await expect(world.files.folder(folder)).rejects.toMatchObject({ code: 'PATH_MISSING' });
  });
});

describe('an answer of AWS that is not a login', () => {
  test.each<[string, object, string]>([
    ['L04: an empty one', {}, 'GetAuthorizationToken returned no authorization data'],
    ['L04: an empty list', { authorizationData: [] }, 'GetAuthorizationToken returned no authorization data'],
    [
      'L04: no token',
      { authorizationData: [{ proxyEndpoint: `https://${host}` }] },
      'GetAuthorizationToken returned no token',
    ],
    [
      'L05: a token that is not Base64',
      { authorizationData: [{ ...datum, authorizationToken: 'not base64!' }] },
      `the authorization token for ${host} is not "user:password" in Base64`,
    ],
    [
      'L05: a token without a colon',
      { authorizationData: [{ ...datum, authorizationToken: btoa('AWSpassword') }] },
      `the authorization token for ${host} is not "user:password" in Base64`,
    ],
    [
      'L16: a host that only begins like ECR',
      { authorizationData: [{ ...datum, proxyEndpoint: 'https://public.ecr.aws.evil.example' }] },
      'GetAuthorizationToken returned the endpoint "https://public.ecr.aws.evil.example", which is not an ECR registry',
    ],
    [
      'L16: plain HTTP beyond this machine',
      { authorizationData: [{ ...datum, proxyEndpoint: `http://${host}` }] },
      `GetAuthorizationToken returned the endpoint "http://${host}", which is not an ECR registry`,
    ],
  ])('%s is RESPONSE_INVALID, and docker is not called', async (_, answer, summary) => {
    const { world, result } = await login({ answer });
    expect(result.error).toMatchObject({ code: 'RESPONSE_INVALID', summary });
    expect(asked(world)).toEqual(['ecr:GetAuthorizationToken']);
    const [{ authorizationToken = undefined } = {}] =
      (answer as { authorizationData?: { authorizationToken?: string }[] }).authorizationData ?? [];
    if (authorizationToken) expect(world.host.masks).toContain(authorizationToken);
  });
});

test('a registry on this machine is accepted if AWS itself returns it', async () => {
  const { result } = await login({
    answer: { authorizationData: [{ ...datum, proxyEndpoint: 'http://127.0.0.1:5001' }] },
  });
  expect(result.outputs.registry).toBe('127.0.0.1:5001');
});

describe('a login that fails', () => {
  const failing = (transient: boolean) =>
    new LandfallError('LOGIN_FAILED', { summary: `docker login exited with 1: ***`, facts: { transient } });

  test('is retried with growing pauses when the failure is transient', async () => {
    let attempts = 0;
    const { world, result } = await login({
      login: async () => {
        attempts += 1;
        if (attempts < 3) throw failing(true);
      },
    });
    expect(result.ok).toBe(true);
    expect(world.clock.elapsed()).toBe(750 + 1500);
    expect(world.host.lines.filter((line) => line.startsWith('warning'))).toEqual([
      `warning: the login to ${host} failed (1 of 4 attempts), retrying in 750ms: docker login exited with 1: ***`,
      `warning: the login to ${host} failed (2 of 4 attempts), retrying in 2s: docker login exited with 1: ***`,
    ]);
  });

  test('L08: otherwise it fails immediately; the intent is in the state, and no folder is left', async () => {
    const { world, result } = await login({
      login: async () => {
        throw failing(false);
      },
    });
    expect(result.error).toMatchObject({ code: 'LOGIN_FAILED', summary: 'docker login exited with 1: ***' });
    expect(world.host.state['docker-config']).toContain(folder);
    await expect(world.files.folder(folder)).rejects.toMatchObject({ code: 'PATH_MISSING' });
    expect(world.host.variables).toEqual({});
  });

  test('L09: with several registries says which were done, which failed and which were not tried', async () => {
    const accounts = ['111111111111', '222222222222', '333333333333'];
    const { world, result } = await login({
      inputs: { registries: accounts.join(',') },
      login: async ({ registry }) => {
        if (registry.startsWith('2')) throw failing(false);
      },
    });
    expect(result.error?.details).toEqual([
      '111111111111.dkr.ecr.eu-west-1.amazonaws.com: logged in, then logged out again',
      '222222222222.dkr.ecr.eu-west-1.amazonaws.com: failed',
      '333333333333.dkr.ecr.eu-west-1.amazonaws.com: not tried',
    ]);
    await expect(world.files.folder(folder)).rejects.toMatchObject({ code: 'PATH_MISSING' });
  });
});

describe('after the job', () => {
  const clean = async (state: object | string, made?: string, DOCKER_CONFIG = '', stillLogsIn = false) => {
    const world = fakeWorld({
      docker: { endLeftBehind: async () => stillLogsIn },
      environment: { DOCKER_CONFIG },
      state: { 'docker-config': typeof state === 'string' ? state : JSON.stringify(state) },
      files: made ? { [`${made}/config.json`]: '{}' } : {},
    });
    await ecrLogin.cleanUp!(world);
    return world;
  };

  test('L10: the folder is removed by the saved intent alone, even if the step was killed', async () => {
    const world = await clean({ folder, registries: [host] }, folder);
    expect(world.files.contents).toEqual({});
    expect(world.host.lines).toEqual([`info: removed the login to ${host} (${folder})`]);
  });

  test('L10: a login that outlives a kill is terminated first, or it would recreate the folder', async () => {
    const world = await clean({ folder, registries: [host] }, folder, '', true);
    expect(world.requests).toEqual([{ operation: 'docker:endLeftBehind', input: folder }]);
    expect(world.host.lines).toEqual([
      'info: terminated a login left behind by an earlier run',
      `info: removed the login to ${host} (${folder})`,
    ]);
  });

  test.each<[string, object | string, string[]]>([
    [
      'a folder of the system',
      { folder: '/etc', registries: [] },
      [
        'warning: the saved state names "/etc", which is not a Docker configuration created by this step; it is left in place',
      ],
    ],
    [
      'another temporary folder',
      { folder: '/temporary/other', registries: [] },
      [
        'warning: the saved state names "/temporary/other", which is not a Docker configuration created by this step; it is left in place',
      ],
    ],
    [
      'a folder elsewhere with our name',
      { folder: '/etc/landfall-docker-config-1', registries: [] },
      [
        'warning: /etc/landfall-docker-config-1 could not be removed: /etc/landfall-docker-config-1 is outside the temporary directory',
      ],
    ],
    [
      'no JSON at all',
      '\u001b[31m::set-env',
      [
        'warning: the saved state names "", which is not a Docker configuration created by this step; it is left in place',
      ],
    ],
  ])('L14: a forged state that names %s is refused with a warning', async (_, state, lines) => {
    const world = await clean(state, '/temporary/other');
    expect(world.host.lines).toEqual(lines);
    expect(Object.keys(world.files.contents)).toEqual(['/temporary/other/config.json']);
  });

  test('L14: a forged registry is refused, and the rest is cleaned anyway', async () => {
    const world = await clean({ folder, registries: ['evil.example', host] }, folder);
    expect(world.files.contents).toEqual({});
    expect(world.host.lines).toEqual([
      'warning: the saved state names "evil.example", which this step cannot have logged in to',
      `info: removed the login to ${host} (${folder})`,
    ]);
  });

  test.each<[string, string | undefined, string]>([
    ['the configuration that the job had before', '/home/ci/docker', '/home/ci/docker'],
    ['none, where the job had none', undefined, ''],
    ['none, where another login of the job made it', '/temporary/landfall-docker-config-0', ''],
    ['none, where the state is forged', '/a\nPATH=/b', ''],
  ])('the steps that follow get %s', async (_, before, expected) => {
    const world = await clean({ folder, registries: [host], before }, folder, folder);
    expect(world.host.variables).toEqual({ DOCKER_CONFIG: expected });
  });

  test('a configuration chosen by a later step is left unchanged', async () => {
    const world = await clean({ folder, registries: [host] }, folder, '/home/ci/other');
    expect(world.host.variables).toEqual({});
  });

  test('the configuration that the job had is kept in the state', async () => {
    const { world } = await login({ environment: { DOCKER_CONFIG: '/home/ci/docker' } });
    expect(JSON.parse(world.host.state['docker-config']!)).toMatchObject({ before: '/home/ci/docker' });
  });

  test('with skip-logout the login is kept for later steps, and nothing is removed', async () => {
    const { world } = await login({ inputs: { 'skip-logout': 'true' } });
    const state = world.host.state['docker-config']!;
    expect(JSON.parse(state)).toEqual({ folder, registries: [host], isLeft: true });
    const after = await clean(state, folder, folder);
    expect(Object.keys(after.files.contents)).toEqual([`${folder}/config.json`]);
    expect(after.host.variables).toEqual({});
    expect(after.host.lines).toEqual([]);
  });
});
