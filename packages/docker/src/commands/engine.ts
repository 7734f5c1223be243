import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { DockerCallOptions, TagRequest } from '@landfall/core/world/docker';
import { callDocker, endOf, lastLine, type Programs, throwIfUnreachable } from '../programs.ts';

export async function engineVersion(programs: Programs, options: DockerCallOptions): Promise<string> {
  const result = await callDocker(programs, { args: ['version', '--format', '{{json .}}'] }, options);
  const told = parse(result.stdout) as { Server?: { Version?: string } | null };
  const version = told?.Server?.Version;
  if (result.exitCode === 0 && version !== undefined) return version;
  throwIfUnreachable(result);
  throw new LandfallError('DOCKER_UNREACHABLE', {
    summary: `the Docker engine does not respond: docker version ${endOf(result)}: ${lastLine(result) ?? 'it printed nothing'}`,
    details: result.tail.slice(-5),
  });
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
    // Not the requested JSON: every field counts as absent.
    return {};
  }
}
