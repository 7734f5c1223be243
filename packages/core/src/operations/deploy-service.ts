import { checkAllowedAccount } from '../account/allowed-account.ts';
import { nameInArn } from '../account/arn.ts';
import { suspendScalingInput, suspensionPermissions, withScaling } from '../auto-scaling/suspension.ts';
import type { Controlled } from '../deployment/controllers/controller.ts';
import { withControllers } from '../deployment/controllers/controllers.ts';
import {
  deployToVerdict,
  type Noted,
  type ServiceToDeploy,
} from '../deployment/controllers/deploy-services.ts';
import { externalPermissions, replacedPermissions } from '../deployment/controllers/external/permissions.ts';
import { beginRun, clearAway, type Run } from '../deployment/follow/run.ts';
import {
  codeDeployInputs,
  codeDeployOutputs,
  codeDeployPermissions,
} from '../deployment/inputs/codedeploy-inputs.ts';
import {
  checkAlone,
  checkOrder,
  checkTaskDefinitions,
  readRequest,
  refuseVolume,
  type Wanted,
  whatInputs,
  withTargets,
} from '../deployment/inputs/deploy-request.ts';
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
import { readsFor, serviceDefinitionPermissions } from '../deployment/inputs/service-definition-inputs.ts';
import { checkSettings, settingInputs } from '../deployment/inputs/service-settings-inputs.ts';
import { checkFollow, followInputs, waitOptionsOf } from '../deployment/inputs/wait-inputs.ts';
import { withoutService } from '../deployment/inputs/without-service.ts';
import { withoutLostVolumes } from '../deployment/plan/plan.ts';
import { planRegistration } from '../deployment/plan/plan-registration.ts';
import { settingsWith } from '../deployment/plan/plan-types.ts';
import { notStarted, type Outcome } from '../deployment/report/outcome.ts';
import { deploymentOutputs, publishOutcomes } from '../deployment/report/publish-outcomes.ts';
import { schedule } from '../deployment/run-in-order.ts';
import { isExpress, readTargets } from '../deployment/service/read-service-targets.ts';
import { passVolumeRole, registerFilePermissions } from '../ecs/permissions.ts';
import { limited } from '../ecs/rate-limiter.ts';
import { allowedAccountIds, clusterInput, maxRetries, regionInput } from '../inputs/common.ts';
import { boolean, choice, integer, list } from '../inputs/kinds.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import { taskBeforeInputs } from '../run-task/before-update/inputs.ts';
import type { TaskBefore } from '../run-task/before-update/run.ts';
import { taskBeforePermissions } from '../run-task/permissions.ts';
import { checkLaunchVolume } from '../task-definition/launch-volume.ts';
import {
  registerWanted,
  registrationSentence,
  type WantedTaskDefinition,
} from '../task-definition/load/wanted-task-definition.ts';
import type { Registration } from '../task-definition/register.ts';
import { verifyBesidePermissions } from '../verification/permissions.ts';
import type { Ecs } from '../world/aws.ts';

const inputs = {
  ...whatInputs,
  'max-parallel': integer(
    { min: 1, max: 1000 },
    { default: '20', description: 'How many services to deploy at once.' },
  ),
  'on-failure': choice(['stop', 'continue', 'rollback'], {
    default: 'stop',
    description:
      'When one of several services fails: `stop` starting more, `continue` with those that do not come after it, or `rollback`: stop starting more and roll back those this run has deployed.',
  }),
  cluster: clusterInput,
  region: regionInput,
  'allowed-account-ids': allowedAccountIds,
  ...taskBeforeInputs,
  ...settingInputs,
  ...followInputs,
  'wait-max-delay-seconds': integer(
    { min: 1, max: 3600 },
    {
      description:
        'The longest pause between two reads while waiting, in seconds. By default, up to 30 when nothing moves.',
    },
  ),
  ...codeDeployInputs,
  'suspend-scaling': suspendScalingInput,
  'rollback-on': rollbackOn,
  verify: boolean({
    default: 'false',
    description:
      'First check that the deployment can work (image, roles, secrets, log groups, target groups), as `verify-service` does, and change nothing if it cannot.',
  }),
  'max-retries': maxRetries,
  'keep-null-value-keys': list({
    description:
      'Accepted for compatibility with the official action, and not used: empty values of the task definition are always kept.',
    example: 'command, entryPoint',
  }),
  'dry-run': boolean({
    default: 'false',
    description: 'Print what would be registered and updated, and exit without changing anything.',
  }),
};

