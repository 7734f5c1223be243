import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { loopbackRegistry } from '../../../../test/images/loopback-registry.ts';
import type { BenchContext, Family, Figure } from '../figure.ts';
import { type BareDocker, bareDockers, fillCheckout } from '../images/bare-docker.ts';
import { missingForImages } from '../images/installed.ts';
import { runAction } from '../images/run-action.ts';
import { median, rounded } from '../measure/statistics.ts';
import type { Job } from '../runner/job.ts';

const run = promisify(execFile);

/**
 * `build-push` compared with the bare commands: the same engine, the same cached build, the same registry, in
 * turns.
 */
export const buildPush: Family = {
  name: 'build-push',
  description: 'build-push over the bare docker build and docker push, and when it has nothing to do',
  async measure(context) {
    const missing = await missingForImages();
    if (missing !== undefined) {
      context.say(`left out: ${missing}`);
      return [];
    }
    const dockers = await bareDockers(context);
    if (dockers.length === 0) throw new Error('no docker on this machine builds with BuildKit');
    const figures: Figure[] = [];
    for (const docker of dockers) figures.push(...(await measureBeside(docker, context)));
    return figures;
  },
};

async function measureBeside(docker: BareDocker, context: BenchContext): Promise<readonly Figure[]> {
  await using registry = await loopbackRegistry();
  const name = `landfall-bench/${process.pid}`;
  const inputs = { registry: registry.host, repository: `${name}/ours`, tags: 'v1' };
  const options = {
    prepare: ({ workspace }: Job) => fillCheckout(workspace),
    environment: docker.environment,
  };
  const times = { ours: [] as number[], bare: [] as number[], skipped: [] as number[] };
  try {
    for (let round = 0; round <= context.runs; round += 1) {
      const ours = await runAction(context, 'build-push', inputs, options);
      const bare = await docker.buildAndPush(`${registry.host}/${name}/bare:v1`);
      const skipping = { ...inputs, 'skip-if-exists': 'true' };
      const skipped = await runAction(context, 'build-push', skipping, options);
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
  const params = { builder: docker.builder, n: context.runs, node: process.version };
  return [
    {
      name: 'build-push/overhead',
      unit: 'ms',
      value: rounded(middle('ours') - middle('bare')),
      params: { ...params, ours: middle('ours'), bare: middle('bare') },
    },
    { name: 'build-push/skipped', unit: 'ms', value: middle('skipped'), params },
  ];
}
