import { formatDuration } from '../../time/duration.ts';
import type { Run } from './run.ts';

/** A job that its host ends can no longer report: watching stops so much earlier. */
const spare = 60_000;

/**
 * How long a deployment that begins now is watched, in milliseconds: `wanted`, or less where the host ends the job
 * sooner. Warns, once for all services of a run, of what may end the watch before its time.
 */
export function timeLimit(run: Run, wanted: number, jobTimeout: number | undefined): number {
  const { world, said, startedAt } = run;
  const warn = (what: string, text: string) => {
    if (!said.has(what)) world.host.log.warning(text);
    said.add(what);
  };
  const passed = world.clock.elapsed() - startedAt;
  const left = jobTimeout === undefined ? wanted : Math.max(0, jobTimeout - spare - passed);
  const limit = Math.min(left, wanted);
  if (limit < wanted)
    warn(
      'job-timeout',
      `the job ends before the deployment's time limit of ${formatDuration(wanted)}: waiting only ${formatDuration(limit)}`,
    );
  const end = world.aws.credentialsEnd?.getTime();
  // A time of AWS's, so it is held against the wall clock.
  const session = end === undefined ? limit : Math.max(0, end - world.clock.now());
  if (session < limit)
    warn(
      'credentials',
      `the AWS credentials expire in ${formatDuration(session)}, before the deployment's time limit of ${formatDuration(limit)}: if it takes longer, this step ends with CREDENTIALS_EXPIRED and the deployment continues; request a longer session`,
    );
  return limit;
}
