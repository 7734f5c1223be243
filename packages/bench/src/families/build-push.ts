import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loopbackRegistry } from '../../../../test/images/loopback-registry.ts';
import type { BenchContext, Family } from '../figure.ts';
import { missingForImages } from '../images/installed.ts';
import { runAction } from '../images/run-action.ts';
import { median, rounded } from '../measure/statistics.ts';
import type { Job } from '../runner/job.ts';

const run = promisify(execFile);
const dockerfile = 'FROM scratch\nCOPY busybox /bin/busybox\nCMD ["/bin/busybox", "true"]\n';

const fill = async (folder: string) => {
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
  await copyFile('/bin/busybox', join(folder, 'busybox'));
};

/** `build-push` beside the bare commands: the same engine, the same cached build, the same registry, in turns. */
export const buildPush: Family = {
  name: 'build-push',
  description: 'build-push over the bare docker build and docker push, and when it has nothing to do',
  async measure(context) {
    const missing = await missingForImages();
    if (missing !== undefined) {
      context.say(`left out: ${missing}`);
      return [];
    }
    await using registry = await loopbackRegistry();
    const name = `landfall-bench/${process.pid}`;
    const docker = await bareDocker(context);
    const inputs = { registry: registry.host, repository: `${name}/ours`, tags: 'v1' };
    const prepare = ({ workspace }: Job) => fill(workspace);
    const times = { ours: [] as number[], bare: [] as number[], skipped: [] as number[] };
    try {
      for (let round = 0; round <= context.runs; round += 1) {
        const ours = await runAction(context, 'build-push', inputs, prepare);
        const bare = await docker(`${registry.host}/${name}/bare:v1`);
        const skipped = await runAction(
          context,
          'build-push',
          { ...inputs, 'skip-if-exists': 'true' },
          prepare,
        );
        // The first round fills the caches of builder, registry and disk.
        if (round === 0) continue;
        times.ours.push(ours.milliseconds);
        times.bare.push(bare);
        times.skipped.push(skipped.milliseconds);
      }
    } finally {
      for (const one of ['ours', 'bare'])
        await run('docker', ['image', 'rm', '--force', `${registry.host}/${name}/${one}:v1`]);
    }
    const middle = (of: keyof typeof times) => rounded(median(times[of]));
    const params = { n: context.runs, node: process.version };
    return [
      {
        name: 'build-push/overhead',
        unit: 'ms',
        value: rounded(middle('ours') - middle('bare')),
        params: { ...params, ours: middle('ours'), bare: middle('bare') },
      },
      { name: 'build-push/skipped', unit: 'ms', value: middle('skipped'), params },
    ];
  },
};

/** What a user would type, by the first docker on PATH that can build with BuildKit. Returns its milliseconds. */
async function bareDocker(context: BenchContext) {
  const folder = join(context.scratch, 'bare');
  await mkdir(folder);
  await fill(folder);
  const options = { cwd: folder, env: { ...process.env, DOCKER_BUILDKIT: '1' }, signal: context.signal };
  let program: string | undefined;
  for (const candidate of ['docker', '/usr/bin/docker']) {
    const built = await run(candidate, ['build', '--quiet', '.'], options).catch(() => undefined);
    if (built && program === undefined) program = candidate;
  }
  if (program === undefined) throw new Error('no docker on this machine builds with BuildKit');
  const docker = program;
  return async (reference: string) => {
    const start = performance.now();
    await run(docker, ['build', '--tag', reference, '.'], options);
    await run(docker, ['push', reference], options);
    return performance.now() - start;
  };
}
