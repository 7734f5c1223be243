import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import type { BuildRequest } from '@landfall/core/world/docker';
import { createDocker } from './docker.ts';
import { type FakePrograms, fakePrograms } from './testing/fake-programs.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const imageId = `sha256:${'1'.repeat(64)}`;

const dockerOf = (programs: FakePrograms) =>
  createDocker({ env: programs.environment, clock: virtualClock({ auto: false }) });

/** A docker that answers its probes, and does what the script says for the rest. */
const docker = (script: string, { client = '28.2.2', buildx = '' } = {}) => `
case "$1 $2" in
  "--version ") echo "Docker version ${client}, build abc"; exit 0;;
  "buildx version") ${buildx ? `echo "github.com/docker/buildx ${buildx} abc"; exit 0` : 'echo "unknown command" >&2; exit 1'};;
  "buildx inspect") echo "Driver:        docker-container"; exit 0;;
esac
${script}`;

const request = async (programs: FakePrograms, more: Partial<BuildRequest> = {}): Promise<BuildRequest> => {
  const privateFolder = join(programs.folder, 'private');
  await mkdir(privateFolder);
  return {
    context: '/context',
    privateFolder,
    destination: { kind: 'engine' },
    buildArgs: [],
    labels: [],
    ...more,
  };
};

/** Finds the value of an option among the arguments, in a shell script. */
const option = (name: string) =>
  `$(while [ $# -gt 0 ]; do [ "$1" = "${name}" ] && { echo "$2"; break; }; shift; done)`;

describe('docker login', () => {
  const login = (programs: FakePrograms, password = 'correct-horse') =>
    dockerOf(programs).login({
      registry: '127.0.0.1:5000',
      username: 'AWS',
      password,
      configFolder: `${programs.folder}/work`,
    });

  test('L06: a password of any characters arrives byte for byte on stdin, and nowhere else', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      'cat > "$WORK/stdin"; printf "%s\\n" "$@" > "$WORK/argv"; env > "$WORK/env"',
    );
    const password = '$HOME `id` "quoted" \'single\' \\n\nsecond line%s';
    await login(programs, password);
    expect(await programs.read('work/stdin')).toBe(password);
    expect(await programs.read('work/argv')).toBe(
      'login\n--username\nAWS\n--password-stdin\n--\n127.0.0.1:5000\n',
    );
    const environment = await programs.read('work/env');
    expect(environment).toContain(`DOCKER_CONFIG=${programs.folder}/work`);
    expect(environment).not.toContain('quoted');
  });

  test('L07: without docker on PATH it is TOOL_MISSING, with what to do', async () => {
    await using programs = await fakePrograms();
    await expect(login(programs)).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      summary: 'docker is not on the PATH',
      remedy: 'Install the Docker client, or add it to the PATH.',
    });
  });

  test('L08: a docker that echoes the password fails with *** instead of it, in every form', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      'p=$(cat); echo "Error response from daemon: bad password $p" >&2; printf "%s" "$p" | base64 >&2; printf "AWS:%s" "$p" | base64 >&2; echo "denied: $p" >&2; exit 1',
    );
    await expect(login(programs)).rejects.toMatchObject({
      code: 'LOGIN_FAILED',
      summary: 'docker login to 127.0.0.1:5000 exited with 1: denied: ***',
      details: ['Error response from daemon: bad password ***', '***', '***', 'denied: ***'],
      facts: { transient: false },
    });
  });

  test('a login that fails silently is an error anyway', async () => {
    await using programs = await fakePrograms();
    await programs.add('docker', 'exit 1');
    await expect(login(programs)).rejects.toMatchObject({
      summary: 'docker login to 127.0.0.1:5000 exited with 1 and printed nothing',
    });
  });

  test('a network that fails for a moment is distinguished, and so is an engine that is not there', async () => {
    await using programs = await fakePrograms();
    await programs.add('docker', 'echo "Get https://r/v2/: net/http: TLS handshake timeout" >&2; exit 1');
    await expect(login(programs)).rejects.toMatchObject({ code: 'LOGIN_FAILED', facts: { transient: true } });
    await programs.add(
      'docker',
      'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2; exit 1',
    );
    await expect(login(programs)).rejects.toMatchObject({ code: 'DOCKER_UNREACHABLE' });
  });
});

