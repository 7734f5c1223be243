/** A docker that hangs, on a clock that the test moves. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import type { Docker } from '@landfall/core/world/docker';
import { dockerCredentials } from './credentials/credentials.ts';
import { createDocker } from './docker.ts';
import { type ProcessRequest, runProcess } from './processes/run-process.ts';
import { type FakePrograms, fakePrograms } from './testing/fake-programs.ts';

const second = 1000;
const minute = 60 * second;

/** Docker on a stopped clock, and a way to know when the program has printed a line. */
function hanging(programs: FakePrograms) {
  const clock = virtualClock({ auto: false, start: Date.UTC(2030, 0, 1, 10, 30) });
  const waiting = new Map<string, () => void>();
  const run = (request: ProcessRequest) =>
    runProcess(clock)({
      ...request,
      onLine(line, stream) {
        waiting.get(line)?.();
        request.onLine?.(line, stream);
      },
    });
  return {
    clock,
    run,
    docker: createDocker({ env: programs.environment, clock, run }),
    printed: (line: string) => new Promise<void>((resolve) => waiting.set(line, resolve)),
  };
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (thrown) => thrown,
  );

/** A shell whose child hangs: a signal to the shell alone would leave it behind. The child says when it is there. */
const hangs = 'sh -c "echo hanging; exec sleep 1000"; echo never';

describe('a command of docker that hangs is ended with what it started', () => {
  const commands: readonly (readonly [string, (docker: Docker, folder: string) => Promise<unknown>])[] = [
    ['image tag', (docker) => docker.tag({ source: 'a', target: 'b' })],
    [
      'login',
      (docker, configFolder) =>
        docker.login({ registry: 'r.example', username: 'AWS', password: 'correct-horse', configFolder }),
    ],
  ];

  test.each(commands)('docker %s, after a minute', async (name, call) => {
    await using programs = await fakePrograms();
    await programs.add('docker', hangs);
    const { docker, clock, printed } = hanging(programs);
    const begun = printed('hanging');
    const failure = failureOf(call(docker, join(programs.folder, 'work')));
    await begun;
    await clock.advance(59 * second);
    expect(clock.sleepers).toBe(1);
    await clock.advance(1 * second);
    expect(await failure).toMatchObject({
      code: 'DOCKER_TIMED_OUT',
      summary: `docker ${name} was terminated because it had not finished after 1m (since 10:30:00 UTC)`,
      remedy:
        'Check that the Docker engine responds (docker version) and can reach the registry. If it is just slow, raise `docker-timeout`.',
      details: ['hanging'],
      facts: { command: `docker ${name}`, since: '2030-01-01T10:30:00.000Z', limitMilliseconds: minute },
    });
  });

  test('docker push, ten minutes after it printed the last line, however long it took till then', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      'trap "echo more" USR1; echo $$ > "$WORK/pid"; echo begun; while :; do sleep 1000 & wait $!; done',
    );
    const { docker, clock, printed } = hanging(programs);
    const begun = printed('begun');
    const failure = failureOf(docker.push({ reference: 'r.example/web:1' }));
    await begun;
    await clock.advance(9 * minute);
    const more = printed('more');
    process.kill(Number(await programs.read('work/pid')), 'SIGUSR1');
    await more;
    await clock.advance(9 * minute);
    expect(clock.sleepers).toBe(1);
    await clock.advance(1 * minute);
    expect(await failure).toMatchObject({
      code: 'DOCKER_TIMED_OUT',
      summary: 'docker push was terminated because it had printed nothing for 10m (since 10:39:00 UTC)',
      remedy:
        'The last lines show what it was doing. Check that the Docker engine still responds (docker version). If it works silently, raise `no-output-timeout`.',
      details: ['begun', 'more'],
    });
  });

  test('docker build likewise, and each limit can be another', async () => {
    await using programs = await fakePrograms();
    await programs.add(
      'docker',
      `case "$1" in --version) echo "Docker version 28.2.2, build abc";; buildx) exit 1;; version) echo '{"Client":{"Version":"28.2.2"},"Server":{"Version":"28.2.2"}}';; *) ${hangs};; esac`,
    );
    const privateFolder = join(programs.folder, 'private');
    await mkdir(privateFolder);
    const { docker, clock, printed } = hanging(programs);
    const begun = printed('hanging');
    const failure = failureOf(
      docker.build(
        { context: '/context', privateFolder, destination: { kind: 'engine' }, buildArgs: [], labels: [] },
        { timeout: 5 * second, noOutputTimeout: 30 * second },
      ),
    );
    await begun;
    await clock.advance(29 * second);
    expect(clock.sleepers).toBe(1);
    await clock.advance(1 * second);
    expect(await failure).toMatchObject({
      code: 'DOCKER_TIMED_OUT',
      summary: 'docker build was terminated because it had printed nothing for 30s (since 10:30:00 UTC)',
    });
  });

  test('one that ignores the interruption is killed six seconds later', async () => {
    await using programs = await fakePrograms();
    await programs.add('docker', 'trap "" INT; echo hanging; while :; do sleep 1; done');
    const { docker, clock, printed } = hanging(programs);
    const begun = printed('hanging');
    const failure = failureOf(docker.tag({ source: 'a', target: 'b' }));
    await begun;
    await clock.advance(minute);
    await clock.advance(6 * second);
    expect(await failure).toMatchObject({ code: 'DOCKER_TIMED_OUT' });
  });
});

test('a buildx that hangs on a query is reported as hanging, not as missing', async () => {
  await using programs = await fakePrograms();
  await programs.add(
    'docker',
    `case "$1" in --version) echo "Docker version 28.2.2, build abc";; *) ${hangs};; esac`,
  );
  const { docker, clock, printed } = hanging(programs);
  const begun = printed('hanging');
  const failure = failureOf(
    docker.chooseBuilder({ context: '/context', privateFolder: '/private', buildArgs: [], labels: [] }),
  );
  await begun;
  await clock.advance(minute);
  expect(await failure).toMatchObject({
    code: 'DOCKER_TIMED_OUT',
    summary: 'docker buildx version was terminated because it had not finished after 1m (since 10:30:00 UTC)',
  });
});

test('a credential helper that hangs is reported as hanging, with what to do about it', async () => {
  await using programs = await fakePrograms();
  await programs.add('docker-credential-desktop', hangs);
  const config = join(programs.folder, 'config');
  await mkdir(config);
  await writeFile(join(config, 'config.json'), JSON.stringify({ credsStore: 'desktop' }));
  const environment = { ...programs.environment, DOCKER_CONFIG: config };
  const { run, clock, printed } = hanging({ ...programs, environment });
  const begun = printed('hanging');
  const failure = failureOf(dockerCredentials({ env: environment, clock, run }).find('registry.example'));
  await begun;
  await clock.advance(minute);
  expect(await failure).toMatchObject({
    code: 'DOCKER_TIMED_OUT',
    summary:
      'docker-credential-desktop get was terminated because it had not finished after 1m (since 10:30:00 UTC)',
    remedy:
      'Find out what docker-credential-desktop is waiting for (perhaps for a user to unlock its store), or remove it from the Docker configuration of this job.',
  });
});
