import { suspendScalingInput, suspensionPermissions, withScaling } from '../auto-scaling/suspension.ts';
import type { Noted } from '../deployment/controllers/deploy-services.ts';
import { externalPermissions, replacedPermissions } from '../deployment/controllers/external/permissions.ts';
import { beginRun, clearAway } from '../deployment/follow/run.ts';
import { codeDeployPermissions } from '../deployment/inputs/codedeploy-inputs.ts';
import {
  outsideChangePromise,
  outsideOutput,
  outsideOutputs,
  outsidePermissions,
} from '../deployment/inputs/outside-change-inputs.ts';
import {
  forcingPermissions,
  movedImagePermission,
  updatePermissions,
  watchErrors,
  watchPermissions,
} from '../deployment/inputs/permissions.ts';
import { rollbackOn } from '../deployment/inputs/rollback-on-input.ts';
import { serviceDefinitionPermissions } from '../deployment/inputs/service-definition-inputs.ts';
import { checkFollow, followInputs, waitOptionsOf } from '../deployment/inputs/wait-inputs.ts';
import { deploymentOutputs, reportOutcomes } from '../deployment/report/publish-outcomes.ts';
import { passVolumeRole, registerPermissions } from '../ecs/permissions.ts';
import { limited } from '../ecs/rate-limiter.ts';
import { boolean, choice, integer, path } from '../inputs/kinds.ts';
import { deployWaves, rollBackWaves } from '../manifest-deployment/deploy-waves.ts';
import { lockedBy, lockInputs, lockPermissions, withLock } from '../manifest-deployment/environment-lock.ts';
import { checkOwner, environmentInputs } from '../manifest-deployment/inputs.ts';
import {
  type OpenEnvironment,
  openEnvironment,
  readWanted,
  type WantedEnvironment,
} from '../manifest-deployment/open-environment.ts';
import { stoppedTaskPermissions } from '../manifest-deployment/owned-services.ts';
import { prune, prunePermissions } from '../manifest-deployment/prune.ts';
import { registerWaves } from '../manifest-deployment/register.ts';
import {
  createdOutput,
  errorOfWaves,
  prunedOutput,
  verdictOf,
  wavesOutput,
} from '../manifest-deployment/results.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import { beforeWavePermissions } from '../run-task/permissions.ts';
import {
  deploySchedules,
  errorOfSchedules,
  registerSchedules,
  schedulesOutput,
  schedulesTable,
} from '../schedules/deploy-schedules.ts';
import { deploySchedulesPermissions } from '../schedules/permissions.ts';
import { plannedSchedules } from '../schedules/plan-schedules.ts';
import type { Ecs } from '../world/aws.ts';

const inputs = {
  ...environmentInputs,
  'on-failure': choice(['stop', 'rollback'], {
    default: 'stop',
    description:
      'When a service or a task fails: `stop`, so that later waves are not started, or `rollback`: stop, and roll back the services this run has deployed, the last one first.',
  }),
  'max-parallel': integer(
    { min: 1, max: 1000 },
    { default: '20', description: 'How many services of a wave to deploy at once.' },
  ),
  ...followInputs,
  'suspend-scaling': suspendScalingInput,
  'rollback-on': rollbackOn,
  plan: path({
    description:
      'Deploy exactly what `plan-manifest` has saved with `output-file`, with the same inputs. If a file, a variable or a service has changed since, nothing is deployed: PLAN_STALE.',
    example: 'plan.json',
  }),
  ...lockInputs,
  'dry-run': boolean({
    default: 'false',
    description: 'Print what would be done, as `plan-manifest` does, and exit without changing anything.',
  }),
};

const outputs = {
  results: deploymentOutputs.results,
  verdict: {
    description: 'SUCCEEDED, NOOP if there was nothing to deploy or to prune, or the code of the error.',
  },
  waves: {
    description:
      'A JSON list with one entry per wave: its number, its tasks with their status and ARNs, and its services with their status and verdict.',
  },
  created: { description: 'The services this run created, as a JSON list of names.' },
  skipped: {
    description: 'What was not started because something before it failed, as a JSON list of names.',
  },
  schedules: {
    description:
      'A JSON list with one entry per schedule: schedule, status (created, updated, unchanged, pruned, failed, not-started), state, taskDefinition, and the verdict of one that failed.',
  },
  ...prunedOutput,
  ...outsideOutputs,
};

