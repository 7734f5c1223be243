import { deregisterPermissions } from '../auto-scaling/scalable-target.ts';
import { limited } from '../ecs/rate-limiter.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { allowedAccountIds, maxRetries, regionInput } from '../inputs/common.ts';
import { boolean, duration, text } from '../inputs/kinds.ts';
import { manifestInputs } from '../manifest/manifest-inputs.ts';
import { destroy, findToDestroy } from '../manifest-deployment/destroy.ts';
import { lockedBy, lockInputs, lockPermissions, withLock } from '../manifest-deployment/environment-lock.ts';
import { readEnvironments, scheduleOwnerOf } from '../manifest-deployment/open-environment.ts';
import {
  onOwned,
  ownedServicePermissions,
  stoppedTaskPermissions,
} from '../manifest-deployment/owned-services.ts';
import { checkPlace } from '../manifest-deployment/selection.ts';
import { defineOperation } from '../operation/operation.ts';
import { destroySchedules, findSchedules } from '../schedules/destroy-schedules.ts';
import { destroySchedulesPermissions } from '../schedules/permissions.ts';

const { manifest, vars, image, 'env-vars': envVars } = manifestInputs;

export const destroyEnvironment = defineOperation({
  name: 'destroy-environment',
  title: 'Destroy an environment of a manifest',
  description:
    'Scales every service that the environment owns to zero, in the reverse order of the waves, deletes it, and waits until it is INACTIVE and none of its tasks runs.',
  promises: [
    'Green means that every service that carried the tag of the environment is INACTIVE, and that no task of it runs. Its scalable target, with the scaling policies, is deregistered first. Load balancers, log groups and task definitions stay.',
    'The schedules that the environment owns are deleted first, so that they start nothing: green also means that their group is gone.',
    'A service that the environment does not own is named, and left as it is.',
    'Nothing is deleted from an environment with `protect: true`.',
    'A service is deleted only when those of later waves are gone. If one cannot be deleted, nothing after it is started, and the step reports what is deleted and what is left; running it again resumes.',
  ],
  inputs: {
    manifest,
    environment: text({
      required: true,
      description: 'The environment of the manifest.',
      example: 'staging',
    }),
    confirm: text({
      required: true,
      description: 'The name of the environment again, so that no other one is destroyed by mistake.',
      example: 'staging',
    }),
    vars,
    'env-vars': envVars,
    image,
    region: regionInput,
    'allowed-account-ids': allowedAccountIds,
    'wait-timeout': duration(
      { min: '10s', max: '48h' },
      { default: '30m', description: 'How long to wait until everything is deleted.' },
    ),
    ...lockInputs,
    'dry-run': boolean({
      default: 'false',
      description: 'Print what would be deleted, and exit without changing anything.',
    }),
    'max-retries': maxRetries,
  },
  outputs: {
    deleted: { description: 'The services that were deleted, as a JSON list of names.' },
    remaining: {
      description:
        'The services that the environment owns and that were not deleted, as a JSON list of names.',
    },
    left: {
      description: 'The services of the manifest that the environment does not own, as a JSON list of names.',
    },
  },
  permissions: [
    ...ownedServicePermissions(),
    onOwned('ecs:UpdateService'),
    onOwned('ecs:DeleteService'),
    ...stoppedTaskPermissions(),
    ...destroySchedulesPermissions,
    ...deregisterPermissions(),
    ...lockPermissions,
  ],
  errors: [
    'NOT_FOUND',
    'CONFLICT',
    'ACCOUNT_MISMATCH',
    'MANIFEST_INVALID',
    'PATH_MISSING',
    'ENVIRONMENT_PROTECTED',
    'ENVIRONMENT_BUSY',
    'OUTCOME_UNKNOWN',
    'TIMED_OUT',
    'SUPERSEDED',
  ],
  branding: { icon: 'trash-2', color: 'orange' },

  check: ({ environment, confirm }) =>
    confirm === environment
      ? []
      : [{ input: 'confirm', problem: `must be the name of the environment, ${environment}` }],

  async run(call) {
    const { inputs: given, world, output } = call;
    const { log } = world.host;
    const sources = { ...given, servicesYaml: undefined, environmentYaml: undefined };
    const { environments } = await readEnvironments(sources, [given.environment], world);
    const [environment] = environments;
    if (environment?.owner === undefined) throw new Error('an environment of a manifest has an owner');
    const { owner } = environment;
    const scheduleOwner = scheduleOwnerOf(environment);
    if (environment.protect)
      throw new LandfallError('ENVIRONMENT_PROTECTED', {
        summary: `${environment.name} is protected in ${given.manifest}: nothing of it is deleted`,
        facts: { environment: environment.name },
      });
    await checkPlace(environment, given, world);
    const ecs = limited(await world.aws.ecs(), world.clock);
    const find = async () => {
      const found = await findToDestroy(environment, owner, ecs, world);
      for (const { name, why } of found.left) log.notice(`${name} is left as it is: ${why}`);
      const schedules = scheduleOwner && (await findSchedules(scheduleOwner, world));
      if (schedules)
        log.info(
          `${owner}: to be deleted first: the schedule group ${scheduleOwner.group} (${schedules.join(', ') || 'empty'})`,
        );
      await output('left', JSON.stringify(found.left.map(({ name }) => name)));
      const order = found.groups.map((group) => group.map(({ place }) => place.name).join(', '));
      log.info(
        order.length > 0
          ? `${owner}: to be deleted: ${order.join(' → ')}`
          : `${owner} owns no service in ${found.clusters.join(', ')} (region ${world.aws.region})`,
      );
      return { ...found, schedules };
    };
    if (given.dryRun) return void (await find());
    await withLock(lockedBy({ environment }), given, world, async () => {
      const found = await find();
      // Nothing may start tasks while they are deleted, or afterwards.
      if (scheduleOwner && found.schedules) await destroySchedules(scheduleOwner, world, given.waitTimeout);
      const { deleted, remaining, error } = await destroy(found, ecs, world, given.waitTimeout);
      await output('deleted', JSON.stringify(deleted));
      await output('remaining', JSON.stringify(remaining));
      if (error) throw error;
      const done = `nothing that ${owner} owned is left: ${deleted.length} services are deleted`;
      log.info(`✓ ${done}`);
      call.record.summary({ kind: 'paragraph', text: done });
    });
  },
});
