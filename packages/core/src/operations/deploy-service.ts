import { stopRollout } from '../deployment/cancel.ts';
import { follow } from '../deployment/follow.ts';
import { type Plan, planUpdate, type Settings } from '../deployment/plan.ts';
import { type Deploying, oursOf, report, tellEvents, tellNotice } from '../deployment/report.ts';
import { beginRollout, primaryOf, shortTaskDefinition } from '../deployment/rollout.ts';
import { readTarget, type Target } from '../deployment/target.ts';
import { defaultStall, defaultTimeout } from '../deployment/timeouts.ts';
import { updateService } from '../deployment/update.ts';
import { beginWatch } from '../deployment/watch.ts';
import { readDocument } from '../documents/read-document.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { allowedAccountIds, clusterInput, regionInput } from '../inputs/common.ts';
import { boolean, choice, duration, integer, text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import { toRegisterRequest } from '../task-definition/parse.ts';
import { type Registration, registerIfChanged } from '../task-definition/register.ts';
import { sourceOf } from '../task-definition/source.ts';
import { formatDuration } from '../time/duration.ts';

const inputs = {
  'task-definition': text({
    required: true,
    maxLength: 4096,
    description:
      'What to deploy: the path of a JSON or YAML file, or a registered task definition (family, family:revision or ARN).',
    example: 'task-definition.json',
  }),
  service: text({
    required: true,
    pattern: patterns.service,
    description: 'The service to deploy to, by name or ARN.',
    example: 'web',
  }),
  cluster: clusterInput,
  region: regionInput,
  'allowed-account-ids': allowedAccountIds,
  'desired-count': integer(
    { min: 0, max: 100_000 },
    { description: 'Set the number of tasks. Not sent when not given, so that an autoscaler keeps its say.' },
  ),
  'force-new-deployment': boolean({
    default: 'false',
    description: 'Start a deployment even when nothing has changed.',
  }),
  'enable-ecs-managed-tags': boolean({
    description: 'Turn ECS managed tags on or off for the tasks of the service. Not sent when not given.',
  }),
  'propagate-tags': choice(['SERVICE', 'TASK_DEFINITION', 'NONE'], {
    description: 'Where the tags of tasks come from. Not sent when not given.',
  }),
  'enable-execute-command': boolean({
    description: 'Turn ECS Exec on or off for the service. Not sent when not given.',
  }),
  'wait-for-service-stability': boolean({
    default: 'true',
    description:
      'Follow the deployment to its verdict. With `false` the step ends when ECS has accepted the deployment: green then does not mean live.',
  }),
  'wait-timeout': duration(
    { min: '10s', max: '48h' },
    {
      description:
        'How long to follow the deployment. By default 20 minutes, and what the strategy of the service adds by design (bake, steps, hooks).',
      example: '30m',
    },
  ),
  'wait-for-minutes': integer(
    { min: 1, max: 360 },
    { description: 'The same as `wait-timeout`, in minutes, as the official action spells it.' },
  ),
  'stall-timeout': duration(
    { min: '30s', max: '48h' },
    {
      description:
        'Give up when nothing at all has moved for so long. By default 15 minutes, and the longest pause of the strategy.',
    },
  ),
  'on-cancel': choice(['leave', 'stop'], {
    default: 'leave',
    description:
      'When the run is cancelled: `leave` the deployment going on, or `stop` it, which makes ECS roll back.',
  }),
  'dry-run': boolean({
    default: 'false',
    description: 'Say what would be registered and updated, and end there.',
  }),
};

const outputs = {
  'task-definition-arn': { description: 'The revision that was deployed.' },
  'service-arn': { description: 'The service.' },
  'deployment-id': { description: 'The deployment that this run made or adopted (`ecs-svc/…`).' },
  'service-deployment-arn': { description: 'The service deployment, where ECS shows one.' },
  verdict: {
    description:
      'SUCCEEDED, NOOP, ROLLED_BACK, FAILED, STOPPED, SUPERSEDED, PAUSED, STALLED, TIMED_OUT, CANCELLED or UNKNOWN; STARTED when not waiting.',
  },
};

export const deployService = defineOperation({
  name: 'deploy-service',
  title: 'Deploy an Amazon ECS service',
  description:
    'Registers a task definition if its content changed, updates the service with one call, and follows the deployment it made until that is live or has failed.',
  promises: [
    'Green means that the deployment this run made is live (or that it already was, and nothing had to be done).',
    'On failure the verdict, the reasons of the stopped tasks, their exit codes and the last lines of their logs are in the log and in the summary.',
    'Nothing is registered or updated before all inputs are checked and the service is known to exist and to be active.',
    'On cancel the outputs and the summary are written within a second and say what is still in flight; running the step again adopts it.',
  ],
  inputs,
  outputs,
  permissions: [
    {
      action: 'ecs:DescribeServices',
      resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}',
    },
    {
      action: 'ecs:UpdateService',
      resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}',
    },
    { action: 'ecs:DescribeTaskDefinition', resource: '*' },
    { action: 'ecs:RegisterTaskDefinition', resource: '*', when: 'when `task-definition` is a file' },
    {
      action: 'ecs:TagResource',
      resource: 'arn:${Partition}:ecs:${Region}:${Account}:task-definition/*',
      when: 'when the file holds tags',
    },
    {
      action: 'iam:PassRole',
      resource: 'arn:${Partition}:iam::${Account}:role/*',
      condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    },
    {
      action: 'ecs:ListServiceDeployments',
      resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}',
      optional: true,
    },
    {
      action: 'ecs:DescribeServiceDeployments',
      resource: 'arn:${Partition}:ecs:${Region}:${Account}:service-deployment/${cluster}/${service}/*',
      optional: true,
    },
    {
      action: 'ecs:StopServiceDeployment',
      resource: 'arn:${Partition}:ecs:${Region}:${Account}:service-deployment/${cluster}/${service}/*',
      when: 'when `on-cancel` is `stop`',
    },
    { action: 'ecs:ListTasks', resource: '*', optional: true },
    {
      action: 'ecs:DescribeTasks',
      resource: 'arn:${Partition}:ecs:${Region}:${Account}:task/${cluster}/*',
      optional: true,
    },
    {
      action: 'logs:GetLogEvents',
      resource: 'arn:${Partition}:logs:${Region}:${Account}:log-group:*:log-stream:*',
      optional: true,
    },
    { action: 'sts:GetCallerIdentity', resource: '*', optional: true },
  ],
  errors: [
    'NOT_FOUND',
    'ACCOUNT_MISMATCH',
    'SERVICE_NOT_ACTIVE',
    'CONTROLLER_UNSUPPORTED',
    'TASKDEF_INVALID',
    'TOO_MANY_DEPLOYMENTS',
    'ROLE_NOT_PASSABLE',
    'ROLLED_BACK',
    'DEPLOYMENT_FAILED',
    'STOPPED',
    'SUPERSEDED',
    'PAUSED',
    'STALLED',
    'TIMED_OUT',
    'VERDICT_UNKNOWN',
    'OUTCOME_UNKNOWN',
  ],
  branding: { icon: 'anchor', color: 'blue' },
  check: ({ waitTimeout, waitForMinutes }) =>
    waitTimeout !== undefined && waitForMinutes !== undefined
      ? [{ input: 'wait-for-minutes', problem: 'and wait-timeout say the same thing: give one of them' }]
      : [],

  async run(call) {
    const { world, inputs: given } = call;
    const wanted = await readWanted(call);
    const target = await readTarget(given, world);
    if (given.dryRun) return await dryRun(call, target, wanted);

    const registration = await register(call, target, wanted);
    await call.output('task-definition-arn', registration.arn);
    await call.output('service-arn', target.service.serviceArn ?? '');

    const plan = planUpdate(target, registration.arn, settingsOf(call));
    const deploying = await act(call, target, registration, plan);
    if (deploying) await judge(call, deploying);
  },
});

