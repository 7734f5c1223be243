import type { OutsideChange } from '../../record/outside-change.ts';
import type { World } from '../../world/world.ts';
import type { OnOutsideChange } from '../service/read-service-targets.ts';

/** Whether a new deployment is to be started for it. */
export const callsForDeployment = (changes: readonly OutsideChange[], choice: OnOutsideChange): boolean =>
  choice === 'deploy' && changes.some(({ status }) => status === 'changed');

/** Shows what was found, and what follows from it; `all`: how to deploy what cannot be compared anyway. */
export function reportOutsideChanges(
  changes: readonly OutsideChange[],
  choice: OnOutsideChange,
  { host: { log } }: World,
  all = 'set force-new-deployment to deploy it anyway',
): void {
  for (const { service, kind, status, reason } of changes)
    if (status === 'unknown') {
      const certain = kind === 'image' ? `Pin the image by digest to be certain, or ${all}` : sentence(all);
      log.warning(`${service}: ${reason}. ${certain}.`);
    } else if (choice === 'deploy') log.info(`${service}: ${reason}, so a new deployment is needed`);
    else log.warning(`${service}: ${reason}; on-outside-change is warn, so it is not deployed`);
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