describe('a build', () => {
  test('with the classic builder returns the id of the image', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      docker(`echo "$DOCKER_BUILDKIT $*" > "$WORK/argv"; echo ${imageId} > "${option('--iidfile')}"`),
    );
    const built = await dockerOf(programs).build(await request(programs));
    expect(built).toEqual({ builder: 'classic', imageId, metadata: {} });
    expect(await programs.read('work/argv')).toBe(
      `0 build --iidfile ${programs.folder}/private/image-id -- /context\n`,
    );
  });

  test('takes the next docker on PATH where that one has BuildKit and the first has not', async () => {
    await using programs = await fakePrograms();
    await programs.add('docker', docker('echo "wrong docker" >&2; exit 1'));
    await programs.add(
      'docker',
      docker(`echo "$DOCKER_BUILDKIT" > "$WORK/buildkit"`, { client: '20.10.24' }),
      'later',
    );
    expect((await dockerOf(programs).build(await request(programs))).builder).toBe('buildkit');
    expect(await programs.read('work/buildkit')).toBe('1\n');
  });

  const made = { 'buildx/instances/ci': '{}' };
  const plugin = {
    'cli-plugins/docker-buildx':
      'echo "plugin $*" >> "$WORK/asked"; echo \'{"SchemaVersion":"0.1.0","Version":"v0.19.2"}\'',
  };
  const broken = { 'cli-plugins/docker-buildx': 'echo "no such kernel" >&2; exit 1' };
  const elsewhere = { 'config.json': '{"cliPluginsExtraDirs":["/opt/plugins"]}' };
  const asksPlugin = 'plugin docker-cli-plugin-metadata';
  test.each([
    ['in the folder for plugins', { ...plugin, ...made }, 'docker-container', ['buildx inspect', asksPlugin]],
    [
      'where nobody looks for it',
      made,
      'docker-container',
      ['--version', 'buildx inspect', 'buildx version'],
    ],
    ['asking for no driver where no builder was made', plugin, 'docker', [asksPlugin]],
    ['by asking docker where the plugin does not say', broken, 'docker', ['buildx version']],
    [
      'by asking docker where others may come first',
      { ...plugin, ...elsewhere },
      'docker',
      ['buildx version'],
    ],
  ] as const)('finds buildx and its driver %s', async (_, files, driver, asked) => {
    await using programs = await fakePrograms();
    await programs.add('docker', `echo "$*" >> "$WORK/asked"${docker('exit 1', { buildx: 'v0.19.2' })}`);
    for (const [file, content] of Object.entries(files)) {
      const path = join(programs.folder, 'config', file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, file.endsWith('docker-buildx') ? `#!/bin/sh\n${content}\n` : content);
      await chmod(path, 0o755);
    }
    const env = { ...programs.environment, DOCKER_CONFIG: join(programs.folder, 'config') };
    const found = await createDocker({ env, clock: virtualClock({ auto: false }) }).chooseBuilder(
      await request(programs),
    );
    expect(found.description).toBe(`buildx 0.19.2 (${driver})`);
    expect((await programs.read('work/asked')).trim().split('\n').sort()).toEqual(asked);
  });

  test('gives each secret as a private file, which no argument shows', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      docker('printf "%s\\n" "$@" > "$WORK/argv"; env > "$WORK/env"', { buildx: 'v0.25.0' }),
    );
    const secrets = [{ name: 'npm', value: 'correct "horse"\n' }];
    await dockerOf(programs).build(await request(programs, { secrets, provenance: 'false' }));
    const path = `${programs.folder}/private/secrets/0`;
    const argv = await programs.read('work/argv');
    expect(argv).toContain(`--secret\nid=npm,src=${path}\n--provenance=false\n--load\n`);
    expect(`${argv}${await programs.read('work/env')}`).not.toContain('horse');
    expect(await readFile(path, 'utf8')).toBe('correct "horse"\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  // 0.10 is the first that attests unasked, and that knows the flag against it.
  test.each([
    ['v0.9.1', false],
    ['v0.10.0', true],
    ['v0.25.0', true],
    ['0.0.0+unknown', true],
  ])('by buildx %s gets no provenance flag where that release knows the flag: %s', async (buildx, known) => {
    await using programs = await fakePrograms();
    await programs.add('docker', docker('printf "%s\\n" "$@" > "$WORK/argv"', { buildx }));
    await dockerOf(programs).build(await request(programs, { provenance: 'false' }));
    expect((await programs.read('work/argv')).split('\n').includes('--provenance=false')).toBe(known);
  });

  test('that fails repeats its last lines, the error first', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      docker(
        'i=0; while [ $i -lt 30 ]; do echo "#5 line $i"; i=$((i+1)); done; echo "ERROR: failed to solve: process \\"/bin/x\\" did not complete successfully: exit code: 3" >&2; exit 1',
      ),
    );
    const error = await dockerOf(programs)
      .build(await request(programs))
      .catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: 'BUILD_FAILED',
      summary:
        'docker build exited with 1: ERROR: failed to solve: process "/bin/x" did not complete successfully: exit code: 3',
    });
    expect(error.details).toHaveLength(20);
  });

  test('that fails silently, or is killed, is reported as such', async () => {
    await using programs = await fakePrograms();
    await programs.add('docker', docker('exit 17'));
    await expect(dockerOf(programs).build(await request(programs))).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      summary: 'docker build exited with 17 and printed nothing',
    });
    await using killed = await fakePrograms();
    await killed.add('docker', docker('kill -KILL $$'));
    await expect(dockerOf(killed).build(await request(killed))).rejects.toMatchObject({
      summary: 'docker build was killed by SIGKILL and printed nothing',
    });
  });

  test('B07: a log of 10 MiB in one line, bytes and bare CR is passed on in bounded lines', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      docker('head -c 10485760 /dev/zero | tr "\\0" x; printf "\\n\\377\\376 bytes\\n10%%\\r20%%\\rdone\\n"'),
    );
    const lines: string[] = [];
    await dockerOf(programs).build(await request(programs), { output: (line) => void lines.push(line) });
    expect(lines.map((line) => (line.length > 100 ? line.length : line))).toEqual([
      16_384 + '… (10469376 more characters)'.length,
      '\uFFFD\uFFFD bytes',
      '10%',
      '20%',
      'done',
    ]);
  });

  test.each([
    ['is missing', ':'],
    ['is empty', ': > "$file"'],
    ['is cut off', 'echo "{\\"containerimage.dig" > "$file"'],
    ['names no digest', 'echo "{}" > "$file"'],
    ['names a tag', 'echo "{\\"containerimage.digest\\":\\"latest\\"}" > "$file"'],
  ])('B10: a push by digest whose metadata file %s is DIGEST_UNKNOWN', async (_, write) => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      docker(`file="${option('--metadata-file')}"; ${write}`, { buildx: 'v0.25.0' }),
    );
    const destination = { kind: 'registry', repositories: ['r.example/web'] } as const;
    await expect(dockerOf(programs).build(await request(programs, { destination }))).rejects.toMatchObject({
      code: 'DIGEST_UNKNOWN',
    });
  });

  test('by digest returns the digest of the metadata file', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      docker(`file="${option('--metadata-file')}"; echo '{"containerimage.digest":"${digest}"}' > "$file"`, {
        buildx: 'v0.25.0',
      }),
    );
    const destination = { kind: 'registry', repositories: ['r.example/web'] } as const;
    expect(await dockerOf(programs).build(await request(programs, { destination }))).toMatchObject({
      digest,
    });
  });

  test('B08: a push that buildx is refused is told as a push, not as a build', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      docker(
        'echo "ERROR: failed to solve: failed to push r.example/web: unexpected status from POST request to https://r.example/v2/web/blobs/uploads/: 403 Forbidden" >&2; exit 1',
        { buildx: 'v0.25.0' },
      ),
    );
    const destination = { kind: 'registry', repositories: ['r.example/web'] } as const;
    await expect(dockerOf(programs).build(await request(programs, { destination }))).rejects.toMatchObject({
      code: 'PUSH_DENIED',
    });
  });

  test('whose cache a registry refuses is told as that, with the form that registries take', async () => {
    await using programs = await fakePrograms();
    const said =
      'ERROR: failed to build: failed to solve: error writing manifest blob: unexpected status from PUT request to https://r.example/v2/cache/manifests/web: 400 Bad Request';
    await programs.add(
      'docker',
      docker(
        `{ echo "------"; echo " > exporting cache to registry:"; echo "------"; echo "${said}"; } >&2; exit 1`,
        { buildx: 'v0.25.0' },
      ),
    );
    const destination = { kind: 'registry', repositories: ['r.example/web'] } as const;
    await expect(dockerOf(programs).build(await request(programs, { destination }))).rejects.toMatchObject({
      code: 'PUSH_FAILED',
      summary: `the build cache could not be stored (cache-to, type registry): ${said}`,
      remedy:
        'Use the format that registries accept in `cache-to`: image-manifest=true,oci-mediatypes=true. With ignore-error=true a cache that cannot be stored does not fail the build.',
      facts: { transient: false },
    });
  });

  test('that docker refuses quotes the refusal, not where its help is', async () => {
    await using programs = await fakePrograms();
    const said = 'invalid argument "x" for "--ulimit" flag: invalid ulimit argument: x';
    const script = `echo '${said}' >&2; echo "See 'docker build --help'." >&2; exit 125`;
    await programs.add('docker', docker(script, { client: '20.10.24' }));
    await expect(dockerOf(programs).build(await request(programs))).rejects.toMatchObject({
      summary: `docker build exited with 125: ${said}`,
    });
  });

  test('that the driver cannot do says which driver, and how to get another', async () => {
    await using programs = await fakePrograms();
    const said = 'ERROR: failed to build: Attestation is not supported for the docker driver.';
    await programs.add('docker', docker(`echo "${said}" >&2; exit 1`, { buildx: 'v0.25.0' }));
    await expect(dockerOf(programs).build(await request(programs))).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      summary: `docker build exited with 1: ${said}`,
      remedy:
        'The docker driver cannot do this: create another builder (docker buildx create --name ci --driver docker-container), and set `builder` to it.',
    });
  });

  test('B12: that is cancelled ends with CANCELLED', async () => {
    await using programs = await fakePrograms();
    await programs.add('docker', docker('trap "exit 130" INT; echo building; while :; do sleep 0.05; done'));
    const abort = new AbortController();
    const build = dockerOf(programs).build(await request(programs), {
      signal: abort.signal,
      output: () => abort.abort(),
    });
    await expect(build).rejects.toMatchObject({ code: 'CANCELLED', summary: 'docker build was cancelled' });
  });
});

