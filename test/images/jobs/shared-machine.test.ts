import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startSandbox } from '@landfall/sandbox/sandbox';
import { removeImages } from '../image-world.ts';
import { dockerfile, type ImageJob, imageJob, onEngine } from './image-job.ts';

const authsOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).auths as Record<string, { auth: string }>;
const decoded = (auth: string) => Buffer.from(auth, 'base64').toString('utf8');

onEngine('L13: two jobs on one machine', () => {
  test('with two accounts push at the same time, neither knows the login of the other, and the user keeps theirs', async () => {
    const accounts = ['111111111111', '222222222222'];
    const sandboxes = await Promise.all(
      accounts.map((accountId) => startSandbox({ accountId, enforce: true })),
    );
    try {
      const first = imageJob({ sandbox: sandboxes[0]!, files: { Dockerfile: dockerfile() } });
      const home = join(first.userConfig, '..');
      const second = imageJob({ sandbox: sandboxes[1]!, files: { Dockerfile: dockerfile() }, home });
      const jobs = [first, second];
      const own = `{\n\t"auths": { "own.example": { "auth": "${btoa('me:my-own-password')}" } },\n  "credsStore": "nowhere" }\n`;
      writeFileSync(join(first.userConfig, 'config.json'), own);

      const logins = await Promise.all(jobs.map((job) => job.step('ecr-login')));
      const folders = logins.map(({ outputs }) => outputs['docker-config']!);
      for (const [index, folder] of folders.entries())
        expect(Object.keys(authsOf(folder)).sort()).toEqual(
          ['own.example', sandboxes[index]!.registry].sort(),
        );
      const passwords = folders.map((folder, index) =>
        decoded(authsOf(folder)[sandboxes[index]!.registry]!.auth).slice(4),
      );

      for (const sandbox of sandboxes)
        await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
      const push = (job: ImageJob, index: number) =>
        job.step('build-push', { registry: logins[index]!.outputs.registry!, repository: 'web', tags: 'v1' });
      const pushed = await Promise.all(jobs.map(push));
      expect(pushed.map(({ exitCode }) => exitCode)).toEqual([0, 0]);

      // The first job ends badly: another step put a link to the user's own folder where its login was.
      rmSync(folders[0]!, { recursive: true });
      symlinkSync(first.userConfig, folders[0]!);
      const posts = await first.end();
      expect(posts.map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
      expect(existsSync(folders[0]!)).toBe(false);

      // The second continues undisturbed.
      const onward = await second.step('build-push', {
        registry: logins[1]!.outputs.registry!,
        repository: 'web',
        tags: 'v2',
      });
      expect(onward.exitCode).toBe(0);
      await second.end();

      for (const [index, job] of jobs.entries()) {
        const other = passwords[1 - index]!;
        const seen = [...logins, ...pushed]
          .filter((_, at) => at % 2 === index)
          .map(({ raw }) => raw)
          .join('\n');
        expect(seen).not.toContain(other);
        expect(job.leftovers()).toEqual([]);
        expect(job.processes()).toEqual([]);
      }
      expect(readdirSync(first.userConfig)).toEqual(['config.json']);
      expect(readFileSync(join(first.userConfig, 'config.json'), 'utf8')).toBe(own);
      removeImages(
        ...sandboxes.map(({ registry }) => `${registry}/web:v1`),
        `${sandboxes[1]!.registry}/web:v2`,
      );
    } finally {
      await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
    }
  });
});
