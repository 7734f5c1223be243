import { mkdir, readdir, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { type FakePrograms, fakePrograms } from '../testing/fake-programs.ts';
import { isolateConfig } from './isolate-config.ts';

const ecr = '012345678901.dkr.ecr.eu-west-1.amazonaws.com';

const isolate = async (programs: FakePrograms, config?: string, registries = [ecr]) => {
  const home = join(programs.folder, 'home/.docker');
  await mkdir(join(home, 'cli-plugins'), { recursive: true });
  if (config !== undefined) await writeFile(join(home, 'config.json'), config);
  const folder = join(programs.folder, 'work');
  const { notes } = await isolateConfig(programs.environment, { folder, registries });
  return { notes, folder, home, config: JSON.parse(await programs.read('work/config.json')) };
};

test("the user's proxies, contexts, plugins and logins are kept, in a file that only this user reads", async () => {
  await using programs = await fakePrograms();
  const auths = { 'https://index.docker.io/v1/': { auth: 'eDp5' } };
  const user = { proxies: { default: { httpProxy: 'http://p:1' } }, currentContext: 'remote', auths };
  const { notes, folder, home, config } = await isolate(programs, JSON.stringify(user));
  expect(config).toEqual({ ...user, auths: { [ecr]: {}, ...auths } });
  expect(notes).toEqual([]);
  expect((await stat(join(folder, 'config.json'))).mode & 0o777).toBe(0o600);
  expect(await readlink(join(folder, 'cli-plugins'))).toBe(join(home, 'cli-plugins'));
});

test('L12: credential stores and helpers that would take or answer for our login are omitted, with a note', async () => {
  await using programs = await fakePrograms();
  await programs.add('docker-credential-there', '');
  const { notes, config } = await isolate(
    programs,
    JSON.stringify({
      credsStore: 'desktop',
      credHelpers: { [ecr]: 'ecr-login', 'ghcr.io': 'there', 'quay.io': 'gone' },
      auths: { 'stored.example': {} },
    }),
  );
  expect(config).toEqual({ credHelpers: { 'ghcr.io': 'there' }, auths: { [ecr]: {} } });
  expect(notes).toEqual([
    'the credential store "desktop" is not used in this job: whatever is stored there outlives the job',
    `the credential helper "ecr-login" for ${ecr} is not used: this step logs in to it`,
    'the credential helper "gone" for quay.io is not installed, so it is skipped',
  ]);
});

test('L12: the helper of Docker Hub, which Docker knows by an older name, does not answer for our login there', async () => {
  await using programs = await fakePrograms();
  await programs.add('docker-credential-there', '');
  const config = { credHelpers: { 'https://index.docker.io/v1/': 'there' } };
  const isolated = await isolate(programs, JSON.stringify(config), [ecr, 'docker.io']);
  expect(isolated.config).toEqual({ auths: { [ecr]: {}, 'https://index.docker.io/v1/': {} } });
});

test('L12: the registries are named before the login, or Docker would put it into a store that it finds by itself', async () => {
  await using programs = await fakePrograms();
  await using other = await fakePrograms();
  expect((await isolate(programs)).config).toEqual({ auths: { [ecr]: {} } });
  expect((await isolate(other, '[]')).config).toEqual({ auths: { [ecr]: {} } });
});

test('L11: a configuration that is broken is named, and nothing is taken from it', async () => {
  await using programs = await fakePrograms();
  const { notes, config } = await isolate(programs, '{"auths": {"r.example": {"auth": "c2VjcmV0');
  expect(config).toEqual({ auths: { [ecr]: {} } });
  expect(notes).toEqual([
    `${programs.folder}/home/.docker/config.json could not be read, so nothing is inherited from it: it is not JSON`,
  ]);
});

test('L11: a configuration that is a folder is named, and nothing is taken from it', async () => {
  await using programs = await fakePrograms();
  await mkdir(join(programs.folder, 'home/.docker/config.json'), { recursive: true });
  const { notes, config } = await isolate(programs);
  expect(config).toEqual({ auths: { [ecr]: {} } });
  expect(notes[0]).toContain('could not be read, so nothing is inherited from it: EISDIR');
});

test('no configuration, and no home, is an empty one', async () => {
  await using programs = await fakePrograms();
  const folder = join(programs.folder, 'work');
  expect(await isolateConfig({}, { folder, registries: [] })).toEqual({ notes: [] });
  expect(await programs.read('work/config.json')).toBe('{}\n');
});

test('plugins are found from a configuration that is named by a relative path, too', async () => {
  await using programs = await fakePrograms();
  const folder = join(programs.folder, 'work');
  const own = join(programs.folder, 'own');
  await mkdir(join(own, 'cli-plugins'), { recursive: true });
  await isolateConfig({ DOCKER_CONFIG: relative(process.cwd(), own) }, { folder, registries: [] });
  expect(await readlink(join(folder, 'cli-plugins'))).toBe(join(own, 'cli-plugins'));
});

test('the note of an earlier login of the job, on the docker that makes it, stays with that', async () => {
  await using programs = await fakePrograms();
  await mkdir(join(programs.folder, 'home/.docker'), { recursive: true });
  await writeFile(join(programs.folder, 'home/.docker/process'), '1 2');
  const { folder } = await isolate(programs);
  expect(await readdir(folder)).not.toContain('process');
});

test('a link that stands where the configuration is to be written is not followed', async () => {
  await using programs = await fakePrograms();
  const folder = join(programs.folder, 'work');
  await symlink(join(programs.folder, 'home/target'), join(folder, 'config.json'));
  await expect(isolateConfig({}, { folder, registries: [] })).rejects.toMatchObject({ code: 'EEXIST' });
});
