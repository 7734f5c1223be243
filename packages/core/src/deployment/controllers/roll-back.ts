import type { Service } from '@aws-sdk/client-ecs';
import { primaryOf } from '../../ecs/deployments.ts';
import { readServices } from '../../ecs/read-services.ts';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { isOfDeployment, primaryTaskSet } from '../../ecs/task-sets.ts';
import { asLandfallError } from '../../errors/as-landfall-error.ts';
import { LandfallError } from '../../errors/landfall-error.ts';
import type { Run } from '../follow/run.ts';
import type { Settings } from '../plan/plan-types.ts';
import { failedToStart, type Outcome } from '../report/outcome.ts';
import { watchHints } from '../report/resume-hints.ts';
import { toTheEnd } from '../rollback/goal.ts';
import type { WaitOptions } from '../rollout/wait-conditions.ts';
import type { Target } from '../service/read-service-targets.ts';
import { impossible } from '../service/rollback-revision.ts';
import { countBeforeStop } from '../service/stopped-tag.ts';
import type { Controlled } from './controller.ts';

/**
 * Rolls a service that this run has deployed back to what ran before, and follows that. Only a revision that
 * was COMPLETED before the run is rolled back to: one that was failing itself is not made live again. A
 * rollback that fails is reported in addition to the first error, never instead of it: this never rejects.
 */
export async function rollBackTo(
  run: Run,
  { target, controller }: Controlled,
  done: Outcome,
  followed: WaitOptions,
  settings: Settings = {},
): Promise<Outcome | undefined> {
  const { log } = run.world.host;
  // To stop it would make the version that is to go live again.
  const options: WaitOptions = { ...toTheEnd(followed), onCancel: 'leave' };
  try {
    if (done.status === 'deployed') await refuseGone(run, target);
    const { stopBefore } = settings;
    const now = done.status === 'deployed' || stopBefore ? await readOurs(run, target, done) : target.service;
    const back = (count: Settings) => controller.rollBack(run, target, done, options, { now, count });
    const stopped = stopBefore && countBeforeStop(target.service);
    if (!stopBefore || !stopped) return await back(countBefore(target, now, settings));
    const { updateStopped } = await import('./ecs/stop-before-deploy.ts');
    return await updateStopped(run, { ...target, service: now }, stopped, stopBefore.within, () =>
      back({ desiredCount: stopped }),
    );
  } catch (thrown) {
    const error = asLandfallError(thrown);
    const what = error.code === 'ROLLBACK_IMPOSSIBLE' ? '' : `${target.name}: the rollback also failed: `;
    log.error(`${what}${error.code}: ${error.summary}`);
    return failedToStart(target.cluster, target.name, error);
  }
}

/**
 * The service as it is now, which must still be what this run has deployed: others may have deployed since.
 * @throws ROLLBACK_IMPOSSIBLE
 */
async function readOurs({ ecs, world }: Run, target: Target, { ours }: Outcome): Promise<Service> {
  const { cluster, name } = target;
  const read = await readServices(ecs, cluster, [name], { signal: world.host.cancellation });
  const service = read.get(name);
  if (service === undefined || service === 'missing') return target.service;
  const deployment = primaryOf(service);
  const taskSet = primaryTaskSet(service);
  const primary = deployment ?? taskSet;
  const earlier = [primaryOf(target.service)?.id, ...(target.service.taskSets ?? []).map(({ id }) => id)];
  const id = ours?.deploymentId ?? '';
  const isOurs = deployment ? deployment.id === id : taskSet !== undefined && isOfDeployment(taskSet, id);
  if (!primary || isOurs || earlier.includes(primary.id)) return service;
  throw impossible(
    name,
    `${shortTaskDefinition(primary.taskDefinition)} was deployed since, by someone else (${primary.id})`,
  );
}

/** The desired count before this run, where this run has set another one and that still stands. */
function countBefore(
  { service: before }: Target,
  now: Service,
  { desiredCount: set }: Settings,
): { readonly desiredCount?: number } {
  const { desiredCount } = before;
  const isOurs = set !== undefined && now.desiredCount === set && desiredCount !== set;
  return isOurs && desiredCount !== undefined ? { desiredCount } : {};
}

