import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { commandsOf, dockerfile } from '../jobs/image-job.ts';
import { onBuildx } from './buildx-job.ts';
import { stored, storedBlob } from './stored.ts';

const sleeping = (seconds: number) =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith(`/busybox sleep ${seconds}`));

onBuildx('a RUN in a BuildKit of its own', ['team/web'], (bench) => {
  test('reads its secrets from files: they are in no argument, no line and no layer', async () => {
    const Dockerfile = dockerfile(
      'RUN --mount=type=secret,id=word ["/busybox", "sh", "-c", "/busybox wc -c < /run/secrets/word > /size"]\n',
    );
    const job = await bench().job({ files: { Dockerfile } });
    // A docker before docker that notes what it is started with.
    const folder = join(job.folder, 'programs');
    mkdirSync(folder);
    const real = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();
    writeFileSync(
      join(folder, 'docker'),
      `#!/bin/sh\nprintf '%s\\n' "$@" >> '${folder}/seen'\nexec '${real}' "$@"\n`,
    );
    chmodSync(join(folder, 'docker'), 0o755);
    const step = await job.build(
      { repository: 'team/web', tags: 'v1', secrets: 'word=swordfish-9' },
      { env: { PATH: `${folder}:${process.env.PATH}` } },
    );
    expect(step.exitCode).toBe(0);
    const seen = readFileSync(join(folder, 'seen'), 'utf8');
    expect(seen).toMatch(/^id=word,src=\/.+\/secrets\/0$/m);
    expect(seen).not.toContain('swordfish');
    expect(step.raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('swordfish');
    const { manifest } = await stored(bench().sandbox, 'team/web', 'v1');
    const config = await storedBlob(bench().sandbox, 'team/web', manifest.config!.digest);
    const layers = await Promise.all(
      manifest.layers!.map(async ({ digest }) =>
        gunzipSync(await storedBlob(bench().sandbox, 'team/web', digest)),
      ),
    );
    for (const part of [config, ...layers]) expect(part.includes('swordfish')).toBe(false);
    expect(`${layers.at(-1)}`).toContain('11\n');
    await job.end();
    expect(job.leftovers()).toEqual([]);
  });

  test('B12: is ended by a cancel within its build, which leaves no process and no file', async () => {
    const Dockerfile = dockerfile(
      `RUN ["/busybox", "sh", "-c", "echo at $((0)) work | /busybox tr -d '0 ' ; exec /busybox sleep 64444"]\n`,
    );
    const job = await bench().job({ files: { Dockerfile } });
    const step = await job.build({ repository: 'team/web', tags: 'v2' }, { cancelAt: ' atwork\n' });
    expect(step).toMatchObject({ conclusion: 'cancelled', exitCode: 130 });
    expect(commandsOf(step, 'error').map(({ data }) => data)).toEqual([
      'docker buildx build was cancelled\n→ Run the step again: it sends only what the registry does not have.',
    ]);
    expect(job.processes()).toEqual([]);
    expect(sleeping(64444)).toEqual([]);
    await job.end();
    expect(job.leftovers()).toEqual([]);
  });
});
