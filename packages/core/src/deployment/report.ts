import type { Deployment } from '@aws-sdk/client-ecs';
import { describe } from '../errors/describe.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import type { Call } from '../operation/operation.ts';
import type { Registration } from '../task-definition/register.ts';
import { formatElapsed } from '../time/duration.ts';
import type { SummaryBlock } from '../world/summary.ts';
import type { RolloutEvent } from './events.ts';
import { causeLine, causesOf, lastWords } from './evidence.ts';
import { narrate, narrateNotice } from './narrate.ts';
import { rolloutPicture, type Sample } from './picture.ts';
import { type Ours, shortTaskDefinition } from './rollout.ts';
import type { Target } from './target.ts';
import { errorOfVerdict, type Verdict } from './verdict.ts';
import type { Watch, WatchNotice } from './watch.ts';

// biome-ignore lint/suspicious/noExplicitAny: it serves every operation that deploys, whatever its inputs
type AnyCall = Call<any, any>;

/** One deployment that this run made or adopted. */
export interface Deploying {
  readonly target: Target;
  readonly registration: Registration;
  readonly ours: Ours;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  readonly arn?: string | undefined;
}

export const oursOf = (target: Target, primary: Deployment, previous: Deployment | undefined): Ours => ({
  cluster: target.cluster,
  service: target.name,
  serviceArn: target.service.serviceArn ?? '',
  deploymentId: primary.id ?? '',
  taskDefinition: primary.taskDefinition ?? '',
  createdAt: primary.createdAt?.getTime() ?? 0,
  previous: previous?.id
    ? { deploymentId: previous.id, taskDefinition: previous.taskDefinition ?? '' }
    : undefined,
});

/** What was told while the rollout ran, kept for the end. */
export interface Story {
  tell(watch: Watch, events: readonly RolloutEvent[]): Promise<void>;
  readonly samples: readonly Sample[];
  readonly recentEvents: readonly string[];
  readonly logTail: readonly string[];
}

const mostTails = 3;

/** Prints one line per change, and once per distinct reason the last lines of the container that died of it. */
export function tellEvents(call: AnyCall, deploying: Deploying): Story {
  const { world } = call;
  const { log } = world.host;
  const samples: Sample[] = [{ at: 0, ours: 0, others: deploying.target.service.runningCount ?? 0 }];
  const recentEvents: string[] = [];
  const logTail: string[] = [];
  const told = new Set<string>();
  return {
    samples,
    recentEvents,
    logTail,
    async tell(watch, events) {
      const elapsed = world.clock.elapsed() - deploying.startedAt;
      for (const event of events) {
        const line = narrate(watch.ours, event, elapsed);
        if (line.level === 'progress') log.progress(watch.ours.service, line.text);
        else log[line.level](line.text);
        if (event.kind === 'counts') samples.push({ at: elapsed, ours: event.running, others: event.others });
        if (event.kind === 'service-event') recentEvents.push(event.message);
        if (event.kind !== 'task-stopped' || told.size >= mostTails) continue;
        const reason = causesOf([event.task])[0];
        if (!reason || told.has(reason.sentence)) continue;
        told.add(reason.sentence);
        const words = await lastWords(
          event.task,
          deploying.registration.taskDefinition,
          world.aws.logs,
          world.host.cancellation,
        );
        if (!words) continue;
        if (words.note) log.notice(words.note);
        if (words.lines.length === 0) continue;
        log.info(`  ${words.title}:`);
        for (const text of words.lines) log.output(text);
        if (logTail.length === 0) logTail.push(...words.lines.slice(-3));
      }
    },
  };
}

export const tellNotice = (call: AnyCall) => (notice: WatchNotice) => {
  const { level, text } = narrateNotice(notice);
  if (level !== 'progress') call.world.host.log[level](text);
};

type Told = Deploying & { readonly watch?: Watch; readonly story?: Story };

/**
 * Writes the verdict everywhere it belongs: outputs, log, summary, facts. Returns for a green one.
 * @throws the error of a red verdict, or `cause` (when watching itself failed) with what is in flight added
 */