/** What ran before may have been deregistered since this run began: ECS would start no task of it. */
async function refuseGone({ ecs, world }: Run, { name, taskDefinition: before }: Target): Promise<void> {
  const arn = before?.taskDefinition.taskDefinitionArn;
  if (arn === undefined) return;
  const { taskDefinition } = await ecs.describeTaskDefinition(
    { taskDefinition: arn },
    { signal: world.host.cancellation },
  );
  if (taskDefinition?.status === 'INACTIVE')
    throw impossible(name, `${shortTaskDefinition(arn)} is deregistered (INACTIVE)`);
}

/**
 * What to report of a service that this run had deployed, once it was rolled back, or should have
 * been.
 */
export const afterRollBack = (
  done: Outcome,
  back: Outcome | undefined,
  why = 'another service in this run failed',
): Outcome =>
  back && !back.error
    ? {
        ...done,
        status: 'rolled-back',
        isTakenBack: true,
        verdict: 'ROLLED_BACK',
        reason: `was live, and was rolled back to ${shortTaskDefinition(back.ours?.taskDefinition)} because ${why}`,
        ...(back.ours && { live: back.ours.taskDefinition }),
      }
    : {
        ...done,
        // The deployment that goes back is there: what was live is not to stay so, unless ECS has rolled that back.
        ...(back?.ours &&
          !isLiveAgain(done, back) && { status: back.status, verdict: back.verdict, isTakenBack: true }),
        ...(back?.status === 'unknown' && { status: 'unknown', verdict: 'UNKNOWN', isTakenBack: true }),
        reason: andAlso(
          done.reason,
          `a rollback was requested but failed${back?.error ? `: ${back.error.summary}` : ''}`,
        ),
      };

const isLiveAgain = ({ ours }: Outcome, { verdict, live }: Outcome): boolean =>
  verdict === 'ROLLED_BACK' && live !== undefined && live === ours?.taskDefinition;

/** ECS ends some of its reasons with a full stop. */
const andAlso = (reason: string, more: string) => `${reason.replace(/\.$/, '')}; ${more}`;

/** A deployment that did not end well, once it was replaced by what ran before, or asked to stop. */
export function afterUndo(done: Outcome, undone: Outcome | 'stopped' | undefined): Outcome {
  const { error, ours } = done;
  if (!error || !ours || undone === undefined || (undone !== 'stopped' && undone.error)) return done;
  const stands = watchHints({ ours });
  const live = undone === 'stopped' ? undefined : undone.ours?.taskDefinition;
  const what =
    live === undefined
      ? 'this run is stopping the deployment'
      : `this run has rolled back to ${shortTaskDefinition(live)}, which is live`;
  return {
    ...done,
    reason: andAlso(done.reason, what),
    resume: live === undefined ? watchHints({ ours, isStopped: true }) : [],
    ...(live !== undefined && { live }),
    error: new LandfallError(error.code, {
      summary: andAlso(error.summary, what),
      remedy:
        done.causes[0]?.remedy ??
        (live === undefined
          ? 'See how it ends before running this step again.'
          : 'Fix the cause shown, then redeploy.'),
      details: [
        ...error.details.filter((line) => !stands.includes(line)),
        ...(live === undefined ? watchHints({ ours, isStopped: true }) : []),
      ],
      facts: { ...error.facts, live },
      cause: error.cause,
    }),
  };
}

/**
 * Undoes a deployment that did not end well: one that is still in progress is stopped, which makes ECS roll
 * back; one that has failed is replaced by what ran before. What came of it is in the outcome; never rejects.
 */
export async function undo(
  run: Run,
  controlled: Controlled,
  outcome: Outcome,
  options: WaitOptions,
  settings?: Pick<Settings, 'stopBefore'>,
): Promise<Outcome> {
  const arn = outcome.serviceDeploymentArn;
  return arn === undefined || outcome.verdict === 'FAILED'
    ? afterUndo(outcome, await rollBackTo(run, controlled, outcome, options, settings))
    : stopAndTell(run, outcome, arn);
}

/** A deployment that is still in progress is stopped, which makes ECS roll back. Never rejects. */
export async function stopAndTell({ world, ecs }: Run, outcome: Outcome, arn: string): Promise<Outcome> {
  try {
    // The run may be cancelled: this one call is still what the user requested.
    await ecs.stopServiceDeployment({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' });
    world.host.log.warning(
      `${outcome.service}: deployment ${outcome.ours?.deploymentId} is being stopped, and ECS will roll back`,
    );
    return afterUndo(outcome, 'stopped');
  } catch (thrown) {
    const error = asLandfallError(thrown);
    world.host.log.error(`${outcome.service}: the deployment could not be stopped: ${error.summary}`);
    return outcome;
  }
}