type ThisCall = Call<typeof inputs, typeof outputs>;

/** The file is read and checked before AWS is asked anything. */
async function readWanted({ inputs: given, world }: ThisCall) {
  const source = sourceOf(given.taskDefinition);
  if (source.kind === 'registered') {
    if (patterns.taskDefinition.expression.test(source.name)) return source;
    throw new LandfallError('INPUT_INVALID', {
      summary: `task-definition must be the path of a JSON or YAML file, or ${patterns.taskDefinition.rule}, got "${source.name}"`,
    });
  }
  const { request, notes } = toRegisterRequest(
    readDocument(await world.files.readText(source.path), source.path),
  );
  for (const note of notes) world.host.log.notice(`${source.path}: ${note}`);
  return { kind: 'file' as const, path: source.path, request };
}

async function register(
  call: ThisCall,
  target: Target,
  wanted: Awaited<ReturnType<typeof readWanted>>,
): Promise<Registration> {
  const { world } = call;
  const ecs = await world.aws.ecs();
  const signal = world.host.cancellation;
  if (wanted.kind === 'registered') {
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: wanted.name }, { signal });
    if (!taskDefinition?.taskDefinitionArn)
      throw new LandfallError('RESPONSE_INVALID', {
        summary: `ecs:DescribeTaskDefinition answered nothing for ${wanted.name}`,
      });
    return { arn: taskDefinition.taskDefinitionArn, taskDefinition, how: 'reused' };
  }
  const registration = await registerIfChanged(
    wanted.request,
    target.taskDefinition ? [target.taskDefinition] : [],
    { ecs, clock: world.clock, signal },
  );
  const said = {
    registered: 'registered',
    reused: 'unchanged, so not registered again:',
    adopted: 'registered (the answer was lost, the revision was found):',
  };
  world.host.log.info(`task definition ${said[registration.how]} ${shortTaskDefinition(registration.arn)}`);
  return registration;
}

