import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { Builder } from '@landfall/core/world/docker';
import type { BuilderRequirement } from './builder-requirements.ts';

/** A docker program on PATH, in its order. */
export interface Candidate {
  readonly program: string;
  /** Not determined where the first on PATH has buildx. */
  readonly clientVersion?: string;
  readonly buildxVersion?: string;
  /** A buildx that is there, but that this docker does not take: of another architecture, say. */
  readonly brokenPlugin?: string;
  /** The driver of the buildx builder that would be used. */
  readonly driver?: string;
}

export interface ChosenBuilder extends Builder {
  readonly program: string;
  readonly buildxVersion?: string;
  /** Whether the engine's own BuildKit builds. */
  readonly byEngine: boolean;
}

/** From this release on the client builds with buildx or not at all with BuildKit. */
const buildxOnly = '23.0.0';

/**
 * buildx where the first docker on PATH has it; else BuildKit through a client before 23, the first on PATH
 * that is one; else the classic builder, if no requested input needs more.
 * @throws TOOL_MISSING naming the inputs that need what is missing
 */
export function chooseBuilder(
  candidates: readonly Candidate[],
  requirements: readonly BuilderRequirement[],
  index: boolean,
): ChosenBuilder {
  const [first] = candidates;
  if (!first) {
    throw new LandfallError('TOOL_MISSING', {
      summary: 'docker is not on the PATH',
      remedy: 'Install the Docker client, or add it to the PATH.',
    });
  }
  const buildx = candidates.find(({ buildxVersion }) => buildxVersion !== undefined);
  if (buildx && first === buildx) return withBuildx(buildx, requirements, index);
  const beyondBuildKit = requirements.filter(({ needs }) => needs === 'buildx');
  const buildkit = candidates.find(
    ({ clientVersion }) => clientVersion !== undefined && isBefore(clientVersion, buildxOnly),
  );
  if (buildx && (beyondBuildKit.length > 0 || !buildkit)) return withBuildx(buildx, requirements, index);
  if (beyondBuildKit.length > 0) throw missing(candidates, beyondBuildKit);
  if (buildkit) {
    return {
      kind: 'buildkit',
      program: buildkit.program,
      description: `BuildKit of the engine, by the docker client ${buildkit.clientVersion}`,
      loads: true,
      byEngine: true,
      ...(buildkit !== first && {
        notice: `${without(first)}; ${buildkit.program} ${buildkit.clientVersion} builds instead`,
      }),
    };
  }
  const beyondClassic = requirements.filter(({ needs }) => needs !== 'engine');
  if (beyondClassic.length > 0) throw missing(candidates, beyondClassic);
  return {
    kind: 'classic',
    program: first.program,
    description: `the engine's classic builder, by the docker client ${first.clientVersion}`,
    loads: true,
    byEngine: false,
    notice: `${without(first)}: using the classic builder, which is deprecated and does not support RUN --mount; install the docker buildx plugin for BuildKit`,
  };
}

function withBuildx(
  candidate: Candidate,
  requirements: readonly BuilderRequirement[],
  index: boolean,
): ChosenBuilder {
  const version = candidate.buildxVersion!;
  const tooOld = requirements.filter(({ since }) => since !== undefined && isBefore(version, since));
  if (tooOld.length > 0) {
    throw new LandfallError('TOOL_MISSING', {
      summary: `buildx ${version} is too old for ${tooOld.map(({ input, since }) => `${input} (${since})`).join(', ')}`,
      remedy: 'Install a newer docker buildx plugin, or omit these inputs.',
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
    byEngine: driver === 'docker',
  };
}

/**
 * An old engine silently ignores what it does not know.
 * @throws TOOL_MISSING naming the inputs that would have no effect
 */
export function refuseIgnored(requirements: readonly BuilderRequirement[], engine: string): void {
  const ignored = requirements.filter(({ engine: since }) => since !== undefined && isBefore(engine, since));
  if (ignored.length === 0) return;
  throw new LandfallError('TOOL_MISSING', {
    summary: `the BuildKit of the engine ${engine} is too old for ${ignored.map(({ input, engine: since }) => `${input} (${since})`).join(', ')}`,
    remedy:
      'Use a newer engine, or a separate builder (docker buildx create --name ci --driver docker-container) named in `builder`, or omit these inputs.',
    facts: { engine, inputs: ignored.map(({ input }) => input) },
  });
}

const without = ({ program, clientVersion, brokenPlugin }: Candidate) =>
  `${program} ${clientVersion} has no buildx${brokenPlugin === undefined ? '' : ` (it does not accept ${brokenPlugin})`}`;

const missing = (candidates: readonly Candidate[], requirements: readonly BuilderRequirement[]) =>
  noBuildx(candidates, {
    what: requirements.map(({ input }) => input).join(', '),
    needs: requirements.length === 1 ? 'needs' : 'need',
    else: 'omit these inputs',
    facts: { inputs: requirements.map(({ input }) => input) },
  });

/** TOOL_MISSING: what needs buildx, and what to do without it. */
export function noBuildx(
  candidates: readonly Candidate[],
  asked: {
    readonly what: string;
    readonly needs: 'needs' | 'need';
    readonly else: string;
    readonly facts?: Readonly<Record<string, unknown>>;
  },
): LandfallError {
  const broken = candidates.find(({ brokenPlugin }) => brokenPlugin !== undefined)?.brokenPlugin;
  return new LandfallError('TOOL_MISSING', {
    summary: `${broken === undefined ? 'docker buildx is not installed' : `docker does not accept the buildx plugin in ${broken}`}, and ${asked.what} ${asked.needs} it`,
    remedy: `${broken === undefined ? 'Install the docker buildx plugin (docs.docker.com/go/buildx)' : "It must be executable, of this machine's architecture, and where this docker looks (docs.docker.com/go/buildx): fix that"}, or ${asked.else}.`,
    details: candidates.map(({ program, clientVersion }) => `${program} is ${clientVersion}, without buildx`),
    ...(asked.facts !== undefined && { facts: asked.facts }),
  });
}

/** `v0.25.0`, `20.10.24+dfsg1` → its three numbers; what is no number counts as 0. */
const numbers = (release: string) =>
  (/^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(release) ?? []).slice(1, 4).map((part) => Number(part ?? 0));

/** A release without numbers, or 0.0.0 (a build from source), counts as the newest. */
export function isBefore(release: string, other: string): boolean {
  const [mine, theirs] = [numbers(release), numbers(other)];
  if (mine.every((number) => number === 0)) return false;
  for (const [index, number] of mine.entries()) {
    if (number !== theirs[index]) return number < (theirs[index] ?? 0);
  }
  return false;
}
