import type { Truth } from '@landfall/sandbox/ecs/truth';
import { seededRandom } from '@landfall/sandbox/world/random';
import type { KillAt } from '../kill.ts';
import { Stage } from '../stage.ts';
import { type Breach, judge } from './judge.ts';
import { newRevisions } from './revisions.ts';
import { alarm, type Meddling, type Timeline, timelineOf } from './timeline.ts';

export interface Played {
  readonly breaches: readonly Breach[];
  /** What the run said in the end; `none` when it never came to a verdict. */
  readonly verdict: string;
  readonly strategy: string;
}

/** Plays one scene of a service with ECS's own controller to its end and holds it against the laws. */
export async function runTimeline(seed: number): Promise<Played> {
  const timeline = timelineOf(seed);
  const strategy = timeline.service.deploymentConfiguration?.strategy ?? 'ROLLING';
  const stage = await Stage.set({
    seed,
    services: { web: timeline.service },
    fates: timeline.fates,
    hooks: timeline.hooks,
    ...(timeline.unknownStage !== undefined && { unknownStage: timeline.unknownStage }),
  });
  try {
    return { ...(await play(stage, timeline)), strategy };
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { breaches: [{ kind: 'crash', what }], verdict: 'none', strategy };
  } finally {
    await stage.close();
  }
}

async function play(stage: Stage, timeline: Timeline): Promise<Omit<Played, 'strategy'>> {
  const { world } = stage;
  const from = world.journal().length;
  world.ecs.setLag(timeline.lag);
  for (const fault of timeline.faults) world.fault(fault);
  const inputs = {
    'wait-timeout': '40m',
    'on-cancel': timeline.onCancel,
    'on-pause': timeline.onPause,
    'wait-until': timeline.until,
    ...(timeline.force && { 'force-new-deployment': 'true' }),
  };
  let ended = 0;
  for (let n = 0; n < timeline.restarts; n += 1) {
    const killAt = n % 2 === 0 ? killOf(timeline.seed + n) : undefined;
    const run = stage.begin(inputs, { ...(killAt && { killAt }) });
    if (!killAt) stage.at(5000 + n * 20_000, () => run.host.cancel());
    const end = await Promise.race([run.done, ...(run.killed ? [run.killed] : [])]);
    // A run that came to an end forces again when it is run again; one that was cut short does not.
    if (end && !isInFlight(end.result.outputs.verdict)) ended += 1;
  }
  const run = stage.begin(inputs);
  let cancelledAt: number | undefined;
  for (const { at, what } of timeline.meddling) {
    stage.at(at, () => {
      if (what === 'cancel') {
        cancelledAt = stage.clock.now();
        run.host.cancel();
      } else void meddle(stage, what);
    });
  }
  const { result, host } = await run.done;
  const endedAt = stage.clock.now();
  const truth = world.ecs.truth('main', 'web')!;
  world.clearFaults();
  const journal = world.journal().slice(from);
  const asked = journal.filter((entry) => entry.operation === 'UpdateService' && isOurs(entry.input)).length;
  const made = truth.deployments.filter(
    (one) => one.taskDefinition.endsWith(':2') || /:[4-9]$/.test(one.taskDefinition),
  );
  const breaches = judge({
    result,
    truth,
    lines: host.lines,
    journal: cancelledAt === undefined ? [] : journal,
    cancelledAt,
    onCancel: timeline.onCancel,
    until: timeline.until,
    endedAt,
    ours: Math.min(made.length, asked),
    revisions: await newRevisions(stage),
    allowed: (timeline.force ? ended + 1 : 1) + retriesAfterFailure(made, timeline.onCancel),
  });
  return { breaches, verdict: result.outputs.verdict ?? result.error?.code ?? 'none' };
}

/** Somewhere on the way of a run a kill -9: between two calls, or when ECS has done one and nobody hears of it. */
function killOf(seed: number): KillAt {
  const random = seededRandom(seed + 7);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  return {
    call: pick(['registerTaskDefinition', 'tagResource', 'updateService', 'describeServiceDeployments']),
    when: pick(['before', 'after']),
    time: 1,
  };
}

const isInFlight = (verdict: string | undefined) =>
  ['PAUSED', 'STALLED', 'TIMED_OUT', 'CANCELLED', 'UNKNOWN'].includes(verdict ?? '');

const isOurs = (input: unknown) => (input as { desiredCount?: number }).desiredCount === undefined;

/**
 * A deployment that was given up may be asked for again by the next run: that is no duplicate. One that was stopped
 * only because the next of ours replaced it is; but a run that was cancelled may itself have asked to stop it.
 */
const retriesAfterFailure = (ours: Truth['deployments'], onCancel: 'leave' | 'stop') =>
  ours.filter((one, index) => {
    const next = ours[index + 1];
    const isGivenUp = next && (one.rolledBackAt ?? Infinity) < next.createdAt;
    const isReplaced =
      one.status === 'STOPPED' && next && !isGivenUp && (one.finalAt ?? Infinity) >= next.createdAt;
    return /^(?:ROLLBACK|STOP)/.test(one.status) && (!isReplaced || onCancel === 'stop');
  }).length;

async function meddle(stage: Stage, what: Exclude<Meddling, 'cancel'>): Promise<void> {
  const { world } = stage;
  if (what === 'alarm') return world.ecs.setAlarm(alarm, true);
  if (what === 'continue' || what === 'turn-back')
    return void (await stage.answer(what === 'continue' ? 'CONTINUE' : 'ROLLBACK').catch(ignoreFault));
  if (what === 'scale')
    return void (await world
      .dispatch('ecs', 'UpdateService', { cluster: 'main', service: 'web', desiredCount: 4 })
      .catch(ignoreFault));
  if (what === 'supersede') {
    const taskDefinition = await stage.register('web', 3).catch(ignoreFault);
    if (taskDefinition === undefined) return;
    return void (await world
      .dispatch('ecs', 'UpdateService', { cluster: 'main', service: 'web', taskDefinition, desiredCount: 2 })
      .catch(ignoreFault));
  }
  const arn = world.ecs.truth('main', 'web')?.deployments.at(-1)?.arn;
  if (arn)
    await world
      .dispatch('ecs', 'StopServiceDeployment', { serviceDeploymentArn: arn, stopType: 'ROLLBACK' })
      .catch(ignoreFault);
}

/** The injected faults meet the meddler too; then it does not meddle. */
const ignoreFault = () => undefined;
