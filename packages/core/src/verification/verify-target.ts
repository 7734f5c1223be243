import type { World } from '../world/world.ts';
import { type Area, areas, type Check, skip } from './check.ts';
import { checkEnvFiles, readEnvFiles } from './checks/env-files.ts';
import { checkExec, readChannels } from './checks/exec.ts';
import { checkStartNeeds, readStartNeeds } from './checks/execution-role.ts';
import { checkImages, readImages } from './checks/images.ts';
import { checkLoadBalancers, readTargetGroups } from './checks/load-balancers.ts';
import { checkLogGroups, readLogGroups } from './checks/log-groups.ts';
import { checkNetwork } from './checks/network.ts';
import { checkRoles, readRoles } from './checks/roles.ts';
import { checkSecrets, readSecrets } from './checks/secrets.ts';
import { checkSize } from './checks/size.ts';
import { type Subject, withTaskSet } from './subject.ts';

interface VerifyOptions {
  /** Whether ECS Exec must work. */
  readonly ecsExec?: boolean | undefined;
  readonly skip?: readonly Area[] | undefined;
}

/**
 * Looks, best effort, at everything that a deployment of this task definition to this service needs. Reads only.
 * Every check runs, whatever another one finds; the order of the answer is that of `areas`.
 * @throws CREDENTIALS_MISSING, CREDENTIALS_EXPIRED, CREDENTIALS_REFUSED, CLOCK_SKEWED, CANCELLED
 */
export async function verifyTarget(
  given: Subject,
  options: VerifyOptions,
  world: World,
): Promise<readonly Check[]> {
  const subject = given.service ? { ...given, service: withTaskSet(given.service) } : given;
  const left = new Set(options.skip);
  const exec = !left.has('exec') && (options.ecsExec || subject.service?.enableExecuteCommand);
  // ECS Exec asks the policies of the task role, so the role is looked up for it too.
  const roles = left.has('role') && !exec ? Promise.resolve([]) : readRoles(subject, world);
  const read: Partial<Record<Area, () => Promise<readonly Check[]>>> = {
    size: async () => checkSize(subject),
    network: async () => checkNetwork(subject),
    'load-balancer': async () => checkLoadBalancers(subject, await readTargetGroups(subject, world)),
    image: async () => checkImages(subject, await readImages(subject, world)),
    role: async () => [
      ...checkRoles(subject, await roles),
      ...checkStartNeeds(await readStartNeeds(subject, await roles, world)),
    ],
    secret: async () => checkSecrets(subject, await readSecrets(subject, world)),
    log: async () => checkLogGroups(subject, await readLogGroups(subject, world)),
    'env-file': async () => checkEnvFiles(subject, await readEnvFiles(subject, world)),
    exec: async () =>
      checkExec(subject, exec ? await readChannels(await roles, world) : undefined, options.ecsExec === true),
  };
  const checks = await Promise.all(
    areas.map(async (area) =>
      left.has(area) ? [skip(area, area, 'skipped, as requested by `skip`')] : ((await read[area]?.()) ?? []),
    ),
  );
  return checks.flat();
}
