import { checkAllowedAccount } from '../account/allowed-account.ts';
import { nameInArn } from '../account/arn.ts';
import { settleTime } from '../ecs/eventual-consistency.ts';
import { limited } from '../ecs/rate-limiter.ts';
import { readServices } from '../ecs/read-services.ts';
import { shortTaskDefinition } from '../ecs/short-names.ts';
import { sendOnce, unlessPassing, within } from '../ecs/write-once.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { allowedAccountIds, regionInput } from '../inputs/common.ts';
import { boolean, integer, text } from '../inputs/kinds.ts';
import { defineOperation } from '../operation/operation.ts';
import { chunks, perCall } from '../reading/chunks.ts';
import { allPages } from '../reading/pages.ts';
import type { CallOptions, Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';

export const deregisterTaskDefinitions = defineOperation({
  name: 'deregister-task-definitions',
  title: 'Deregister old Amazon ECS task definitions',
  description:
    'Deregisters the old revisions of a family: all but the newest, and never one that a service, a task set or a running task of the account uses in this region.',
  promises: [
    'Green means that each revision that was to go, read back, is INACTIVE, and each that was to stay is ACTIVE.',
    'Nothing is deregistered before all clusters have been read; one that cannot be read ends the step.',
    'What refers to a revision from outside ECS (schedules, pipelines) is not known: keep as many as those need.',
  ],
  inputs: {
    family: text({
      required: true,
      pattern: { expression: /^[A-Za-z0-9_-]{1,255}$/, rule: 'a family (letters, digits, - and _)' },
      description: 'The family of the task definitions.',
      example: 'web',
    }),
    keep: integer(
      { min: 1, max: 1_000_000 },
      { required: true, description: 'How many of the newest active revisions stay.', example: '10' },
    ),
    region: regionInput,
    'allowed-account-ids': allowedAccountIds,
    'dry-run': boolean({
      default: 'false',
      description: 'Print what would be deregistered, and exit without changing anything.',
    }),
  },
  outputs: {
    deregistered: { description: 'A JSON list of the revisions that were deregistered, or would be: ARNs.' },
    'in-use': { description: 'A JSON list of the older revisions that stay because they are in use: ARNs.' },
  },
  permissions: [
    { action: 'ecs:ListTaskDefinitions', resource: '*' },
    { action: 'ecs:ListClusters', resource: '*' },
    { action: 'ecs:ListServices', resource: '*' },
    {
      action: 'ecs:DescribeServices',
      resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/*',
    },
    { action: 'ecs:ListTasks', resource: '*' },
    { action: 'ecs:DescribeTasks', resource: 'arn:${Partition}:ecs:${Region}:${Account}:task/*' },
    { action: 'ecs:DeregisterTaskDefinition', resource: '*' },
    {
      action: 'ecs:DescribeTaskDefinition',
      resource: '*',
      when: 'when the response to a deregistration was lost',
      optional: true,
    },
  ],
  errors: ['ACCOUNT_MISMATCH', 'NOT_FOUND', 'OUTCOME_UNKNOWN'],
  branding: { icon: 'archive', color: 'orange' },

  async run(call) {
    const { inputs: given, world } = call;
    const { log } = world.host;
    const options = { signal: world.host.cancellation };
    if (given.allowedAccountIds) await checkAllowedAccount(given.allowedAccountIds, world);
    const ecs = limited(await world.aws.ecs(), world.clock);
    const active = await listRevisions(ecs, given.family, 'ACTIVE', options);
    if (active.length === 0)
      throw new LandfallError('NOT_FOUND', {
        summary: `family ${given.family} has no active revision in ${world.aws.region}`,
        remedy: 'Check the family, the region and the account.',
        facts: { family: given.family, region: world.aws.region },
      });
    const used = await usedRevisions(ecs, given.family, options);
    const older = active.slice(given.keep);
    const inUse = older.filter((arn) => used.has(arn));
    const toGo = older.filter((arn) => !used.has(arn));
    const stay = active.filter((arn) => !toGo.includes(arn));
    for (const arn of inUse) log.info(`${shortTaskDefinition(arn)} stays: ${used.get(arn)} uses it`);
    await call.output('in-use', JSON.stringify(inUse));
    log.info(
      `${given.family}: ${active.length} active revisions, ${toGo.length} ${given.dryRun ? 'would be' : 'to be'} deregistered`,
    );
    if (given.dryRun) {
      for (const arn of toGo) log.info(`- ${shortTaskDefinition(arn)}`);
      await call.output('deregistered', JSON.stringify(toGo));
      return;
    }
    const gone: string[] = [];
    try {
      for (const arn of toGo) {
        await deregister(ecs, arn, world);
        gone.push(arn);
        log.info(`- ${shortTaskDefinition(arn)}`);
      }
    } finally {
      await call.output('deregistered', JSON.stringify(gone));
    }
    await confirm(ecs, given.family, { gone, stay }, world);
    const done = `${gone.length} revisions of ${given.family} are INACTIVE, ${stay.length} stay ACTIVE`;
    log.info(`✓ ${done}`);
    call.record.summary({ kind: 'paragraph', text: done });
  },
});

/** The revisions of one family, the newest first. */
async function listRevisions(
  ecs: Ecs,
  family: string,
  status: 'ACTIVE' | 'INACTIVE',
  options: CallOptions,
): Promise<readonly string[]> {
  const arns = await allPages(async (nextToken) => {
    const answer = await ecs.listTaskDefinitions({ familyPrefix: family, status, nextToken }, options);
    return { items: answer.taskDefinitionArns, next: answer.nextToken };
  });
  const number = (arn: string) => Number(arn.slice(arn.lastIndexOf(':') + 1));
  return arns
    .filter((arn) => shortTaskDefinition(arn).replace(/:\d+$/, '') === family)
    .sort((one, other) => number(other) - number(one));
}

/** Every revision of the family that something in a cluster uses, and what that is. */
async function usedRevisions(
  ecs: Ecs,
  family: string,
  options: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const used = new Map<string, string>();
  const clusters = await allPages(async (nextToken) => {
    const answer = await ecs.listClusters({ nextToken }, options);
    return { items: answer.clusterArns, next: answer.nextToken };
  });
  for (const cluster of clusters) {
    const place = `cluster ${nameInArn(cluster)}`;
    const services = await allPages(async (nextToken) => {
      const answer = await ecs.listServices({ cluster, maxResults: 100, nextToken }, options);
      return { items: answer.serviceArns, next: answer.nextToken };
    });
    for (const [name, service] of await readServices(ecs, cluster, services.map(nameInArn), options)) {
      if (service === 'missing') throw unread(`service ${name} of ${place}, which ecs:ListServices lists`);
      const { serviceName, taskDefinition, deployments = [], taskSets = [] } = service;
      const by = `service ${serviceName} in ${place}`;
      for (const arn of [taskDefinition, ...[...deployments, ...taskSets].map((one) => one.taskDefinition)])
        if (arn !== undefined && !used.has(arn)) used.set(arn, by);
    }
    const tasks = await allPages(async (nextToken) => {
      const answer = await ecs.listTasks({ cluster, family, nextToken }, options);
      return { items: answer.taskArns, next: answer.nextToken };
    });
    for (const some of chunks(tasks, perCall.describeTasks)) {
      const { tasks: described = [] } = await ecs.describeTasks({ cluster, tasks: some }, options);
      const missing = some.find((arn) => !described.some(({ taskArn }) => taskArn === arn));
      if (missing) throw unread(`task ${nameInArn(missing)} of ${place}, which ecs:ListTasks lists`);
      for (const { taskDefinitionArn: arn, taskArn = '' } of described)
        if (arn !== undefined && !used.has(arn)) used.set(arn, `task ${nameInArn(taskArn)} in ${place}`);
    }
  }
  return used;
}

/** What is listed and not shown may be new, and use a revision that is to go. */
const unread = (what: string) =>
  new LandfallError('RESPONSE_INVALID', {
    summary: `ECS does not show ${what}, so nothing was deregistered`,
    remedy: 'Run the step again in a minute.',
  });

/** One write; where its answer is lost, the revision shows whether it took effect. */
async function deregister(ecs: Ecs, arn: string, { clock, host }: World): Promise<void> {
  const signal = host.cancellation;
  const request = { taskDefinition: arn };
  await sendOnce(
    {
      name: `deregistering ${shortTaskDefinition(arn)}`,
      send: async () => (await ecs.deregisterTaskDefinition(request, { signal })).taskDefinition,
      find: () =>
        unlessPassing(async () => {
          const { taskDefinition } = await ecs.describeTaskDefinition(request, { signal });
          return taskDefinition?.status === 'INACTIVE' ? taskDefinition : undefined;
        }),
    },
    { clock, signal },
  );
}

/** @throws OUTCOME_UNKNOWN */
async function confirm(
  ecs: Ecs,
  family: string,
  { gone, stay }: { readonly gone: readonly string[]; readonly stay: readonly string[] },
  { clock, host }: World,
): Promise<void> {
  const options = { signal: host.cancellation };
  let wrong: readonly string[] = [...gone, ...stay];
  const isAsWanted = async () => {
    const active = new Set(await listRevisions(ecs, family, 'ACTIVE', options));
    const inactive = new Set(gone.length > 0 ? await listRevisions(ecs, family, 'INACTIVE', options) : []);
    wrong = [...gone.filter((arn) => !inactive.has(arn)), ...stay.filter((arn) => !active.has(arn))];
    return wrong.length === 0 || undefined;
  };
  if (await within(clock, host.cancellation, () => unlessPassing(isAsWanted), settleTime)) return;
  throw new LandfallError('OUTCOME_UNKNOWN', {
    summary: `ECS does not show as requested: ${wrong.map(shortTaskDefinition).join(', ')} (of ${gone.length} to go and ${stay.length} to stay)`,
    remedy: 'Run the step again: it shows which revisions are active.',
    facts: { family, revisions: wrong },
  });
}
