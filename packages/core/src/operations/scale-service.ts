import { scalingChange, scalingPermissions } from '../auto-scaling/scale.ts';
import { openTarget } from '../deployment/controllers/open-service.ts';
import { refuseOutOfBounds, scaleExpressPermission } from '../deployment/express/as-a-service.ts';
import { type Scaled, watchScaling } from '../deployment/follow/follow-scaling.ts';
import type { Run } from '../deployment/follow/run.ts';
import {
  readPermissions,
  runningTaskPermissions,
  updateService,
  watchErrors,
} from '../deployment/inputs/permissions.ts';
import { outcomeOf } from '../deployment/report/outcome.ts';
import { deploymentOutputs, outputOurs, publishOutcomes } from '../deployment/report/publish-outcomes.ts';
import { betweenReads } from '../deployment/rules/standing.ts';
import { scaleOf } from '../deployment/rules/task-set.ts';
import { tryRead, tryReadAgain } from '../deployment/service/read-again.ts';
import { asRunning, isExpress, type Target } from '../deployment/service/read-service-targets.ts';
import { trackPrimary } from '../deployment/service/tracked-deployment.ts';
import { runningOf } from '../deployment/verdict/decide-scaling.ts';
import type { Verdict } from '../deployment/verdict/verdict.ts';
import { primaryOf } from '../ecs/deployments.ts';
import { shortTaskDefinition } from '../ecs/short-names.ts';
import { primaryTaskSet } from '../ecs/task-sets.ts';
import { sendOnce } from '../ecs/write-once.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { oneServiceInputs } from '../inputs/common.ts';
import { boolean, duration, integer } from '../inputs/kinds.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import { defineOperation } from '../operation/operation.ts';

const inputs = {
  ...oneServiceInputs,
  'desired-count': integer(
    { min: 0, max: 100_000 },
    { required: true, description: 'The desired number of tasks.', example: '3' },
  ),
  keep: boolean({
    default: 'false',
    description:
      'Keep Application Auto Scaling of the service suspended at this count, until `scale-service` sets another one without `keep`. A service that is scaled to zero keeps it suspended in any case.',
  }),
  wait: boolean({
    default: 'true',
    description:
      'Wait until exactly that many tasks of the PRIMARY deployment, or of the primary task set, are running.',
  }),
  'wait-timeout': duration({ min: '10s', max: '48h' }, { default: '15m', description: 'How long to wait.' }),
};