describe('docker push', () => {
  const push = async (script: string) => {
    await using programs = await fakePrograms();
    await programs.add('docker', script);
    return await dockerOf(programs).push({ reference: 'r.example/web:1' });
  };

  test('returns the digest that docker prints', async () => {
    expect(await push(`echo "abc: Pushed"; echo "1: digest: ${digest} size: 528"`)).toEqual({ digest });
  });

  test('B10: without a digest is DIGEST_UNKNOWN', async () => {
    await expect(push('echo "1: digest: latest size: 528"')).rejects.toMatchObject({
      code: 'DIGEST_UNKNOWN',
      summary: 'docker push r.example/web:1 succeeded but printed no digest',
    });
  });

  test.each([
    ['403', 'denied: User: x is not authorized to perform: ecr:PutImage', 'PUSH_DENIED'],
    [
      '404',
      "name unknown: The repository with name 'web' does not exist in the registry",
      'REPOSITORY_MISSING',
    ],
    [
      '400',
      "tag invalid: The image tag '1' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.",
      'TAG_IMMUTABLE',
    ],
    ['429', 'toomanyrequests: Rate exceeded', 'PUSH_FAILED'],
  ])('B08: a %s has its own code, and docker is quoted', async (_, said, code) => {
    await expect(
      push(`echo "The push refers to repository [r.example/web]"; echo "${said}" >&2; exit 1`),
    ).rejects.toMatchObject({
      code,
      summary: `docker push r.example/web:1 exited with 1: ${said}`,
      // All there was to say.
      details: [],
    });
  });

  test('that waits is reported once for each wait, not once for each second', async () => {
    await using programs = await fakePrograms();
    const countdown = (layer: string, from: number) =>
      Array.from({ length: from }, (_, at) => `echo "${layer}: Retrying in ${from - at} seconds"`).join('; ');
    const waits = ['a'.repeat(12), 'b'.repeat(12)].map((layer) => countdown(layer, 5)).join('; ');
    const digest = `sha256:${'1'.repeat(64)}`;
    const script = `${waits}; ${countdown('a'.repeat(12), 10)}; echo "1: digest: ${digest} size: 528"`;
    await programs.add('docker', script);
    const lines: string[] = [];
    await dockerOf(programs).push({ reference: 'r.example/web:1' }, { output: (line) => lines.push(line) });
    expect(lines).toEqual([
      'aaaaaaaaaaaa: Retrying in 5 seconds',
      'bbbbbbbbbbbb: Retrying in 5 seconds',
      'aaaaaaaaaaaa: Retrying in 10 seconds',
      `1: digest: ${digest} size: 528`,
    ]);
  });

  test('that failed in several words has them in its details, and none of its progress', async () => {
    const words = ['error parsing HTTP 400 response body', 'Bad Request: see the proxy'];
    const said = words.map((word) => `echo "${word}" >&2`).join('; ');
    await expect(push(`echo "0ed4e722c01b: Preparing"; ${said}; exit 1`)).rejects.toMatchObject({
      code: 'PUSH_FAILED',
      details: words,
    });
  });
});

