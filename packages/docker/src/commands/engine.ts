import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { DockerCallOptions, DockerVersion, ImageFacts, TagRequest } from '@landfall/core/world/docker';
import { callDocker, endOf, lastLine, type Programs, throwIfUnreachable } from '../programs.ts';

export async function version(programs: Programs, options: DockerCallOptions): Promise<DockerVersion> {
  const result = await callDocker(programs, { args: ['version', '--format', '{{json .}}'] }, options);
  const told = parse(result.stdout) as {
    Client?: { Version?: string };
    Server?: { Version?: string } | null;
  };
  const engine = told?.Server?.Version;
  if (result.exitCode !== 0 || engine === undefined) {
    throwIfUnreachable(result);
    throw new LandfallError('DOCKER_UNREACHABLE', {
      summary: `the Docker engine does not respond: docker version ${endOf(result)}: ${lastLine(result) ?? 'it printed nothing'}`,
      details: result.tail.slice(-5),
    });
  }
  return { client: told.Client?.Version ?? 'unknown', engine };
}

/** `docker image inspect`; undefined when the engine has no such image. */
export async function inspect(
  programs: Programs,
  reference: string,
  options: DockerCallOptions,
): Promise<ImageFacts | undefined> {
  const result = await callDocker(
    programs,
    { args: ['image', 'inspect', '--format', '{{json .}}', '--', reference] },
    options,
  );
  if (result.exitCode !== 0) {
    throwIfUnreachable(result);
    if (/no such image/i.test(result.tail.join('\n'))) return undefined;
    throw new LandfallError('INTERNAL', {
      summary: `docker image inspect ${reference} ${endOf(result)}: ${lastLine(result) ?? 'it printed nothing'}`,
    });
  }
  const told = parse(result.stdout) as {
    Id?: string;
    RepoDigests?: string[] | null;
    Os?: string;
    Architecture?: string;
  };
  return {
    id: told.Id ?? '',
    repoDigests: told.RepoDigests ?? [],
    ...(told.Os !== undefined && { os: told.Os }),
    ...(told.Architecture !== undefined && { architecture: told.Architecture }),
  };
}

export async function tag(
  programs: Programs,
  { source, target }: TagRequest,
  options: DockerCallOptions,
): Promise<void> {
  const result = await callDocker(programs, { args: ['image', 'tag', '--', source, target] }, options);
  if (result.exitCode === 0) return;
  throwIfUnreachable(result);
  throw new LandfallError(/no such image/i.test(result.tail.join('\n')) ? 'NOT_FOUND' : 'INTERNAL', {
    summary: `${source} could not be tagged ${target}: ${lastLine(result) ?? endOf(result)}`,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the JSON that was asked for: every field counts as absent.
    return {};
  }
}
