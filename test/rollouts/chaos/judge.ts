import type { Result } from '@landfall/core/operation/execute';
import type { Truth } from '@landfall/sandbox/ecs/truth';
import type { JournalEntry } from '@landfall/sandbox/protocol/journal';

/** One way in which a scene broke a law. */
export interface Breach {
  readonly kind: 'false-green' | 'false-red' | 'duplicate' | 'call-after-cancel' | 'command-fired' | 'crash';
  readonly what: string;
}

export interface Evidence {
  readonly result: Result;
  readonly truth: Truth;
  /** What was so when the last call came, and when that was. */
  readonly seen?: { readonly truth: Truth; readonly at: number } | undefined;
  readonly lines: readonly string[];
  readonly journal: readonly JournalEntry[];
  /** Wall time of the cancel, if there was one. */
  readonly cancelledAt: number | undefined;
  readonly onCancel: 'leave' | 'stop';
  /** What the step was to wait for: short of `completed`, green does not mean live, only well under way. */
  readonly until: 'completed' | 'traffic-shifted' | 'paused';
  /** Wall time of the run's end. */
  readonly endedAt: number;
  /** Service deployments of our task definition that were asked for, rollbacks aside. */
  readonly ours: number;
  readonly revisions: number;
  /** Runs that were allowed to force a deployment: each may make one. */
  readonly allowed: number;
}

/** Verdicts that say something of ECS. The others (denied, lost, cancelled, out of time) say something of us. */
const assertions = new Set([
  'ROLLED_BACK',
  'DEPLOYMENT_FAILED',
  'STOPPED',
  'SUPERSEDED',
  'NOT_FOUND',
  'SERVICE_NOT_ACTIVE',
  'PAUSED',
]);
/** They say that it was still going on; of a deployment that has long been live that is as wrong. */
const patience = new Set(['TIMED_OUT', 'STALLED']);
const noticeWithin = 120_000;

/** The laws: green if and only if ours is live; no duplicates; silence after a cancel; no command in the log. */
export function judge(evidence: Evidence): readonly Breach[] {
  const { result, truth } = evidence;
  const id = result.outputs['deployment-id'];
  const unchanged = result.outputs.verdict === 'NOOP' ? result.outputs['task-definition-arn'] : undefined;
  const isLive = liveIn(truth, id, unchanged);
  // What others do between the last read and the end, within one instant, nobody can see.
  const { seen } = evidence;
  const wasLive = seen?.at === evidence.endedAt && liveIn(seen.truth, id, unchanged);
  const breaches: Breach[] = [];
  const add = (kind: Breach['kind'], what: string) => void breaches.push({ kind, what });
  const isUnderWay = evidence.until !== 'completed' && isGoingWell(evidence, id);
  if (result.exitCode === 0 && !isLive && !wasLive && !isUnderWay)
    add('false-green', `exit 0 with ${result.outputs.verdict}, but ${id} is not live`);
  if (result.error && assertions.has(result.error.code) && isLive)
    add('false-red', `${result.error.code}, but ${id} is live: ${result.error.summary}`);
  const since = truth.deployments.find((one) => one.deploymentId === id)?.finalAt;
  if (
    result.error &&
    patience.has(result.error.code) &&
    isLive &&
    evidence.endedAt - (since ?? evidence.endedAt) > noticeWithin
  )
    add('false-red', `${result.error.code}, but ${id} has long been live: ${result.error.summary}`);
  const healthy = truth.serving.find((one) => one.deploymentId === id)?.healthy ?? 0;
  if (/a crash loop/.test(result.error?.summary ?? '') && healthy > 0)
    add('false-red', `${healthy} healthy tasks of ${id} are no crash loop: ${result.error?.summary}`);
  if (result.error?.code === 'INTERNAL') add('crash', result.error.summary);
  if (evidence.ours > evidence.allowed)
    add('duplicate', `${evidence.ours} deployments of our task definition`);
  if (evidence.revisions > 1) add('duplicate', `${evidence.revisions} new revisions`);
  const late = new Set(
    evidence.journal
      .filter((entry) => evidence.cancelledAt !== undefined && entry.time > evidence.cancelledAt + 1000)
      // A person's answer to a pause, which no deployment of ours gives itself.
      .filter((entry) => entry.operation !== 'ContinueServiceDeployment')
      // One that failed and was sent again is one call.
      .map((entry) => `${entry.operation} ${JSON.stringify(entry.input)}`),
  );
  const permitted = evidence.onCancel === 'stop' ? 1 : 0;
  if (late.size > permitted) add('call-after-cancel', [...late].join(', '));
  const fired = evidence.lines.find((line) => line.split('\n').some((one) => /^\s*::|##\[/.test(one)));
  if (fired !== undefined) add('command-fired', fired);
  return breaches;
}

/** Ours is still on its way, or was until a moment ago: nobody can see what happens between the read and the end. */
function isGoingWell({ truth, endedAt }: Evidence, id: string | undefined): boolean {
  const ours = truth.deployments.find((one) => one.deploymentId === id);
  if (!ours) return false;
  const isOpen = ours.status === 'PENDING' || ours.status === 'IN_PROGRESS' || ours.status === 'SUCCESSFUL';
  return isOpen || (ours.finalAt !== undefined && endedAt - ours.finalAt < 10_000);
}

/** Ours completed and its tasks still answer, or nothing is to run; a newer deployment may have begun. */
function liveIn(truth: Truth, id: string | undefined, taskDefinition: string | undefined): boolean {
  if (taskDefinition !== undefined) return truth.live?.taskDefinition === taskDefinition;
  const ours = truth.deployments.find((one) => one.deploymentId === id);
  if (ours?.status !== 'SUCCESSFUL') return false;
  return (
    truth.live?.deploymentId === id || truth.serving.some((one) => one.deploymentId === id && one.healthy > 0)
  );
}