describe('an input that the BuildKit of an older engine ignores', () => {
  const choose = async (programs: FakePrograms, answer: string) => {
    await programs.add('docker', docker(answer, { client: '20.10.24' }));
    return dockerOf(programs).chooseBuilder({ ...(await request(programs)), shmSize: '1g' });
  };

  test('is refused by the version that the engine reports', async () => {
    await using programs = await fakePrograms();
    const answer = `echo '{"Client":{"Version":"20.10.24"},"Server":{"Version":"20.10.24"}}'`;
    await expect(choose(programs, answer)).rejects.toMatchObject({
      summary: 'the BuildKit of the engine 20.10.24 is too old for shm-size (23.0.0)',
    });
  });

  test('is DOCKER_UNREACHABLE where the engine does not respond', async () => {
    await using programs = await fakePrograms();
    const answer = `echo '{"Client":{"Version":"28.2.2"},"Server":null}'; echo "Cannot connect to the Docker daemon" >&2; exit 1`;
    await expect(choose(programs, answer)).rejects.toMatchObject({
      code: 'DOCKER_UNREACHABLE',
      summary: 'the Docker engine does not respond: Cannot connect to the Docker daemon',
    });
  });
});

describe('docker buildx bake --print', () => {
  const plan = { file: '/w/docker-bake.hcl', folder: '/', targets: ['web', '--push'] };

  test('is asked in the folder to which the paths are relative, and no target is read as an option', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      docker('printf "%s\\n" "$PWD" "$@" > "$WORK/argv"; echo "{}"; echo progress >&2', {
        buildx: 'v0.25.0',
      }),
    );
    expect(await dockerOf(programs).bakePlan(plan)).toBe('{}\n');
    expect((await programs.read('work/argv')).split('\n')).toEqual([
      '/',
      'buildx',
      'bake',
      '--file',
      '/w/docker-bake.hcl',
      '--print',
      '--progress=quiet',
      '--',
      'web',
      '--push',
      '',
    ]);
  });

  test('L07: without buildx is TOOL_MISSING, and says what works without', async () => {
    await using programs = await fakePrograms();
    await programs.add('docker', docker('exit 9'));
    await expect(dockerOf(programs).bakePlan(plan)).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      summary: 'docker buildx is not installed, and /w/docker-bake.hcl needs it',
    });
  });

  test('of a file without a group default says that targets must be named', async () => {
    await using programs = await fakePrograms();
    const said = 'ERROR: failed to find target default';
    await programs.add('docker', docker(`echo "${said}" >&2; exit 1`, { buildx: 'v0.25.0' }));
    await expect(dockerOf(programs).bakePlan(plan)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      summary: `/w/docker-bake.hcl: docker buildx bake --print exited with 1: ${said}`,
      remedy: 'Name what to build in `targets`, or add a group `default` to the file.',
    });
  });

  test('that fails is FILE_UNREADABLE with its last line', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      docker('echo "docker-bake.hcl:1,1-4: Invalid block" >&2; exit 1', { buildx: 'v0.25.0' }),
    );
    await expect(dockerOf(programs).bakePlan(plan)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      summary:
        '/w/docker-bake.hcl: docker buildx bake --print exited with 1: docker-bake.hcl:1,1-4: Invalid block',
    });
  });
});

test('B13: a full disk is DISK_FULL with the path and the bytes that are free there', async () => {
  await using programs = await fakePrograms();
  const missing = join(programs.folder, 'no/such/layer');
  await programs.add('docker', docker(`echo "write ${missing}: no space left on device" >&2; exit 1`));
  const failure = await dockerOf(programs)
    .build(await request(programs))
    .catch((thrown) => thrown);
  expect(failure).toMatchObject({
    code: 'DISK_FULL',
    summary: `the build failed: write ${missing}: no space left on device`,
    facts: { path: missing, on: programs.folder, freeBytes: expect.any(Number) },
  });
  expect(failure.details.at(-1)).toBe(`${failure.facts.freeBytes} bytes are free on ${programs.folder}`);
});
