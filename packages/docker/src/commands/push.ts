import { LandfallError } from '@landfall/core/errors/landfall-error';
import { refusalOf } from '@landfall/core/registry/refusal';
import type { DockerCallOptions, PushedImage, PushRequest } from '@landfall/core/world/docker';
import { callDocker, endOf, lastLine, type Programs, throwIfUnreachable } from '../programs.ts';

/** `latest: digest: sha256:… size: 528`, docker's last word on a push. */
const pushedLine = /\bdigest: (sha256:[0-9a-f]{64}) size: \d+\s*$/;

/** What docker says while all is well; a name in it must not be taken for a reason. */
const progressLine = /^(?:The push refers to repository|[0-9a-f]{12}: |Using default tag)/;

export async function push(
  programs: Programs,
  { reference }: PushRequest,
  options: DockerCallOptions,
): Promise<PushedImage> {
  const result = await callDocker(programs, { args: ['push', '--', reference] }, options);
  if (result.exitCode !== 0) {
    throwIfUnreachable(result);
    const lines = result.tail.filter((line) => line.trim() !== '');
    const said = lines.filter((line) => !progressLine.test(line));
    const refusal = refusalOf({ text: said.slice(-5).join('\n') });
    throw new LandfallError(refusal.code, {
      summary: `docker push ${reference} ${endOf(result)}: ${lastLine(result) ?? 'it printed nothing'}`,
      ...(refusal.remedy !== undefined && { remedy: refusal.remedy }),
      details: lines.slice(-5),
      facts: { reference, transient: refusal.transient },
    });
  }
  const digest = result.tail
    .map((line) => pushedLine.exec(line)?.[1])
    .findLast((found) => found !== undefined);
  if (digest === undefined) {
    throw new LandfallError('DIGEST_UNKNOWN', {
      summary: `docker push ${reference} succeeded but printed no digest`,
    });
  }
  return { digest };
}
