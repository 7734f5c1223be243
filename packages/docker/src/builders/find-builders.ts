import type { DockerCallOptions } from '@landfall/core/world/docker';
import { findPrograms } from '../processes/find-program.ts';
import { callDocker, type Programs } from '../programs.ts';
import type { Candidate } from './choose-builder.ts';
import { expectBuildx } from './expect-buildx.ts';

/**
 * Asks docker for its version, its buildx, and the driver of the builder that would be used; where the first on
 * PATH has no buildx, the others too. Each question starts a program, so what is expected is asked at once.
 */
export async function findBuilders(
  programs: Programs,
  builder: string | undefined,
  options: DockerCallOptions,
): Promise<readonly Candidate[]> {
  const [found, expected] = await Promise.all([
    findPrograms('docker', programs.environment),
    expectBuildx(programs.environment),
  ]);
  const ask = (program: string) => probe(programs, { program, builder, expected }, signalOf(options));
  const [first, ...others] = found;
  if (first === undefined) return [];
  if (!expected) return await Promise.all(found.map(ask));
  const best = await ask(first);
  return best.buildxVersion === undefined ? [best, ...(await Promise.all(others.map(ask)))] : [best];
}

interface Question {
  readonly program: string;
  readonly builder: string | undefined;
  /** Whether it is likely to have buildx. */
  readonly expected: boolean;
}

async function probe(
  programs: Programs,
  { program, builder, expected }: Question,
  options: DockerCallOptions,
): Promise<Candidate> {
  const ask = (...args: readonly string[]) => callDocker(programs, { program, args }, options);
  const inspect = () => ask('buildx', 'inspect', ...(builder === undefined ? [] : ['--', builder]));
  const [client, buildx, early] = await Promise.all([
    // Unlike `docker version` it does not ask the engine.
    ask('--version'),
    ask('buildx', 'version'),
    expected ? inspect() : undefined,
  ]);
  const clientVersion = /^Docker version ([^\s,]+)/m.exec(client.stdout)?.[1] ?? 'of unknown version';
  if (buildx.exitCode !== 0) return { program, clientVersion };
  const buildxVersion = /\bv?(\d+\.\d+\.\d+\S*)/.exec(buildx.stdout)?.[1] ?? '0.0.0-unknown';
  const driver = /^Driver:\s+(\S+)/m.exec((early ?? (await inspect())).stdout)?.[1];
  return { program, clientVersion, buildxVersion, ...(driver !== undefined && { driver }) };
}

/** Probes print nothing of their own. */
const signalOf = ({ signal }: DockerCallOptions) => (signal ? { signal } : {});
