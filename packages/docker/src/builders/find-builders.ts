import type { DockerCallOptions } from '@landfall/core/world/docker';
import { findPrograms } from '../processes/find-program.ts';
import { callDocker, type Programs } from '../programs.ts';
import type { Candidate } from './choose-builder.ts';

/** Asks every docker on PATH for its version, its buildx, and the driver of the builder that would be used. */
export async function findBuilders(
  programs: Programs,
  builder: string | undefined,
  options: DockerCallOptions,
): Promise<readonly Candidate[]> {
  const found = await findPrograms('docker', programs.environment);
  return Promise.all(found.map((program) => probe(programs, program, builder, { ...signalOf(options) })));
}

async function probe(
  programs: Programs,
  program: string,
  builder: string | undefined,
  options: DockerCallOptions,
): Promise<Candidate> {
  const ask = (...args: readonly string[]) => callDocker(programs, { program, args }, options);
  const [client, buildx, inspected] = await Promise.all([
    ask('version', '--format', '{{.Client.Version}}'),
    ask('buildx', 'version'),
    ask('buildx', 'inspect', ...(builder === undefined ? [] : ['--', builder])),
  ]);
  // `docker version` fails without an engine, but tells its own version all the same.
  const clientVersion = client.stdout.split('\n')[0]!.trim() || 'of unknown version';
  if (buildx.exitCode !== 0) return { program, clientVersion };
  const buildxVersion = /\bv?(\d+\.\d+\.\d+\S*)/.exec(buildx.stdout)?.[1] ?? '0.0.0-unknown';
  const driver = /^Driver:\s+(\S+)/m.exec(inspected.stdout)?.[1];
  return { program, clientVersion, buildxVersion, ...(driver !== undefined && { driver }) };
}

/** Probes print nothing of their own. */
const signalOf = ({ signal }: DockerCallOptions) => (signal ? { signal } : {});
