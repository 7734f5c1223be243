import type { Service } from '@aws-sdk/client-ecs';
import { checkAllowedAccount } from '../account/allowed-account.ts';
import { nameInArn } from '../account/arn.ts';
import { deregisterPermissions, deregisterScaling } from '../auto-scaling/scalable-target.ts';
import { updateService } from '../deployment/inputs/permissions.ts';
import { isExpress } from '../deployment/service/read-service-targets.ts';
import { deleteToEnd, type Place } from '../ecs/delete-service.ts';
import { inCluster } from '../ecs/permissions.ts';
import { limited } from '../ecs/rate-limiter.ts';
import { readServices } from '../ecs/read-services.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { serviceMissingRemedy } from '../errors/service-missing.ts';
import { oneServiceInputs } from '../inputs/common.ts';
import { boolean, duration } from '../inputs/kinds.ts';
import { defineOperation } from '../operation/operation.ts';
import type { Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';

const service = 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}';

export const deleteService = defineOperation({
  name: 'delete-service',
  title: 'Delete an Amazon ECS service',
  description:
    'Scales a service to zero, deletes it, and waits until it is INACTIVE and none of its tasks runs.',
  promises: [
    'Green means that the service is INACTIVE and that no task of it runs. Its scalable target, with the scaling policies, is deregistered first. Load balancers, log groups and task definitions stay.',
    'A service that ECS does not show is refused: nothing distinguishes it from a wrong name.',
    'On cancel, the step reports what is left; running it again resumes.',
  ],
  inputs: {
    ...oneServiceInputs,
    force: boolean({
      default: 'false',
      description:
        'Delete the service without scaling it to zero first: ECS then stops its tasks, and deletes its task sets.',
    }),
    'wait-timeout': duration(
      { min: '10s', max: '48h' },
      { default: '15m', description: 'How long to wait.' },
    ),
    'dry-run': boolean({
      default: 'false',
      description: 'Print what would be deleted, and exit without changing anything.',
    }),
  },
  outputs: {
    'service-arn': { description: 'The service.' },
    deleted: { description: 'Whether this run deleted it: `false` if it was INACTIVE already.' },
  },
  permissions: [
    { action: 'ecs:DescribeServices', resource: service },
    updateService,
    { action: 'ecs:DeleteService', resource: service },
    { action: 'ecs:ListTasks', resource: '*', condition: inCluster },
    { action: 'ecs:DescribeTasks', resource: 'arn:${Partition}:ecs:${Region}:${Account}:task/${cluster}/*' },
    ...deregisterPermissions(),
  ],
  errors: ['NOT_FOUND', 'ACCOUNT_MISMATCH', 'TIMED_OUT', 'VERDICT_UNKNOWN', 'SUPERSEDED'],
  branding: { icon: 'trash-2', color: 'orange' },

  async run(call) {
    const { inputs: given, world } = call;
    const { log } = world.host;
    if (given.allowedAccountIds) await checkAllowedAccount(given.allowedAccountIds, world);
    const ecs = limited(await world.aws.ecs(), world.clock);
    const place = { cluster: given.cluster, name: nameInArn(given.service) };
    const first = await readFirst(ecs, place, world);
    await call.output('service-arn', first.serviceArn ?? '');
    const state = `${place.name} in cluster ${place.cluster} is ${first.status} with ${first.runningCount ?? 0} running tasks`;
    if (given.dryRun) {
      log.info(
        first.status === 'ACTIVE' ? `${state}: it would be deleted` : `${state}: nothing would be sent`,
      );
      return;
    }
    const until = world.clock.elapsed() + given.waitTimeout;
    log.info(first.status === 'ACTIVE' ? state : `${state}: following that`);
    await deregisterScaling(place, world);
    await deleteToEnd(ecs, place, first, world, { force: given.force, until });
    await call.output('deleted', String(first.status !== 'INACTIVE'));
    const done = `${place.name} is ${first.status === 'INACTIVE' ? 'INACTIVE already' : 'deleted'}, and no task of it runs`;
    log.info(`✓ ${done}`);
    call.record.summary({ kind: 'paragraph', text: done });
  },
});

/** @throws NOT_FOUND, INPUT_INVALID */
async function readFirst(ecs: Ecs, { cluster, name }: Place, { aws, host }: World): Promise<Service> {
  const found = (await readServices(ecs, cluster, [name], { signal: host.cancellation })).get(name);
  if (found === undefined || found === 'missing')
    throw new LandfallError('NOT_FOUND', {
      summary: `service ${name} was not found in cluster ${cluster} (region ${aws.region}): there is nothing to delete`,
      remedy: serviceMissingRemedy,
      facts: { cluster, service: name, region: aws.region },
    });
  if (isExpress(found))
    throw new LandfallError('INPUT_INVALID', {
      summary: `${name} is a service of Express Mode, which has more to delete than the service`,
      remedy: 'Delete it with `aws ecs delete-express-gateway-service`.',
      facts: { cluster, service: name },
    });
  return found;
}