const outputs = {
  ...deploymentOutputs,
  ...codeDeployOutputs,
  ...outsideOutputs,
  verdict: {
    description: `${deploymentOutputs.verdict.description} Without a service: REGISTERED.`,
  },
  'run-task-arn': { description: 'The task started by `run-task`, as a JSON list of ARNs.' },
};

export const deployService = defineOperation({
  name: 'deploy-service',
  title: 'Deploy an Amazon ECS service',
  description:
    'Registers a task definition if its content changed, updates the service with one call, and follows the resulting deployment until it is live or has failed.',
  promises: [
    'Green means that the deployment this run created is live (or that it already was, and there was nothing to do).',
    outsideChangePromise,
    'On failure, the log and the summary show the verdict, why the tasks stopped, their exit codes and the last lines of their logs.',
    'With `run-task`, a task runs before the update; if it is waited for and fails, the step is red and nothing is updated. Without a service, the task definition is only registered: the verdict is then REGISTERED, with a warning.',
    'Nothing is registered or updated until all inputs have been validated and the service is known to exist and be active, or is to be created.',
    'With `service-definition`, everything that differs from the service is updated with the task definition in one call; what ECS sets only when a service is created is refused.',
    'On cancel, the outputs and the summary are written within a second and report what is still in progress; running the step again picks it up.',
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
    ...verifyBesidePermissions,
    ...registerFilePermissions,
    ...taskBeforePermissions,
    ...suspensionPermissions,
    passVolumeRole('service-managed-ebs-volume` or `service-definition'),
    ...serviceDefinitionPermissions({
      create: 'when `create` is set',
      tags: 'when `service-definition` holds tags',
    }),
  ],
  errors: [
    ...watchErrors,
    'TASKDEF_INVALID',
    'SERVICEDEF_INVALID',
    'SERVICE_NEEDS_RECREATION',
    'VERIFY_FAILED',
    'TOO_MANY_DEPLOYMENTS',
    'ROLE_NOT_PASSABLE',
    'OUTCOME_UNKNOWN',
    'PARTLY_DEPLOYED',
    'ROLLBACK_IMPOSSIBLE',
    'PLACEMENT_FAILED',
    'TASK_FAILED',
    'TASK_UNKNOWN',
    'CONFLICT',
  ],
  branding: { icon: 'anchor', color: 'blue' },
  check: (given) => [
    ...checkFollow(given),
    ...checkTaskDefinitions(given),
    ...checkOrder(given),
    ...checkSettings(given),
    ...checkLaunchVolume(
      'run-task-managed-ebs-volume',
      given.runTaskManagedEbsVolumeName,
      given.runTaskManagedEbsVolume,
    ),
    ...checkAlone(given),
    ...(isWithoutService(given) ? withoutService(inputs, given, given.runTask).problems : []),
  ],

  async run(call) {
    const { world, inputs: given } = call;
    const { log } = world.host;
    if (given.keepNullValueKeys)
      log.notice('keep-null-value-keys is not used: empty values of the task definition are always kept');
    const isAlone = isWithoutService(given);
    const unused = isAlone ? withoutService(inputs, given, given.runTask).ignored : [];
    if (unused.length > 0)
      log.warning(`no service is named, so these inputs are not used: ${unused.join(', ')}`);
    const { wanted, main } = await readRequest(given, given.runTask || isAlone, world);
    refuseVolume(given, wanted);
    const ecs = limited(await world.aws.ecs(), world.clock);
    if (isAlone && given.allowedAccountIds) await checkAllowedAccount(given.allowedAccountIds, world);
    const mayRollBack = given.onFailure === 'rollback' && wanted.length > 1;
    const readAll = () => readServices(call, ecs, wanted, mayRollBack);
    const controlled = await readAll();
    if (given.verify) {
      // Everything is checked before anything is written; all that is wrong is reported together.
      const { verifyBefore } = await import('../verification/verify-before.ts');
      await verifyBefore(controlled, world);
    }
    const task = given.runTask && main ? await planTask(call, main) : undefined;
    if (task && isAlone) {
      const { checkCluster } = await import('../run-task/target.ts');
      await checkCluster(given.cluster, world);
    }
    if (given.dryRun) {
      if (main && isAlone) log.info((await planRegistration(main, {}, world)).said);
      if (task) log.info(`a task of ${task.target.family} would be run first`);
      const { notePlan, reportPlan } = await import('../deployment/controllers/plan-report.ts');
      const planned = await reportPlan(controlled, given, world);
      await call.output('outside-changes', outsideOutput(planned));
      return notePlan(controlled, planned, call.record);
    }

    // From here on time counts: a task before the update takes some of what the job has.
    const run = beginRun(call, ecs, given.waitMaxDelaySeconds && given.waitMaxDelaySeconds * 1000);
    const registrations = await registerAll(call, ecs, controlled, main);
    const registration = main && registrations.get(main);
    let taskArns: readonly string[] = [];
    if (task && registration) {
      const { runTaskBefore } = await import('../run-task/before-update/run.ts');
      await runTaskBefore(call, task, registration, async (arns) => {
        taskArns = arns;
        await call.output('run-task-arn', JSON.stringify(arns));
      });
    }
    if (registration && isAlone) return confirmAlone(call, ecs, main, registration, taskArns);
    // A task may have taken long: others may have deployed meanwhile.
    const how = { wait: waitOptionsOf(given), rollbackOn: given.rollbackOn };
    const services = (task ? await readAll() : controlled).flatMap((one): readonly Registered[] => {
      const registration = registrations.get(one.source);
      if (!registration) return [];
      const settings = withoutLostVolumes(
        settingsWith(given, one.definition),
        one.target,
        registration.taskDefinition,
      );
      return [{ ...one, ...how, settings, registration }];
    });
    const noted: Noted | undefined = mayRollBack ? new Map() : undefined;
    const targets = services.map(({ target }) => target);
    const { value: outcomes, left } = await withScaling(run, targets, given.suspendScaling, async () => {
      const deployed = await deployAll(call, run, services, noted);
      await call.output('outside-changes', outsideOutput(deployed));
      const ends = noted ? await rollBackAll(call, run, services, deployed, noted) : deployed;
      await clearAway(run);
      return ends;
    });
    await publishOutcomes(call, withTask(outcomes, taskArns));
    if (left) throw left;
  },
});