const settingsOf = ({ inputs: given }: ThisCall): Settings => ({
  desiredCount: given.desiredCount,
  forceNewDeployment: given.forceNewDeployment,
  enableEcsManagedTags: given.enableEcsManagedTags,
  propagateTags: given.propagateTags,
  enableExecuteCommand: given.enableExecuteCommand,
});

/** Does what the plan says: at most one UpdateService. Returns what is to be watched, if anything is. */
async function act(
  call: ThisCall,
  target: Target,
  registration: Registration,
  plan: Plan,
): Promise<Deploying | undefined> {
  const { world } = call;
  const { log } = world.host;
  const before = primaryOf(target.service);
  const start = { target, registration, startedAt: world.clock.elapsed() };
  switch (plan.kind) {
    case 'unchanged':
      await report(
        call,
        { kind: 'NOOP', reason: plan.reason, live: registration.arn },
        { ...start, ours: oursOf(target, before!, undefined) },
      );
      return undefined;
    case 'failed-before':
      throw new LandfallError('DEPLOYMENT_FAILED', {
        summary: plan.reason,
        remedy:
          'Mend the cause and deploy a changed task definition, or set `force-new-deployment` to try the same one again.',
      });
    case 'adopt':
      log.info(`${target.name}: ${plan.reason}; following it`);
      return {
        ...start,
        ours: oursOf(target, before!, otherThan(target, before!.id)),
        arn: target.service.currentServiceDeployment,
      };
    case 'update': {
      for (const warning of plan.warnings) log.warning(warning);
      const ecs = await world.aws.ecs();
      const updated = await updateService(
        { request: plan.request, cluster: target.cluster, serviceName: target.name, before },
        { ecs, clock: world.clock, signal: world.host.cancellation },
      );
      if (updated.how === 'adopted')
        log.notice('the answer to the update was lost; the deployment it made was found');
      if (!updated.isNew && updated.primary.rolloutState === 'COMPLETED') {
        const reason = `the service was updated; ECS started no new deployment, and ${shortTaskDefinition(registration.arn)} is live`;
        await report(
          call,
          { kind: 'NOOP', reason, live: registration.arn },
          { ...start, ours: oursOf(target, updated.primary, undefined) },
        );
        return undefined;
      }
      return {
        ...start,
        ours: oursOf(target, updated.primary, before),
        arn: updated.service.currentServiceDeployment,
      };
    }
  }
}

