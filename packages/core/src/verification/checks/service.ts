import type { Service } from '@aws-sdk/client-ecs';
import { type Probe, probe } from '../../reading/probe.ts';
import type { World } from '../../world/world.ts';
import { type Check, error, ok, skip } from '../check.ts';
import { notFound } from '../not-found.ts';

export const readService = (name: string, cluster: string, { aws, host }: World): Promise<Probe<Service>> =>
  probe(async () => {
    const { services } = await (await aws.ecs()).describeServices(
      { cluster, services: [name] },
      { signal: host.cancellation },
    );
    return services?.[0];
  });

export function checkService(
  name: string | undefined,
  cluster: string,
  asked: Probe<Service> | undefined,
): Check {
  if (name === undefined || asked === undefined) {
    return skip('service', 'service', 'is not set: service checks are skipped');
  }
  const subject = `service ${name}`;
  // The one permission that is not optional: without the service most checks cannot be made.
  if (asked.kind === 'denied')
    return error(
      'service',
      subject,
      `could not be checked: the caller lacks ${asked.action}`,
      `Allow ${asked.action} to the role of this job, or omit \`service\`.`,
    );
  if (asked.kind !== 'found') {
    return notFound('service', subject, asked, {
      message: `does not exist in cluster ${cluster}`,
      remedy: 'Check the names (cluster and service may be swapped), the region and the account.',
    });
  }
  const { status } = asked.value;
  return status === 'ACTIVE'
    ? ok('service', subject, `is active in cluster ${cluster}`)
    : error(
        'service',
        subject,
        `in cluster ${cluster} is ${status ?? 'in an unknown state'}, so nothing can be deployed to it`,
        'Create the service, or deploy to another one.',
      );
}
