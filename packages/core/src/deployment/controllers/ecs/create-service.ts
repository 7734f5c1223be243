import type { CreateServiceRequest, Deployment, Service } from '@aws-sdk/client-ecs';
import { shortClientTokenOf } from '../../../ecs/client-token.ts';
import { within } from '../../../ecs/write-once.ts';
import { isLandfallError, LandfallError } from '../../../errors/landfall-error.ts';
import type { Run } from '../../follow/run.ts';
import { tryRead } from '../../service/read-again.ts';
import type { Updated } from './update-service.ts';

/**
 * One CreateService. Its token makes every repeat of it the same request, so one without an answer is sent again.
 * @returns the service that is there, where someone else has created it since it was read
 * @throws OUTCOME_UNKNOWN and what the call fails with
 */
export async function createService(
  run: Run,
  request: CreateServiceRequest,
): Promise<Updated | { readonly existing: Service }> {
  const { clock, host } = run.world;
  const { cluster = '', serviceName = '' } = request;
  const signal = host.cancellation;
  const clientToken = shortClientTokenOf(host.run, ['create-service', cluster, serviceName]);
  let lost: unknown;
  try {
    const service = await within(clock, signal, async () => {
      try {
        return (await run.ecs.createService({ ...request, clientToken }, { signal })).service;
      } catch (error) {
        if (!isLandfallError(error) || error.applied !== 'unknown') throw error;
        lost = error;
        return undefined;
      }
    });
    const primary = service && firstOf(service);
    if (primary) return { service, primary, isNew: true, how: lost === undefined ? 'answered' : 'adopted' };
  } catch (error) {
    const existing = isTaken(error) ? await readExisting(run, cluster, serviceName) : undefined;
    if (existing === undefined) throw error;
    return { existing };
  }
  throw new LandfallError('OUTCOME_UNKNOWN', {
    summary: `no response was received when creating ${serviceName}, and whether it was created is not known`,
    remedy: 'Run the step again: it finds the service if it was created.',
    facts: { operation: 'ecs:CreateService', cluster, service: serviceName },
    cause: lost,
  });
}

/** A repeat of the request may be answered after someone else's deployment: ours is the one it was created with. */
const firstOf = ({ deployments = [] }: Service): Deployment | undefined =>
  [...deployments].sort((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0))[0];

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html has no error of its own for it. */
const isTaken = (error: unknown) =>
  isLandfallError(error, 'REQUEST_REFUSED') && /not idempotent/i.test(error.message);

const readExisting = ({ ecs, world }: Run, cluster: string, serviceName: string) =>
  within(world.clock, world.host.cancellation, async () => {
    const reads = { ecs, signal: world.host.cancellation };
    const service = await tryRead({ cluster, serviceName, withTags: true }, reads);
    return service?.status === 'ACTIVE' ? service : undefined;
  });
