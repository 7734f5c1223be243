import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { deploymentOf } from '../../ecs/deployments.ts';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { parseImageReference } from '../../image/reference/image-reference.ts';
import type { Registration } from '../../task-definition/register.ts';
import { formatDuration, formatElapsed } from '../../time/duration.ts';
import type { World } from '../../world/world.ts';
import { isBlockingEvent } from '../evidence/service-events.ts';
import { type Outcome, outcomeOf } from '../report/outcome.ts';
import { recordRollout } from '../report/record-rollout.ts';
import { beginRollout, type Rollout, type TrackedDeployment } from '../rollout/rollout.ts';
import type { WaitConditions, WaitOptions } from '../rollout/wait-conditions.ts';
import type { Target } from '../service/read-service-targets.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Poller } from '../watch/poller.ts';
import type { Watch } from '../watch/watch.ts';
import type { Run } from './run.ts';

/** What following a deployment depends on, by who makes it. Durations in milliseconds. */
export interface FollowWay<W extends Watch = Watch> {
  readonly poller: Poller<W>;
  readonly timeout: number;
  readonly stall: number;
  readonly failFast: boolean;
  /** What comes on top of a time limit that was given. */
  readonly extraTimeout?: number | undefined;
  /** What is to be known of a deployment that a cancel leaves. */
  readonly leftOnCancel?: string | undefined;
  /** What the old version has at the start: its tasks, or its percentage of the traffic. */
  readonly oldShare: number;
  begin(rollout: Rollout, conditions: WaitConditions): W;
  /** Stops the deployment and says in a sentence what came of it. */
  stop(watch: W, world: World): Promise<string>;
}

/** A deployment that was made, or found. */
export interface Begun {
  readonly ours: TrackedDeployment;
  readonly arn?: string | undefined;
  readonly registration: Registration;
  readonly startedAt: number;
}

/** Follows a deployment that was made or found to its verdict. */
export async function followTo<W extends Watch>(
  run: Run,
  target: Target,
  begun: Begun,
  options: WaitOptions,
  way: FollowWay<W>,
): Promise<Outcome> {
  const { world, stories } = run;
  const { ours, registration, startedAt } = begun;
  const milliseconds = () => world.clock.elapsed() - startedAt;
  world.host.log.info(
    `${ours.service}: deployment ${ours.deploymentId} of ${shortTaskDefinition(ours.taskDefinition)} in cluster ${ours.cluster}`,
  );
  if (options.until === 'started') {
    world.host.log.notice(
      `${ours.service}: not waiting; the deployment is in progress, and this step does not know how it will end`,
    );
    const reason = 'started, not followed';
    return {
      ...outcomeOf({ kind: 'SUCCEEDED', reason }, { ours, registration, milliseconds: milliseconds() }),
      status: 'in-progress',
      verdict: 'STARTED',
    };
  }
  const given = options.timeout && options.timeout + (way.extraTimeout ?? 0);
  const timeout = timeLimit(run, given ?? way.timeout, options.jobTimeout);
  const { until, waitThroughPause, answeredHook, count, rollback } = options;
  const conditions: WaitConditions = {
    until,
    timeout,
    stallAfter: Math.min(options.stallTimeout ?? way.stall, timeout),
    waitThroughPause,
    answeredHook,
    failFast: options.failFast && way.failFast,
    count,
    rollback,
  };
  // Of a deployment that is found in progress: what hinders it was reported by ECS before, and will not be reported
  // again.
  const seen = (target.service.events ?? [])
    .filter(({ message }) => !isBlockingEvent(message ?? ''))
    .flatMap((event) => event.id ?? []);
  const watch = way.begin(beginRollout(ours, world.clock.elapsed(), seen), conditions);
  const story = recordRollout(run, {
    at: startedAt,
    tasks: {
      ours: deploymentOf(target.service, ours.deploymentId)?.runningCount ?? 0,
      others: way.oldShare,
    },
    taskDefinition: registration.taskDefinition,
    service: target.service,
    ours,
  });
  stories.set(ours.serviceArn, story);
  let failure: unknown;
  try {
    await way.poller.watch(watch);
  } catch (thrown) {
    failure = thrown;
  }
  let verdict: Verdict = watch.verdict ?? {
    kind: 'UNKNOWN',
    reason: 'the deployment could no longer be watched; it continues in ECS',
  };
  if (verdict.kind === 'SUCCEEDED' && namesDigests(registration.taskDefinition)) {
    const { checkImages } = await import('./verify-running-images.ts');
    verdict = await checkImages(run, watch, verdict, registration.taskDefinition);
  }
  const isStopped = verdict.kind === 'CANCELLED' && options.onCancel === 'stop';
  if (isStopped)
    verdict = {
      ...verdict,
      reason: await way.stop(watch, world),
      remedy: 'See how it ends before running this step again.',
    };
  const outcome = outcomeOf(verdict, {
    ours,
    registration,
    milliseconds: milliseconds(),
    watch,
    story,
    failure,
    isStopped,
    count: options.count,
  });
  if (verdict.kind === 'CANCELLED' && !isStopped && way.leftOnCancel !== undefined)
    world.host.log.notice(`${ours.service}: ${way.leftOnCancel}`);
  if (verdict.notice !== undefined) world.host.log.notice(`${ours.service}: ${verdict.notice}`);
  if (!outcome.error)
    world.host.log.info(`✓ ${ours.service}: ${verdict.reason}  [${formatElapsed(milliseconds())}]`);
  return outcome;
}

/** A job that its host ends can no longer report: watching stops so much earlier. */
const spare = 60_000;

/**
 * How long a deployment that begins now is watched, in milliseconds: `wanted`, or less where the host ends the job
 * sooner. Warns, once for all services of a run, of what may end the watch before its time.
 */
function timeLimit(run: Run, wanted: number, jobTimeout: number | undefined): number {
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
  // AWS gives a time, so it is compared with the wall clock.
  const session = end === undefined ? limit : Math.max(0, end - world.clock.now());
  if (session < limit)
    warn(
      'credentials',
      `the AWS credentials expire in ${formatDuration(session)}, before the deployment's time limit of ${formatDuration(limit)}: if it takes longer, this step ends with CREDENTIALS_EXPIRED and the deployment continues; request a longer session`,
    );
  return limit;
}

const namesDigests = ({ containerDefinitions = [] }: TaskDefinition) =>
  containerDefinitions.some(({ image = '' }) => {
    const parsed = parseImageReference(image);
    return parsed.ok && parsed.reference.digest !== undefined;
  });
