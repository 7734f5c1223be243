import type { Service } from '@aws-sdk/client-ecs';
import { primaryOf } from '../../ecs/deployments.ts';

/**
 * The tag that a service carries while a run has scaled it to zero before its update: how many tasks are to run again,
 * and what was PRIMARY. Once another deployment is PRIMARY the update has set the count, and the tag says nothing.
 */
export const stoppedTag = 'landfall:stopped';

export const writeStoppedTag = (count: number, { deployments }: Pick<Service, 'deployments'>): string =>
  `count=${count} before=${primaryOf({ deployments })?.id}`;

/** How many tasks are to run again of a service that a run was about to stop, or has stopped, before its update. */
export function stoppedCount({ tags = [], deployments }: Service): number | undefined {
  const value = tags.find(({ key }) => key === stoppedTag)?.value ?? '';
  const [, count, before] = /^count=(\d{1,9}) before=(\S+)$/.exec(value) ?? [];
  return before !== undefined && before === primaryOf({ deployments })?.id ? Number(count) : undefined;
}

/** How many tasks it is to have beside any wish: those that run, or that ran before it was stopped. */
export const countBeforeStop = (service: Service): number =>
  service.desiredCount || stoppedCount(service) || 0;