export async function report(call: AnyCall, verdict: Verdict, told: Told, cause?: unknown): Promise<void> {
  const { watch, ours, registration, story } = told;
  const elapsed = call.world.clock.elapsed() - told.startedAt;
  const causes = causesOf(watch?.rollout.stoppedTasks ?? []);
  const error = toError(verdict, told, causes, cause);
  await call.output('deployment-id', ours.deploymentId);
  if (watch?.arn !== undefined) await call.output('service-deployment-arn', watch.arn);
  await call.output('verdict', verdict.kind);
  call.fact('verdict', verdict.kind);
  call.fact('deployment', {
    cluster: ours.cluster,
    service: ours.service,
    deploymentId: ours.deploymentId,
    taskDefinition: registration.arn,
    registration: registration.how,
    previousTaskDefinition: ours.previous?.taskDefinition,
    reason: verdict.reason,
    live: verdict.live,
    milliseconds: Math.round(elapsed),
    stoppedTasks: causes,
  });
  call.summary(...summaryOf(verdict, told, elapsed, causes));
  if (error) throw error;
  call.world.host.log.info(`✓ ${ours.service}: ${verdict.reason}  [${formatElapsed(elapsed)}]`);
  void story;
}

function toError(
  verdict: Verdict,
  told: Told,
  causes: ReturnType<typeof causesOf>,
  cause: unknown,
): LandfallError | undefined {
  if (verdict.kind === 'SUCCEEDED' || verdict.kind === 'NOOP') return undefined;
  const { ours, story } = told;
  const name = shortTaskDefinition(ours.taskDefinition);
  const live = verdict.live ? ` (live: ${shortTaskDefinition(verdict.live)})` : '';
  const details = [
    ...causes.slice(0, 3).map(causeLine),
    ...(story?.logTail ?? []).map((line) => `| ${line}`),
    ...(causes.length === 0 ? (story?.recentEvents ?? []).slice(-2) : []),
    ...(isInFlight(verdict)
      ? [`to go on watching, run this step again: it adopts deployment ${ours.deploymentId}`]
      : []),
  ];
  const facts = {
    cluster: ours.cluster,
    service: ours.service,
    deploymentId: ours.deploymentId,
    taskDefinition: ours.taskDefinition,
    verdict: verdict.kind,
    causes,
  };
  if (cause !== undefined) {
    const known = isLandfallError(cause) ? cause : undefined;
    return new LandfallError(known?.code ?? 'INTERNAL', {
      summary: `${known?.summary ?? describe(cause)}; deployment ${ours.deploymentId} of ${name} goes on in ECS`,
      remedy: known?.remedy,
      details,
      facts: { ...known?.facts, ...facts },
      cause,
    });
  }
  return new LandfallError(errorOfVerdict[verdict.kind], {
    summary: `${ours.service}: ${name} is not live: ${verdict.reason}${live}`,
    remedy: verdict.remedy ?? (causes[0] ? causes[0].remedy : undefined),
    details,
    facts,
  });
}

const isInFlight = ({ kind }: Verdict) =>
  ['PAUSED', 'STALLED', 'TIMED_OUT', 'CANCELLED', 'UNKNOWN'].includes(kind);

function summaryOf(
  verdict: Verdict,
  told: Told,
  elapsed: number,
  causes: ReturnType<typeof causesOf>,
): SummaryBlock[] {
  const { ours, story } = told;
  const from = ours.previous ? shortTaskDefinition(ours.previous.taskDefinition) : '–';
  const picture = rolloutPicture(
    `${ours.service}: tasks of the new and the old version`,
    'tasks',
    story?.samples ?? [],
  );
  return [
    { kind: 'heading', text: `${ours.service}: ${verdict.kind}` },
    {
      kind: 'table',
      head: ['service', 'from', 'to', 'verdict', 'time'],
      rows: [
        [
          `${ours.cluster}/${ours.service}`,
          from,
          shortTaskDefinition(ours.taskDefinition),
          verdict.kind,
          formatElapsed(elapsed),
        ],
      ],
    },
    { kind: 'paragraph', text: verdict.reason },
    ...(picture ? [picture] : []),
    ...(causes.length > 0 ? [{ kind: 'list', items: causes.map(causeLine) } as const] : []),
    ...(story && story.recentEvents.length > 0
      ? [
          {
            kind: 'details',
            title: 'Service events',
            blocks: [{ kind: 'list', items: story.recentEvents.slice(-30) }],
          } as const,
        ]
      : []),
  ];
}