export const deployManifest = defineOperation({
  name: 'deploy-manifest',
  title: 'Deploy an environment from a manifest',
  description:
    'Deploys the services of an environment to Amazon ECS as landfall.yml describes them: wave by wave, with the tasks of each wave, such as migrations, run before it.',
  promises: [
    'Green means that every selected service is live (or already was), and that every task before a wave exited with code 0.',
    'The manifest, every task definition and every service are read and checked before anything is deployed, and all task definitions are registered before the first task runs.',
    'One run at a time works on an environment: a second one waits for `lock-timeout`, and ends with ENVIRONMENT_BUSY.',
    'A wave starts only when the one before it is live. If a task or a service fails, nothing after it is started, the step is red, and everything that was not started is listed.',
    'Everything that differs from a service is updated with the task definition in one call; a service that does not exist is created, and what ECS sets only at creation is refused.',
    'A service with `stopBeforeDeploy` is scaled to zero before its update, which sets its count again; if the run is killed in between, the next run does so.',
    'A service that was scaled to zero stays at zero and gets the new revision.',
    outsideChangePromise,
    'With `prune`, a green deployment ends with the deletion of the services that the environment owns and the manifest no longer describes; green then also means that each of them is INACTIVE. A service that runs tasks, or wants to, is refused before anything is deployed.',
    'Schedules are written once every service is live, each pinned to its revision, and read again: green also means that each is as the manifest wants it. A schedule that someone has disabled stays disabled, unless the manifest says otherwise. A run that selects `services` or `groups` leaves schedules as they are.',
    'If the run is killed and run again, it deploys only what is not live yet. A new attempt runs the tasks again.',
  ],
  inputs,
  outputs,
  permissions: [
    ...watchPermissions,
    ...updatePermissions,
    ...forcingPermissions,
    ...codeDeployPermissions,
    ...externalPermissions,
    ...replacedPermissions,
    movedImagePermission,
    ...outsidePermissions,
    ...registerPermissions(),
    ...stoppedTaskPermissions('when tasks run before a wave, or a service is stopped first or pruned'),
    ...beforeWavePermissions,
    ...serviceDefinitionPermissions({
      create: 'when a service of the manifest does not exist',
      tags: 'when a service of the manifest is created, adopted, stopped first or has tags',
    }),
    passVolumeRole('service.volumeConfigurations'),
    ...prunePermissions,
    ...deploySchedulesPermissions,
    ...suspensionPermissions,
    ...lockPermissions,
  ],
  errors: [
    ...watchErrors,
    'MANIFEST_INVALID',
    'PATH_MISSING',
    'TASKDEF_INVALID',
    'SERVICEDEF_INVALID',
    'SERVICE_NEEDS_RECREATION',
    'TOO_MANY_DEPLOYMENTS',
    'ROLE_NOT_PASSABLE',
    'OUTCOME_UNKNOWN',
    'PARTLY_DEPLOYED',
    'ROLLBACK_IMPOSSIBLE',
    'PLACEMENT_FAILED',
    'TASK_FAILED',
    'TASK_UNKNOWN',
    'CONFLICT',
    'PLAN_STALE',
    'ENVIRONMENT_BUSY',
    'SERVICE_IN_USE',
    'SCHEDULE_NOT_WRITTEN',
    'ENVIRONMENT_PROTECTED',
  ],
  branding: { icon: 'layers', color: 'blue' },
  check: (given) => [...checkFollow(given), ...checkOwner(given)],

  async run(call) {
    const { world, inputs: given } = call;
    const ecs = limited(await world.aws.ecs(), world.clock);
    const wanted = await readWanted(given, world);
    if (!given.dryRun)
      return withLock(lockedBy(wanted), given, world, () => deployEnvironment(call, wanted, ecs));
    const open = await openPlanned(call, wanted, ecs);
    const { reportWavesPlan } = await import('../manifest-deployment/plan.ts');
    const planned = await reportWavesPlan(open, call.record, world);
    await call.output('schedules', JSON.stringify(open.schedules ? plannedSchedules(open.schedules) : []));
    await call.output('pruned', JSON.stringify(open.unwanted.map(({ place }) => place.name)));
    return call.output('outside-changes', outsideOutput(planned));
  },
});

/** What is to be done; with a plan, exactly that. */
async function openPlanned(
  { world, inputs: given }: Call<typeof inputs, typeof outputs>,
  wanted: WantedEnvironment,
  ecs: Ecs,
): Promise<OpenEnvironment> {
  const open = await openEnvironment(wanted, given, ecs, world);
  if (given.plan === undefined) return open;
  const { refuseStalePlan } = await import('../manifest-deployment/saved-plan.ts');
  await refuseStalePlan(given.plan, wanted, open, given, world);
  world.host.log.info(`everything is as in the plan ${given.plan}`);
  return open;
}

async function deployEnvironment(
  call: Call<typeof inputs, typeof outputs>,
  wanted: WantedEnvironment,
  ecs: Ecs,
): Promise<void> {
  const { world, inputs: given } = call;
  const open = await openPlanned(call, wanted, ecs);
  const run = beginRun(call, ecs);
  const wait = waitOptionsOf(given);
  const waves = await registerWaves(open.waves, { wait, rollbackOn: given.rollbackOn }, ecs, world);
  const schedules = open.schedules && (await registerSchedules(open.schedules, ecs, world));
  const noted: Noted | undefined = given.onFailure === 'rollback' ? new Map() : undefined;
  const services = open.waves.flatMap((wave) => wave.services.map(({ target }) => target));
  const { value: ends, left } = await withScaling(run, services, given.suspendScaling, async () => {
    const deployed = await deployWaves(run, waves, { maxParallel: given.maxParallel, wait, noted });
    await call.output('outside-changes', outsideOutput(deployed.flatMap(({ outcomes }) => outcomes)));
    const isRolledBack = noted && errorOfWaves(deployed) && !world.host.cancellation.aborted;
    const after = isRolledBack ? await rollBackWaves(run, deployed, noted) : deployed;
    await clearAway(run);
    return after;
  });
  const outcomes = ends.flatMap((one) => one.outcomes);
  const failed = errorOfWaves(ends) ?? left;
  await reportOutcomes(call, outcomes);
  const { waves: wavesDone, skipped } = wavesOutput(ends);
  await call.output('waves', wavesDone);
  await call.output('created', createdOutput(ends));
  await call.output('skipped', skipped);
  const scheduled = failed || !schedules ? [] : await deploySchedules(schedules, world);
  call.record.summary(...schedulesTable(scheduled));
  await call.output('schedules', schedulesOutput(scheduled));
  const unscheduled = failed ?? errorOfSchedules(scheduled);
  const pruned = unscheduled ? { names: [] } : await prune(open.unwanted, ecs, world, wait.timeout);
  await call.output('pruned', JSON.stringify(pruned.names));
  const error = unscheduled ?? pruned.error;
  await call.output('verdict', verdictOf(error, outcomes, pruned.names, scheduled));
  if (error) throw error;
}
