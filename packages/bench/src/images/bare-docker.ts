import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildxPrograms } from '@landfall/toolchain/buildx/programs';
import type { BenchContext } from '../figure.ts';

const run = promisify(execFile);
const dockerfile = 'FROM scratch\nCOPY busybox /bin/busybox\nCMD ["/bin/busybox", "true"]\n';

/** What is built: a checkout with a Dockerfile and one file of 2 MB. */
export async function fillCheckout(folder: string): Promise<void> {
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
  await copyFile('/bin/busybox', join(folder, 'busybox'));
}

/** A docker as a user has it. */
export interface BareDocker {
  readonly builder: 'buildx' | 'BuildKit of the engine';
  /** The variables that make it so, for it and for what is measured next to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Types the two commands in a fresh checkout. Returns their milliseconds. */
  buildAndPush(reference: string): Promise<number>;
}

/** The first docker on PATH with buildx (its own, or the one that `npm run check` builds), and the first before 23. */
export async function bareDockers(context: BenchContext): Promise<readonly BareDocker[]> {
  const withBuildx = join(context.scratch, 'docker-config');
  await mkdir(withBuildx);
  const { plugins } = await buildxPrograms(context.root);
  if (existsSync(plugins)) await symlink(plugins, join(withBuildx, 'cli-plugins'));
  const without = join(context.scratch, 'docker-config-without');
  await mkdir(without);
  const dockers: BareDocker[] = [];
  for (const folder of [withBuildx, without]) {
    const environment = { DOCKER_CONFIG: folder };
    const answers = (program: string, ...args: readonly string[]) =>
      run(program, args, { env: { ...process.env, ...environment } }).then(
        ({ stdout }) => stdout,
        () => undefined,
      );
    for (const program of ['docker', '/usr/bin/docker']) {
      const version = await answers(program, '--version');
      if (version === undefined) continue;
      const buildx = (await answers(program, 'buildx', 'version')) !== undefined;
      const builder = buildx ? 'buildx' : 'BuildKit of the engine';
      const builds = buildx || /^Docker version (?:18|19|20)\./.test(version);
      if (!builds || dockers.some((one) => one.builder === builder)) continue;
      dockers.push({
        builder,
        environment,
        buildAndPush: (reference) => bare(context, program, { ...process.env, ...environment }, reference),
      });
    }
  }
  return dockers;
}

async function bare(
  { scratch, signal }: BenchContext,
  program: string,
  environment: NodeJS.ProcessEnv,
  reference: string,
): Promise<number> {
  // As every job has a checkout of its own, so that the engine takes in the context again.
  const cwd = await mkdtemp(join(scratch, 'bare-'));
  await fillCheckout(cwd);
  const options = { cwd, signal, env: { ...environment, DOCKER_BUILDKIT: '1' } };
  const start = performance.now();
  await run(program, ['build', '--tag', reference, '.'], options);
  await run(program, ['push', reference], options);
  return performance.now() - start;
}
