import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { Builder } from '@landfall/core/world/docker';
import { isBefore } from './release.ts';
import type { Wish } from './wishes.ts';

/** A docker program on PATH, in its order. */
export interface Candidate {
  readonly program: string;
  /** Not asked for where the first on PATH has buildx. */
  readonly clientVersion?: string;
  readonly buildxVersion?: string;
  /** The driver of the buildx builder that would be used. */
  readonly driver?: string;
}

export interface ChosenBuilder extends Builder {
  readonly program: string;
  readonly buildxVersion?: string;
}

/** From this release on the client builds with buildx or not at all with BuildKit. */
const buildxOnly = '23.0.0';

/**
 * buildx where the first docker on PATH has it; else BuildKit through a client before 23, the first on PATH
 * that is one; else the classic builder, if nothing asked for needs more.
 * @throws TOOL_MISSING naming the inputs that need what is missing
 */
export function chooseBuilder(
  candidates: readonly Candidate[],
  wishes: readonly Wish[],
  index: boolean,
): ChosenBuilder {
  const [first] = candidates;
  if (!first) {
    throw new LandfallError('TOOL_MISSING', {
      summary: 'the program docker is not on PATH',
      remedy: 'Install the Docker client, or put it on PATH.',
    });
  }
  const buildx = candidates.find(({ buildxVersion }) => buildxVersion !== undefined);
  if (buildx && first === buildx) return withBuildx(buildx, wishes, index);
  const beyondBuildKit = wishes.filter(({ needs }) => needs === 'buildx');
  const buildkit = candidates.find(
    ({ clientVersion }) => clientVersion !== undefined && isBefore(clientVersion, buildxOnly),
  );
  if (buildx && (beyondBuildKit.length > 0 || !buildkit)) return withBuildx(buildx, wishes, index);
  if (beyondBuildKit.length > 0) throw missing(candidates, beyondBuildKit);
  if (buildkit) {
    return {
      kind: 'buildkit',
      program: buildkit.program,
      description: `BuildKit of the engine, by the docker client ${buildkit.clientVersion}`,
      loads: true,
      ...(buildkit !== first && {
        notice: `${first.program} ${first.clientVersion} has no buildx; ${buildkit.program} ${buildkit.clientVersion} builds instead`,
      }),
    };
  }
  if (wishes.length > 0) throw missing(candidates, wishes);
  return {
    kind: 'classic',
    program: first.program,
    description: `the engine's classic builder, by the docker client ${first.clientVersion}`,
    loads: true,
    notice: `${first.program} ${first.clientVersion} has no buildx: the classic builder is used, which is deprecated and knows no RUN --mount; install the docker buildx plugin for BuildKit`,
  };
}

function withBuildx(candidate: Candidate, wishes: readonly Wish[], index: boolean): ChosenBuilder {
  const version = candidate.buildxVersion!;
  const tooOld = wishes.filter(({ since }) => since !== undefined && isBefore(version, since));
  if (tooOld.length > 0) {
    throw new LandfallError('TOOL_MISSING', {
      summary: `buildx ${version} is too old for ${tooOld.map(({ input, since }) => `${input} (${since})`).join(', ')}`,
      remedy: 'Install a newer docker buildx plugin, or leave these inputs out.',
      facts: { buildx: version, inputs: tooOld.map(({ input }) => input) },
    });
  }
  const driver = candidate.driver ?? 'docker';
  return {
    kind: 'buildx',
    program: candidate.program,
    buildxVersion: version,
    description: `buildx ${version} (${driver})`,
    // Other drivers keep the image to themselves; sending it through the engine would only cost time.
    loads: driver === 'docker' && !index,
  };
}

const missing = (candidates: readonly Candidate[], wishes: readonly Wish[]) =>
  new LandfallError('TOOL_MISSING', {
    summary: `docker buildx is not installed, and ${wishes.map(({ input }) => input).join(', ')} ${wishes.length === 1 ? 'needs' : 'need'} it`,
    remedy: 'Install the docker buildx plugin (docs.docker.com/go/buildx), or leave these inputs out.',
    details: candidates.map(({ program, clientVersion }) => `${program} is ${clientVersion}, without buildx`),
    facts: { inputs: wishes.map(({ input }) => input) },
  });
