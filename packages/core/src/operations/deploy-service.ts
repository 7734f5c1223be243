import { beginRun, deployTo, type FollowOptions, type Run } from '../deployment/deploy.ts';
import { limited } from '../deployment/limiter.ts';
import type { Order } from '../deployment/order.ts';
import { notStarted, type Outcome } from '../deployment/outcome.ts';
import { planSentence, planUpdate, type Settings } from '../deployment/plan.ts';
import { countSentence, errorOfRun, resultFact, resultSummary, resultTable } from '../deployment/results.ts';
import { schedule } from '../deployment/schedule.ts';
import { orders, waitUntil } from '../deployment/service-inputs.ts';
import { readTargets, type Target } from '../deployment/target.ts';
import { allowedAccountIds, clusterInput, regionInput } from '../inputs/common.ts';
import { boolean, choice, duration, integer, text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import type { Registration } from '../task-definition/register.ts';
import {
  readTaskDefinitionInput,
  registerWanted,
  registrationSentence,
  type WantedTaskDefinition,
} from '../task-definition/wanted.ts';
import type { Ecs } from '../world/aws.ts';

const inputs = {
  'task-definition': text({
    maxLength: 4096,
    description:
      'What to deploy: the path of a JSON or YAML file, or a registered task definition (family, family:revision or ARN).',
    example: 'task-definition.json',
  }),
  service: text({
    pattern: patterns.service,
    description: 'The service to deploy to, by name or ARN. Give this or `services`.',
    example: 'web',
  }),
  services: orders({
    description:
      'Several services in one run, one a line: `web`, `web=web.json`, or `web=web.json after worker, api`. A line without a task definition takes the one of `task-definition`.',
  }),
  'max-parallel': integer(
    { min: 1, max: 1000 },
    { default: '20', description: 'How many services are rolled out at the same time.' },
  ),
  'on-failure': choice(['stop', 'continue', 'rollback'], {
    default: 'stop',
    description:
      'When one of several services fails: `stop` starting more, `continue` with those that do not come after it, or `stop` and `rollback` those this run has deployed.',
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
  'wait-until': waitUntil({
    default: 'completed',
    description:
      'Follow the deployment until it is `completed`; `traffic-shifted` (all production traffic on the new revision, before the bake); `paused` (a pause hook waits for somebody); `stage:<STAGE>`, a lifecycle stage; or only `started`: green then does not mean live.',
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
  'on-pause': choice(['end', 'wait'], {
    default: 'end',
    description:
      'When a pause hook waits for somebody: `end` the step with PAUSED, or `wait` until somebody continues the deployment.',
  }),
  'fail-fast': boolean({
    default: 'true',
    description:
      'End the wait early when tasks stop for a cause that trying again cannot mend (an image that does not exist, a secret that may not be read) and no circuit breaker is on.',
  }),
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
  'task-definition-arn': { description: 'The revision that was deployed (one service).' },
  'service-arn': { description: 'The service (one service).' },
  'deployment-id': {
    description: 'The deployment that this run made or adopted, `ecs-svc/…` (one service).',
  },
  'service-deployment-arn': { description: 'The service deployment, where ECS shows one (one service).' },
  verdict: {
    description:
      'SUCCEEDED, NOOP, ROLLED_BACK, FAILED, STOPPED, SUPERSEDED, PAUSED, STALLED, TIMED_OUT, CANCELLED or UNKNOWN; STARTED when not waiting (one service).',
  },
  results: { description: 'A JSON list with one entry per service: status, verdict, revision, reason.' },
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
  check: (given) => [
    ...(given.waitTimeout !== undefined && given.waitForMinutes !== undefined
      ? [{ input: 'wait-for-minutes', problem: 'and wait-timeout say the same thing: give one of them' }]
      : []),
    ...((given.service === undefined) === (given.services === undefined)
      ? [{ input: 'service', problem: 'or services is required, and not both' }]
      : []),
    ...(given.taskDefinition === undefined && !given.services?.every((order) => order.taskDefinition)
      ? [{ input: 'task-definition', problem: 'is required, unless every line of services names its own' }]
      : []),
  ],

  async run(call) {
    const { world, inputs: given } = call;
    const wanted = await readWanted(call);
    const ecs = limited(await world.aws.ecs(), world.clock);
    const targets = await readTargets({ ...given, services: wanted.map((one) => one.service) }, ecs, world);
    if (given.dryRun) return await sayPlan(call, targets, wanted);

    const registrations = await registerAll(call, ecs, targets, wanted);
    const run = beginRun(world, ecs);
    const outcomes = await deployAll(call, run, targets, registrations, wanted);
    if (given.onFailure === 'rollback' && targets.length > 1)
      await rollBackDeployed(call, run, targets, outcomes);
    await conclude(call, outcomes);
  },
});

type ThisCall = Call<typeof inputs, typeof outputs>;

/** One service with the task definition it is to run, read and checked. */
interface Wanted {
  readonly service: string;
  readonly after: readonly string[];
  readonly source: WantedTaskDefinition;
}

/** Every file is read and checked before AWS is asked anything; one that several services share, once. */
async function readWanted({ inputs: given, world }: ThisCall): Promise<readonly Wanted[]> {
  const list: readonly Order[] = given.services ?? [{ service: given.service!, after: [] }];
  const sources = new Map<string, WantedTaskDefinition>();
  for (const name of new Set(list.map((order) => order.taskDefinition ?? given.taskDefinition!))) {
    sources.set(name, await readTaskDefinitionInput(name, world));
  }
  return list.map((order) => ({
    service: order.service,
    after: order.after,
    source: sources.get(order.taskDefinition ?? given.taskDefinition!)!,
  }));
}

/** All are registered before the first service is updated: a task definition that ECS refuses changes nothing. */
async function registerAll(call: ThisCall, ecs: Ecs, targets: readonly Target[], wanted: readonly Wanted[]) {
  const { world } = call;
  const signal = world.host.cancellation;
  const made = new Map<WantedTaskDefinition, Registration>();
  for (const [source, users] of Map.groupBy(wanted.keys(), (index) => wanted[index]!.source)) {
    const known = users.flatMap((index) => targets[index]!.taskDefinition ?? []);
    const registration = await registerWanted(source, [...known], { ecs, clock: world.clock, signal });
    made.set(source, registration);
    world.host.log.info(registrationSentence(registration));
    if (targets.length === 1) await call.output('task-definition-arn', registration.arn);
  }
  return wanted.map((one) => made.get(one.source)!);
}

async function deployAll(
  call: ThisCall,
  run: Run,
  targets: readonly Target[],
  registrations: readonly Registration[],
  wanted: readonly Wanted[],
): Promise<readonly Outcome[]> {
  const { inputs: given, world } = call;
  const alone = targets.length === 1;
  const jobs = targets.map((target, index) => ({
    name: target.name,
    after: wanted[index]!.after,
    run: async () => {
      if (alone) await call.output('service-arn', target.service.serviceArn ?? '');
      const outcome = await deployTo(
        run,
        target,
        registrations[index]!,
        settingsOf(call),
        followOptionsOf(call),
        async (ours) => {
          if (alone) await call.output('deployment-id', ours.deploymentId);
        },
      );
      if (!alone && outcome.error) world.host.log.error(`✗ ${target.name}: ${outcome.reason}`);
      return { ok: outcome.error === undefined, value: outcome };
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

/** Outputs, facts and the summary, whatever the end; then the error of the run, if it has one. */
async function conclude(call: ThisCall, outcomes: readonly Outcome[]): Promise<void> {
  const [only] = outcomes;
  if (outcomes.length === 1 && only) {
    if (only.serviceDeploymentArn !== undefined)
      await call.output('service-deployment-arn', only.serviceDeploymentArn);
    if (only.verdict !== undefined) await call.output('verdict', only.verdict);
    call.fact('verdict', only.verdict);
    call.fact('deployment', resultFact(only));
  }
  await call.output('results', JSON.stringify(outcomes.map(resultSummary)));
  call.fact('services', outcomes.map(resultFact));
  call.summary(resultTable(outcomes), ...outcomes.slice(0, 20).flatMap((one) => one.blocks));
  if (outcomes.length > 1) call.world.host.log.info(countSentence(outcomes));
  const error = errorOfRun(outcomes);
  if (error) throw error;
}

async function rollBackDeployed(
  call: ThisCall,
  run: Run,
  targets: readonly Target[],
  outcomes: readonly Outcome[],
) {
  if (!outcomes.some((one) => one.error) || call.world.host.cancellation.aborted) return;
  const { rollBackTo } = await import('../deployment/roll-back.ts');
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'deployed') await rollBackTo(run, targets[index]!, outcome, followOptionsOf(call));
  }
}

const settingsOf = ({ inputs: given }: ThisCall): Settings => ({
  desiredCount: given.desiredCount,
  forceNewDeployment: given.forceNewDeployment,
  enableEcsManagedTags: given.enableEcsManagedTags,
  propagateTags: given.propagateTags,
  enableExecuteCommand: given.enableExecuteCommand,
});

const followOptionsOf = ({ inputs: given }: ThisCall): FollowOptions => ({
  until: given.waitForServiceStability ? given.waitUntil : 'started',
  timeout:
    given.waitTimeout ?? (given.waitForMinutes === undefined ? undefined : given.waitForMinutes * 60_000),
  stallTimeout: given.stallTimeout,
  onCancel: given.onCancel,
  waitThroughPause: given.onPause === 'wait',
  failFast: given.failFast,
});

async function sayPlan(call: ThisCall, targets: readonly Target[], wanted: readonly Wanted[]): Promise<void> {
  const { world } = call;
  const { planRegistration } = await import('../deployment/dry-run.ts');
  const plans: unknown[] = [];
  for (const [index, target] of targets.entries()) {
    const { arn, lines } = await planRegistration(wanted[index]!.source, target, world);
    for (const line of lines) world.host.log.info(line);
    const plan = planUpdate(target, arn, settingsOf(call));
    world.host.log.info(`${target.name}: ${planSentence(plan)}`);
    if (plan.kind === 'update') for (const warning of plan.warnings) world.host.log.warning(warning);
    plans.push({ service: target.name, registers: arn === undefined, ...plan });
  }
  call.fact('plan', plans);
}