const otherThan = (target: Target, id: string | undefined) =>
  target.service.deployments?.find((one) => one.id !== id);

/** Follows the deployment to its verdict, and turns a red one into the error that says why. */
async function judge(call: ThisCall, deploying: Deploying): Promise<void> {
  const { world, inputs: given } = call;
  const { host, clock } = world;
  const { ours, target } = deploying;
  await call.output('deployment-id', ours.deploymentId);
  host.log.info(
    `${ours.service}: deployment ${ours.deploymentId} of ${shortTaskDefinition(ours.taskDefinition)} in cluster ${ours.cluster}`,
  );
  if (!given.waitForServiceStability) {
    await call.output('verdict', 'STARTED');
    host.log.notice('not waiting: the deployment is in progress, and this step does not know how it ends');
    return;
  }
  const configuration = target.service.deploymentConfiguration;
  const timeout =
    given.waitTimeout ??
    (given.waitForMinutes === undefined ? defaultTimeout(configuration) : given.waitForMinutes * 60_000);
  const terms = {
    timeout,
    stallAfter: Math.min(given.stallTimeout ?? defaultStall(configuration), timeout),
    until: 'completed' as const,
  };
  host.log.debug(
    `following for at most ${formatDuration(timeout)}, ${formatDuration(terms.stallAfter)} without a change`,
  );
  const seen = (target.service.events ?? []).flatMap((event) => event.id ?? []);
  const watch = beginWatch(beginRollout(ours, deploying.startedAt, seen), terms, deploying.arn);
  const ecs = await world.aws.ecs();
  const story = tellEvents(call, deploying);
  try {
    await follow([watch], {
      ecs,
      clock,
      signal: host.cancellation,
      onEvents: story.tell,
      onNotice: tellNotice(call),
    });
  } catch (error) {
    watch.verdict = {
      kind: 'UNKNOWN',
      reason: 'the deployment could no longer be watched; it goes on in ECS',
    };
    await report(call, watch.verdict, { ...deploying, watch, story }, error);
    return;
  }
  if (watch.verdict?.kind === 'CANCELLED' && given.onCancel === 'stop') {
    watch.verdict = { ...watch.verdict, reason: await stopRollout(watch, world) };
  }
  await report(call, watch.verdict!, { ...deploying, watch, story });
}

async function dryRun(
  call: ThisCall,
  target: Target,
  wanted: Awaited<ReturnType<typeof readWanted>>,
): Promise<void> {
  const { world } = call;
  const { planRegistration } = await import('../deployment/dry-run.ts');
  const { arn, lines } = await planRegistration(wanted, target, world);
  for (const line of lines) world.host.log.info(line);
  const plan = planUpdate(target, arn, settingsOf(call));
  const said =
    plan.kind === 'update'
      ? plan.startsDeployment
        ? 'the update would start a new deployment'
        : 'the update would not start a deployment'
      : plan.reason;
  world.host.log.info(`${target.name}: ${said}`);
  if (plan.kind === 'update') for (const warning of plan.warnings) world.host.log.warning(warning);
  call.fact('plan', { ...plan, ...(arn === undefined ? { registers: true } : { registers: false }) });
}
