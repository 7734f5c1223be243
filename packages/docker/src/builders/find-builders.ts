import type { DockerCallOptions } from '@landfall/core/world/docker';
import { findPrograms } from '../processes/find-program.ts';
import { callDocker, type Programs } from '../programs.ts';
import type { Candidate } from './choose-builder.ts';

/**
 * Asks docker for its version, its buildx, and the driver of the builder that would be used; where the first on
 * PATH has no buildx, the others too.
 */
export async function findBuilders(
  programs: Programs,
  builder: string | undefined,
  options: DockerCallOptions,
): Promise<readonly Candidate[]> {
  const found = await findPrograms('docker', programs.environment);
  const ask = (program: string) => probe(programs, program, builder, signalOf(options));
  const [first, ...others] = found;
  if (first === undefined) return [];
  const best = await ask(first);
  return best.buildxVersion === undefined ? [best, ...(await Promise.all(others.map(ask)))] : [best];
}

async function probe(
  programs: Programs,
  program: string,
  builder: string | undefined,
  options: DockerCallOptions,
): Promise<Candidate> {
  const ask = (...args: readonly string[]) => callDocker(programs, { program, args }, options);
  const [client, buildx, inspected] = await Promise.all([
    // Unlike `docker version` it does not ask the engine.
    ask('--version'),
    ask('buildx', 'version'),
    ask('buildx', 'inspect', ...(builder === undefined ? [] : ['--', builder])),
  ]);
  const clientVersion = /^Docker version ([^\s,]+)/m.exec(client.stdout)?.[1] ?? 'of unknown version';
  if (buildx.exitCode !== 0) return { program, clientVersion };
  const buildxVersion = /\bv?(\d+\.\d+\.\d+\S*)/.exec(buildx.stdout)?.[1] ?? '0.0.0-unknown';
  const driver = /^Driver:\s+(\S+)/m.exec(inspected.stdout)?.[1];
  return { program, clientVersion, buildxVersion, ...(driver !== undefined && { driver }) };
}

/** Probes print nothing of their own. */
const signalOf = ({ signal }: DockerCallOptions) => (signal ? { signal } : {});