export const scaleService = defineOperation({
  name: 'scale-service',
  title: 'Scale an Amazon ECS service',
  description:
    'Sets the desired count of a service with one call and waits until that many tasks are running. It does not start a deployment.',
  promises: [
    'Green means that that many tasks are running. If the count is already set, nothing changes.',
    'Application Auto Scaling is suspended before a service is scaled to zero, and resumed, as it was before, once the service is scaled up again.',
    'On cancel the change stays, and the step reports it.',
  ],
  inputs,
  outputs: deploymentOutputs,
  permissions: [
    ...readPermissions,
    updateService,
    ...runningTaskPermissions,
    scaleExpressPermission,
    ...scalingPermissions,
  ],
  errors: watchErrors,
  branding: { icon: 'bar-chart-2', color: 'blue' },

  async run(call) {
    const { inputs: given, world } = call;
    const { run, target } = await openTarget(given, call);
    if (given.wait && given.desiredCount > 0) refuseWithoutTasks(target);
    if (target.service.schedulingStrategy === 'DAEMON') {
      throw invalidInputs([
        {
          input: 'desired-count',
          problem: `cannot be set: ${target.name} is a DAEMON service, which runs one task per container instance`,
        },
      ]);
    }
    await refuseOutOfBounds(run, target, given.desiredCount);
    const change = isExpress(target.service)
      ? undefined
      : await scalingChange(run, target, { wanted: given.desiredCount, keep: given.keep });
    const startedAt = world.clock.elapsed();
    const wanted = given.desiredCount;
    await outputOurs(call, trackPrimary(target));
    for (const { id, taskDefinition } of underWay(target))
      world.host.log.notice(
        `${target.name}: deployment ${id} of ${shortTaskDefinition(taskDefinition)} is in progress; the count applies to the total once it completes`,
      );
    for (const { id, taskDefinition } of besidePrimary(target))
      world.host.log.notice(
        `${target.name}: task set ${id} of ${shortTaskDefinition(taskDefinition)} exists alongside the primary one, as during a deployment; it has its own share of the count`,
      );
    await change?.before();
    const now = await certainCount(run, target, wanted);
    const from = now.service.desiredCount ?? 0;
    const isSet = from === wanted;
    if (!isSet) {
      await setCount(run, target, wanted);
      world.host.log.info(`${target.name}: desired count ${from} → ${wanted}`);
    }
    const isSettled =
      now !== target && [target, now].every(({ service }) => runningOf(service, wanted).isSettled);
    const writtenAt = isSet ? undefined : world.clock.elapsed();
    const known = (verdict: Verdict): Scaled => ({ verdict, events: [], earlier: [], causes: [] });
    const follow = (): Promise<Scaled> | Scaled => {
      if (isSet && isSettled) {
        const { running } = runningOf(target.service, wanted);
        return known({ kind: 'NOOP', reason: `the service is already running ${running} tasks` });
      }
      return given.wait
        ? watchScaling(run, target, { wanted, timeout: given.waitTimeout, startedAt, writtenAt })
        : known({
            kind: 'SUCCEEDED',
            reason: `the desired count is set to ${wanted}; not waiting for the tasks`,
          });
    };
    const { verdict, ...scaling } = await Promise.resolve(follow()).finally(change?.after);
    const told = {
      ours: trackPrimary(target),
      registration: asRunning(target),
      milliseconds: world.clock.elapsed() - startedAt,
      scaling: { wanted, ...scaling },
    };
    if (verdict.kind === 'SUCCEEDED') world.host.log.info(`✓ ${target.name}: ${verdict.reason}`);
    await publishOutcomes(call, [outcomeOf(verdict, told)]);
  },
});

/** A count that is so already is read twice: the first read may be behind. The same target: it could not be read. */
async function certainCount(run: Run, target: Target, wanted: number): Promise<Target> {
  if (target.service.desiredCount !== wanted) return target;
  const { clock, host } = run.world;
  await clock.sleep(betweenReads, host.cancellation);
  return (await tryReadAgain(run, target)) ?? target;
}

/** Sent once; where its answer is lost the service shows whether the count was set. */
async function setCount(run: Run, { cluster, name }: Target, wanted: number): Promise<void> {
  const world = { ecs: run.ecs, clock: run.world.clock, signal: run.world.host.cancellation };
  await sendOnce(
    {
      name: `setting the desired count of ${name}`,
      send: async () => {
        const request = { cluster, service: name, desiredCount: wanted };
        const { service } = await run.ecs.updateService(request, { signal: world.signal });
        return service;
      },
      find: async () => {
        const service = await tryRead({ cluster, serviceName: name }, world);
        return service?.desiredCount === wanted ? service : undefined;
      },
    },
    world,
  );
}

const underWay = ({ service }: Target) =>
  (service.deployments ?? []).filter(
    ({ status, rolloutState }) => status === 'PRIMARY' && rolloutState === 'IN_PROGRESS',
  );

/** Nothing more is known of a deployment by task sets: only their creator knows how far it is. */
const besidePrimary = ({ service }: Target) =>
  (service.taskSets ?? []).filter((one) => one.status === 'ACTIVE' && scaleOf(one) > 0);

/**
 * A service that deploys by task sets runs nothing without one that has a share of the count: the wait would
 * never end well.
 */
function refuseWithoutTasks({ name, service }: Target): void {
  const primary = primaryTaskSet(service);
  if (primaryOf(service) || (primary && scaleOf(primary) > 0)) return;
  const why = primary
    ? `the primary task set ${primary.id} of ${name} is scaled to 0 %`
    : `${name} has no primary task set`;
  throw new LandfallError('INPUT_INVALID', {
    summary: `${why}: no tasks would run at any desired count`,
    remedy: 'Deploy to it first, or set `wait: false`.',
    facts: { service: name, controller: service.deploymentController?.type },
  });
}
