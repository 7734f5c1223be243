import { settleTime } from '../../../ecs/eventual-consistency.ts';
import { within } from '../../../ecs/write-once.ts';
import type { Registration } from '../../../task-definition/register.ts';
import type { Run } from '../../follow/run.ts';
import { type Outcome, outcomeOf } from '../../report/outcome.ts';
import type { TrackedDeployment } from '../../rollout/rollout.ts';
import type { WaitOptions } from '../../rollout/wait-conditions.ts';
import { type Chosen, chooseDeployment } from '../../service/choose-deployment.ts';
import type { WaitRequest } from '../../service/find-deployment.ts';
import { asRunning, type Target } from '../../service/read-service-targets.ts';
import { isGreen } from '../../verdict/verdict.ts';
import { followByEcs } from './follow.ts';

/** Follows the requested deployment, or the newest, of ECS's own controller. */
export async function waitByEcs(
  run: Run,
  target: Target,
  asked: WaitRequest,
  options: WaitOptions,
  onFound: (ours: TrackedDeployment) => Promise<void>,
): Promise<Outcome> {
  const { world } = run;
  let chosen = await chooseDeployment(run, target, asked);
  let outcome = await followChosen(chosen);
  // Green at once, by reads that may be behind a newer deployment; or superseded by another one of the revision
  // requested.
  while (asked.deploymentId === undefined && !chosen.verdict) {
    const isEarly = world.clock.elapsed() - run.startedAt < settleTime && outcome.verdict === 'SUCCEEDED';
    if (!(asked.taskDefinition === undefined ? isEarly : outcome.verdict === 'SUPERSEDED')) break;
    const before = chosen;
    const again = async () => {
      const found = await chooseDeployment(run, before.target, asked);
      return found.ours.deploymentId === before.ours.deploymentId ? undefined : found;
    };
    // The list may be behind the service, which shows that something has replaced it.
    const newer = await (isEarly ? again() : within(world.clock, world.host.cancellation, again));
    if (!newer) break;
    chosen = newer;
    outcome = await followChosen(chosen);
  }
  return outcome;

  async function followChosen({ ours, arn, verdict, isOver, target: found }: Chosen): Promise<Outcome> {
    if (!verdict || isGreen(verdict)) await onFound(ours);
    const isLive = ours.taskDefinition === target.taskDefinition?.taskDefinition.taskDefinitionArn;
    const registration = isLive || verdict ? asRunning(target) : await registrationOf(run, ours);
    if (verdict) return outcomeOf(verdict, { ours, registration, milliseconds: 0 });
    const begun = { ours, arn, registration, startedAt: world.clock.elapsed() };
    const until = isOver && options.until === 'started' ? 'completed' : options.until;
    return followByEcs(run, found, begun, { ...options, until });
  }
}

/** What a deployment deploys, which is not what the service runs; its containers say where their logs are. */
async function registrationOf(
  { ecs, world }: Run,
  { taskDefinition: arn }: TrackedDeployment,
): Promise<Registration> {
  const options = { signal: world.host.cancellation };
  const { taskDefinition = {} } = arn
    ? await ecs.describeTaskDefinition({ taskDefinition: arn }, options)
    : {};
  return { arn, taskDefinition, how: 'reused' };
}
