import type { Aws } from './aws.ts';
import type { Clock } from './clock.ts';
import type { Docker } from './docker.ts';
import type { Files } from './files.ts';
import type { Host } from './host.ts';
import type { Registry } from './registry.ts';

/** Everything an operation touches that is not a decision. */
export interface World {
  readonly host: Host;
  readonly clock: Clock;
  readonly files: Files;
  readonly aws: Aws;
  readonly docker: Docker;
  /** A client of registries, with the logins that Docker has from now on: one got before knows no later login. */
  registry(): Promise<Registry>;
}
