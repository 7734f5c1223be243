import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { BakePlanRequest, DockerCallOptions } from '@landfall/core/world/docker';
import { noBuildx } from '../builders/choose-builder.ts';
import { findBuilders } from '../builders/find-builders.ts';
import { callDocker, endOf, lastLine, type Programs, withoutOutput } from '../programs.ts';

/** `docker buildx bake --print`. Source: docs.docker.com/reference/cli/docker/buildx/bake. */
export async function bakePlan(
  programs: Programs,
  { file, folder, targets, variables = [], set = [] }: BakePlanRequest,
  given: DockerCallOptions,
): Promise<string> {
  const options = withoutOutput(given);
  const candidates = await findBuilders(programs, undefined, options);
  const buildx = candidates.find(({ buildxVersion }) => buildxVersion !== undefined);
  if (!buildx) {
    throw noBuildx(candidates, {
      what: file,
      needs: 'needs',
      else: 'use a Bake file in JSON without variables, inherits and matrix, and omit `set`',
    });
  }
  const result = await callDocker(
    programs,
    {
      program: buildx.program,
      args: [
        'buildx',
        'bake',
        '--file',
        file,
        '--print',
        '--progress=quiet',
        ...set.flatMap((one) => ['--set', one]),
        '--',
        ...targets,
      ],
      environment: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
      folder,
    },
    options,
  );
  if (result.exitCode === 0) return result.stdout;
  throw new LandfallError('FILE_UNREADABLE', {
    summary: `${file}: docker buildx bake --print ${endOf(result)}: ${lastLine(result) ?? 'it printed nothing'}`,
    ...(/failed to find target default/.test(result.tail.join('\n')) && {
      remedy: 'Name what to build in `targets`, or add a group `default` to the file.',
    }),
    details: result.tail.slice(-10),
  });
}
