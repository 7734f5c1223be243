import type { AwsService } from '../../api/aws-service.ts';
import type { Principals } from '../../authorization/principals.ts';
import type { SandboxClock } from '../../clock/clock.ts';
import type { Timing } from '../../clock/timing.ts';
import type { Api } from '../../protocol/api.ts';
import type { BlobStore } from '../../registry/storage/blob-store.ts';
import type { Tokens } from '../../registry/tokens.ts';

export interface DockerOptions {
  /** `unix:///var/run/docker.sock` unless given; pass the user's DOCKER_HOST. */
  readonly host: string;
  /**
   * What this sandbox's containers are labelled with, so that a later run finds them again. Lower-case
   * letters, digits and dashes; made up unless set, and then kept in `save()`.
   */
  readonly sandboxId: string;
}

/** What an API's service is made of: one for each account and region. */
export interface ServiceParts {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly clock: SandboxClock;
  readonly random: () => number;
  /** Whether permissions are checked. */
  readonly enforce: boolean;
  readonly principals: Principals;
  readonly blobs: BlobStore;
  readonly tokens: Tokens;
  readonly tokenMilliseconds: number;
  readonly tasks: 'scripted' | 'docker';
  readonly timing: Partial<Timing>;
  readonly docker: Partial<DockerOptions>;
  /** The registry's `127.0.0.1:PORT`, or undefined while nothing listens, and outside the home region. */
  host(): string | undefined;
  /** To be called after every change that a restart must not lose. */
  changed(): void;
  /** What `make` makes, once for this account and region: another API's service (`ecs.create`), or what several share. */
  shared<Thing>(make: (parts: ServiceParts) => Thing): Thing;
  /** What `make` makes, once for all accounts and regions. */
  global<Thing>(make: () => Thing): Thing;
}

/** An API of the sandbox: how clients find it, and how its service is made. A line in `services.ts` puts it in. */
export interface ServiceModule<Service extends AwsService = AwsService> extends Api {
  readonly create: (parts: ServiceParts) => Service;
}
