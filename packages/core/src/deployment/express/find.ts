import { checkAllowedAccount } from '../../account/allowed-account.ts';
import { nameInArn } from '../../account/arn.ts';
import { readServices } from '../../ecs/read-services.ts';
import { within } from '../../ecs/write-once.ts';
import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import { invalidInputs } from '../../inputs/parse-inputs.ts';
import type { Ecs } from '../../world/aws.ts';
import type { World } from '../../world/world.ts';
import {
  type ClaimedTarget,
  isExpress,
  type OnOutsideChange,
  readTargets,
} from '../service/read-service-targets.ts';
import { isBehind, type LiveExpress, readExpress } from './live.ts';

/** The service as it is before anything is written, or that there is none yet. */
export type Found =
  | { readonly kind: 'missing'; readonly cluster: string; readonly name: string }
  | ({ readonly kind: 'there'; readonly target: ClaimedTarget } & LiveExpress);

/**
 * Reads the service, which need not be there.
 * @throws NOT_FOUND (a cluster other than `default`), SERVICE_NOT_ACTIVE, INPUT_INVALID (no Express service), ACCOUNT_MISMATCH
 */
export async function findExpress(
  given: {
    readonly serviceName: string;
    readonly cluster: string;
    readonly infrastructureRoleArn: string | undefined;
    readonly allowedAccountIds: readonly string[] | undefined;
    readonly mutateTagsOnUpdate: boolean;
    readonly forceNewDeployment: boolean;
    readonly onOutsideChange: OnOutsideChange;
  },
  ecs: Ecs,
  world: World,
): Promise<Found> {
  const { cluster } = given;
  const name = nameInArn(given.serviceName);
  if (given.allowedAccountIds) await checkAllowedAccount(given.allowedAccountIds, world);
  // An ARN names a service that exists, perhaps in another cluster: none is made for it here.
  const isArn = given.serviceName.startsWith('arn:');
  if (!isArn && (await isMissing(ecs, cluster, name, world))) return { kind: 'missing', cluster, name };
  const { forceNewDeployment, onOutsideChange } = given;
  const reading = { ecs, clock: world.clock, signal: world.host.cancellation };
  const read = async () => {
    const [target] = await readTargets(
      { cluster, services: [given.serviceName], forceNewDeployment, onOutsideChange },
      ecs,
      world,
    );
    if (!target || !isExpress(target.service)) throw noExpress(name);
    const live = await readExpress(target.service, reading, given.mutateTagsOnUpdate);
    return { target, ...live };
  };
  let found = await read();
  // Compared with what is no longer PRIMARY, the deployment that an earlier run has just made would be made again.
  if (isBehind(found.target.service, found.express)) {
    await within(reading.clock, reading.signal, async () => {
      found = await read();
      return isBehind(found.target.service, found.express) ? undefined : found;
    });
  }
  refuseOtherRole(given.infrastructureRoleArn, found);
  return { kind: 'there', ...found };
}

function noExpress(name: string): LandfallError {
  const error = invalidInputs([
    { input: 'service-name', problem: `names ${name}, which is not an Express service` },
  ]);
  return new LandfallError(error.code, {
    summary: error.summary,
    remedy: 'Deploy to it with deploy-service, or give the Express service another name.',
    facts: error.facts,
  });
}

/** Express Mode itself makes the cluster `default`; a service that was deleted can be made again under its name. */
async function isMissing(ecs: Ecs, cluster: string, name: string, world: World): Promise<boolean> {
  try {
    const found = await readServices(ecs, cluster, [name], { signal: world.host.cancellation });
    const service = found.get(name);
    return service === 'missing' || service?.status === 'INACTIVE';
  } catch (error) {
    if (!isLandfallError(error, 'NOT_FOUND')) throw error;
    // Any other cluster that is not there is refused where the service is read.
    return nameInArn(cluster) === 'default';
  }
}

/** The API takes it at creation only, and its client drops it from an update silently. */
function refuseOtherRole(wanted: string | undefined, { express }: LiveExpress): void {
  if (
    wanted === undefined ||
    express.infrastructureRoleArn === undefined ||
    wanted === express.infrastructureRoleArn
  )
    return;
  throw invalidInputs([
    {
      input: 'infrastructure-role-arn',
      problem: `cannot be changed: ${express.serviceName} was created with ${express.infrastructureRoleArn}`,
    },
  ]);
}