type ThisCall = Call<typeof inputs, typeof outputs>;

/** A service with what is deployed to it. */
type Requested = Wanted & Controlled;
type Registered = Requested & ServiceToDeploy;

/** The services as they are, and who deploys each. @throws NOT_FOUND, INPUT_INVALID, CONTROLLER_UNSUPPORTED … */
async function readServices(
  { inputs: given, world }: ThisCall,
  ecs: Ecs,
  wanted: readonly Wanted[],
  withTags: boolean,
): Promise<readonly Requested[]> {
  const names = wanted.map((one) => one.service);
  const reads = readsFor(wanted[0]?.definition, given);
  const found = await readTargets(
    { ...given, ...reads, services: names, withTags: withTags || reads.withTags },
    ecs,
    world,
  );
  const requested = withTargets(wanted, found, given);
  if (found.some(({ service }) => isExpress(service))) {
    const { refuseWithoutMain } = await import('../deployment/express/as-a-service.ts');
    refuseWithoutMain(requested);
  }
  return withControllers(requested, given, world);
}

/** Where nothing was to be deployed, a task was started anyway. */
const withTask = (outcomes: readonly Outcome[], arns: readonly string[]): readonly Outcome[] => {
  const sentence = arns.map((arn) => `; task ${nameInArn(arn)} was started before`).join('');
  return outcomes.map((one) =>
    one.verdict === 'NOOP' ? { ...one, reason: `${one.reason}${sentence}` } : one,
  );
};

