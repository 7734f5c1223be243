import type { Service } from '@aws-sdk/client-ecs';
import type { Watch } from '../../watch/watch.ts';
import type { SeenSets } from './next-step.ts';

/** A watch of a deployment by task sets, with the task sets as they were last read. */
export interface ExternalWatch extends Watch {
  /** Whatever is not in the task sets: the service as it was read before. */
  readonly base: Service;
  seen: SeenSets;
  /** It was asked to become the primary one, and no later read has shown whether it did. */
  mayBePrimary: boolean;
}
