import { virtualClock } from '@landfall/core/testing/virtual-clock';
import type { Clock } from '@landfall/core/world/clock';
import { dockerCredentials } from '@landfall/docker/credentials/credentials';
import { createRegistry } from '../registry.ts';

/** The client as an operation gets it: with the logins of a Docker configuration. */
export const dockerRegistry = (
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock = virtualClock({ auto: false }),
) => createRegistry({ environment: env, credentials: dockerCredentials({ env, clock }) });