/** All are registered before the first service is updated: a task definition that ECS refuses changes nothing. */
async function registerAll(
  call: ThisCall,
  ecs: Ecs,
  services: readonly Requested[],
  main: WantedTaskDefinition | undefined,
): Promise<ReadonlyMap<WantedTaskDefinition, Registration>> {
  const { clock, host } = call.world;
  const made = new Map<WantedTaskDefinition, Registration>();
  const sources = new Set([...services.map(({ source }) => source), ...(main ? [main] : [])]);
  for (const source of sources) {
    const known = services.flatMap(({ source: its, target: { taskDefinition, begun = [] } }) =>
      its === source ? [...(taskDefinition ? [taskDefinition] : []), ...begun] : [],
    );
    const registration = await registerWanted(source, known, { ecs, clock, signal: host.cancellation });
    made.set(source, registration);
    host.log.info(registrationSentence(registration));
    if (services.length <= 1) await call.output('task-definition-arn', registration.arn);
  }
  return made;
}

async function planTask(call: ThisCall, main: WantedTaskDefinition): Promise<TaskBefore> {
  const { inputs: given, world } = call;
  const { planTaskBefore } = await import('../run-task/before-update/run.ts');
  const { timeout = 30 * 60_000, jobTimeout = Number.POSITIVE_INFINITY } = waitOptionsOf(given);
  return planTaskBefore(given, main, Math.min(timeout, jobTimeout - 60_000), world);
}

const isWithoutService = (given: ThisCall['inputs']) =>
  given.service === undefined && given.services === undefined && given.serviceDefinition === undefined;

/** Without a service nothing is deployed: green speaks of the task definition. */
async function confirmAlone(
  { world: { clock, host }, output, record }: ThisCall,
  ecs: Ecs,
  main: WantedTaskDefinition | undefined,
  registration: Registration,
  taskArns: readonly string[],
): Promise<void> {
  if (main?.kind === 'file') {
    const { confirmRegistration } = await import('./register-task-definition.ts');
    await confirmRegistration(registration, main.request, { ecs, clock, signal: host.cancellation });
  }
  const task = taskArns.map((arn) => `, task ${nameInArn(arn)} was started`).join('');
  const sentence = `${registrationSentence(registration)}${task}; no service was named, so nothing was deployed`;
  host.log.warning(sentence);
  record.summary({ kind: 'paragraph', text: sentence });
  record.note({ verdict: 'REGISTERED' });
  await output('verdict', 'REGISTERED');
}

async function deployAll(
  call: ThisCall,
  run: Run,
  services: readonly Registered[],
  noted: Noted | undefined,
): Promise<readonly Outcome[]> {
  const { inputs: given, world } = call;
  const alone = services.length === 1;
  const jobs = services.map((one) => ({
    name: one.target.name,
    after: one.after,
    run: async () => {
      const { target, controller } = one;
      if (alone && !target.isAbsent) await call.output('service-arn', target.service.serviceArn ?? '');
      const value = await deployToVerdict(run, one, noted, async (ours) => {
        if (alone && target.isAbsent) await call.output('service-arn', ours.serviceArn);
        if (alone) await call.output('deployment-id', ours.deploymentId);
        if (alone && controller.idOutput) await call.output(controller.idOutput, ours.deploymentId);
      });
      if (!alone && value.error) world.host.log.error(`✗ ${target.name}: ${value.reason}`);
      return { ok: value.error === undefined, value };
    },
  }));
  const settled = await schedule(jobs, {
    maxParallel: given.maxParallel,
    onFailure: given.onFailure === 'continue' ? 'continue' : 'stop',
    stopped: () => (world.host.cancellation.aborted ? 'the run was cancelled' : undefined),
  });
  return settled.map((one) =>
    'value' in one ? one.value : notStarted(given.cluster, one.name, one.notStarted),
  );
}

async function rollBackAll(
  call: ThisCall,
  run: Run,
  services: readonly Registered[],
  outcomes: readonly Outcome[],
  noted: Noted,
): Promise<readonly Outcome[]> {
  if (!outcomes.some((one) => one.error) || call.world.host.cancellation.aborted) return outcomes;
  const { rollBackDeployed } = await import('../deployment/controllers/roll-back-deployed.ts');
  const after: Outcome[] = [];
  for (const one of services) {
    const outcome = outcomes.find(({ service }) => service === one.target.name);
    if (outcome) after.push(await rollBackDeployed(run, one, outcome, noted));
  }
  return after;
}
