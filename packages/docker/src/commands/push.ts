import { LandfallError } from '@landfall/core/errors/landfall-error';
import { refusalOf } from '@landfall/core/registry/push/refusal';
import type { DockerCallOptions, PushedImage, PushRequest } from '@landfall/core/world/docker';
import type { ProcessResult } from '../processes/run-process.ts';
import { callDocker, endOf, lastLine, type Programs, throwIfUnreachable } from '../programs.ts';

/** `latest: digest: sha256:… size: 528`, docker's last word on a push. */
const pushedLine = /\bdigest: (sha256:[0-9a-f]{64}) size: \d+\s*$/;

/** What docker says while all is well; a name in it must not be taken for a reason. */
const progressLine = /^(?:The push refers to repository|[0-9a-f]{12}: |Using default tag)/;

const isUnauthorized = /^unauthorized\b|\b401 Unauthorized\b/im;
/** A token lasts at least so long. distribution/registry/client/auth/session.go, `minimumTokenLifetimeSeconds` */
const shortestToken = 60_000;

/** Whether the registry took something of this push, or the push took longer than the shortest token lasts. */
const wasLetIn = ({ tail, milliseconds }: ProcessResult) =>
  milliseconds >= shortestToken ||
  tail.some((line) => /^[0-9a-f]{12}: (?:Pushed|Mounted from|Layer already exists)/.test(line));

export async function push(
  programs: Programs,
  { reference }: PushRequest,
  options: DockerCallOptions,
): Promise<PushedImage> {
  const { output } = options;
  const told = { ...options, ...(output && { output: withoutCountdown(output) }) };
  const result = await callDocker(programs, { args: ['push', '--', reference], long: true }, told);
  if (result.exitCode !== 0) {
    throwIfUnreachable(result);
    const lines = result.tail.filter((line) => line.trim() !== '');
    const said = lines.filter((line) => !progressLine.test(line));
    const text = said.slice(-5).join('\n');
    if (isUnauthorized.test(text) && wasLetIn(result)) {
      throw new LandfallError('CREDENTIALS_EXPIRED', {
        summary: `docker push ${reference} ${endOf(result)}: the registry accepted the login and then requested a login again: its token expired`,
        remedy:
          'Run the step again: layers already pushed are not sent twice. If it stops there again, configure the token server to issue tokens with a longer lifetime.',
        details: lines.slice(-5),
        // The engine does not ask for another token amid a push; the next push does, with the same login.
        facts: { reference, transient: true },
      });
    }
    const refusal = refusalOf({ text });
    throw new LandfallError(refusal.code, {
      summary: `docker push ${reference} ${endOf(result)}: ${lastLine(result) ?? 'it printed nothing'}`,
      ...(refusal.remedy !== undefined && { remedy: refusal.remedy }),
      // The one line is in the summary, and progress was reported as it happened.
      details: said.length > 1 ? said.slice(-5) : [],
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

/** Without a terminal docker tells each second of a wait on a line of its own. The first of each wait is enough. */
function withoutCountdown(output: (line: string) => void): (line: string) => void {
  const last = new Map<string, number>();
  return (line) => {
    const [, layer = '', seconds] = /^([0-9a-f]{12}): Retrying in (\d+) seconds?\s*$/.exec(line) ?? [];
    const before = last.get(layer);
    if (seconds !== undefined) last.set(layer, Number(seconds));
    if (seconds === undefined || before === undefined || Number(seconds) > before) output(line);
  };
}
