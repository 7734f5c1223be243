import type { Service, Tag } from '@aws-sdk/client-ecs';
import { LandfallError } from '../../errors/landfall-error.ts';
import type { Target } from './read-service-targets.ts';

/** The tag by which a service belongs to an environment of a manifest: `landfall:manifest` = `shop/dev`. */
export const ownerTag = 'landfall:manifest';

export const ownerOf = ({ tags = [] }: Pick<Service, 'tags'>): string | undefined =>
  tags.find(({ key }) => key === ownerTag)?.value;

/** The tags of a service that is to belong to an owner. */
export const ownedBy = (owner: string, tags: readonly Tag[] = []): readonly Tag[] => [
  ...tags.filter(({ key = '' }) => key !== ownerTag && !key.startsWith('aws:')),
  { key: ownerTag, value: owner },
];

/** No two manifests deploy one service. @throws CONFLICT */
export function refuseOtherOwner(
  services: readonly Pick<Target, 'name' | 'service'>[],
  owner: string | undefined,
): void {
  const details = services.flatMap(({ name, service }) => {
    const other = ownerOf(service);
    return owner === undefined || other === undefined || other === owner
      ? []
      : [`${name} belongs to ${other}, not to ${owner}`];
  });
  if (details.length === 0) return;
  const isOne = details.length === 1;
  throw new LandfallError('CONFLICT', {
    summary: isOne ? details.join() : `${details.length} services belong to other manifests than ${owner}`,
    remedy: `Name another service, or remove the tag \`${ownerTag}\` from the service if its manifest no longer describes it.`,
    details: isOne ? [] : details,
    facts: { owner, services: services.map(({ name }) => name) },
  });
}
