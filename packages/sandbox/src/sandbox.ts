import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createAdminApi } from './admin/admin-api.ts';
import type { DockerOptions } from './ecs/docker/docker-runner.ts';
import type { EcsService } from './ecs/ecs-service.ts';
import type { Timing } from './ecs/timing.ts';
import { type FaultRule, problemOf } from './faults/fault.ts';
import { createFaultBook } from './faults/fault-book.ts';
import { createThrottle, type Throttling } from './faults/throttle.ts';
import { administrator, createPrincipals, type Principal, type PrincipalSpec } from './iam/principals.ts';
import { createAwsEndpoint } from './protocol/aws-endpoint.ts';
import { createDispatcher } from './protocol/dispatcher.ts';
import { createJournal, type JournalEntry } from './protocol/journal.ts';
import { LostReply } from './protocol/lost-reply.ts';
import { createBlobStore } from './registry/blob-store.ts';
import { createRegistryServer } from './registry/registry-server.ts';
import { createTokens } from './registry/tokens.ts';
import { createHttpServer, listen, stopListening } from './server/http-server.ts';
import { createRegion, type Region } from './server/region.ts';
import { openStateFile, type StateFile } from './state/state-file.ts';
import type { SandboxClock } from './world/clock.ts';
import { seededRandom } from './world/random.ts';
import { createRealClock } from './world/real-clock.ts';
import { createVirtualClock } from './world/virtual-clock.ts';

export interface SandboxOptions {
  /** 0, the default, for any that is free. */
  readonly port?: number;
  /** Where state and blobs are kept. Absent: in memory, and blobs in a temporary folder that goes at the end. */
  readonly folder?: string;
  readonly tasks?: 'scripted' | 'docker';
  readonly clock?: 'real' | 'virtual';
  /** Whether a principal's policy is asked. The principal LANDFALLADMIN has none and may do everything. */
  readonly enforce?: boolean;
  readonly accountId?: string;
  readonly region?: string;
  /** Of identifiers, chances and fates. Default: 1 in virtual time, another one each time in real time. */
  readonly seed?: number;
  readonly limits?: {
    readonly throttling?: Throttling;
    /** How long a registry password is good. Default 12 hours. */
    readonly tokenMilliseconds?: number;
    /** How many requests the journal keeps. Default 20,000. */
    readonly journal?: number;
  };
  /** How long things take in ECS, over the defaults (near AWS's when scripted, short with containers). */
  readonly timing?: Partial<Timing>;
  readonly docker?: Partial<DockerOptions>;
  /** Told of a defect of the sandbox. Default: a line on standard error. */
  readonly defect?: (error: unknown, where: string) => void;
}

/** Who calls in process: an access key id, or that and a region. */
export type InProcessCaller = string | { readonly accessKeyId?: string; readonly region?: string };

export interface Fault {
  readonly id: number;
  /** How many requests it met so far. */
  met(): number;
  remove(): void;
}

/** An AWS in this process, reachable by `dispatch` alone. */
export interface World {
  readonly accountId: string;
  readonly region: string;
  readonly clock: SandboxClock;
  readonly tasks: 'scripted' | 'docker';
  /** The home region's ECS: fates, lag, alarms, and what is really live. */
  readonly ecs: EcsService;
  addPrincipal(spec: PrincipalSpec): Principal;
  fault(rule: FaultRule): Fault;
  clearFaults(): void;
  throttle(throttling: Throttling): void;
  /** Requests in order of arrival, from the number given on. */
  journal(from?: number): readonly JournalEntry[];
  /**
   * One call, without a socket. Throws AwsFault for an error answer, and LostReply where a client on a wire would
   * get no answer it can use.
   */
  dispatch(service: string, operation: string, input?: unknown, caller?: InProcessCaller): Promise<unknown>;
  /** The admin API of a service, as under `/_sandbox/<service>/`. */
  admin(service: string, method: string, path: readonly string[], body?: unknown): Promise<unknown>;
  /** Containers of tasks are removed, unless `keep` is set: then a sandbox on the same folder finds them again. */
  close(options?: { readonly keep?: boolean }): Promise<void>;
}

/** The same, listening on loopback. */
export interface Sandbox extends World {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** `127.0.0.1:PORT`, for image references. */
  readonly registry: string;
  /** The environment with which an AWS client finds the sandbox. Default: as LANDFALLADMIN. */
  environment(principal?: Principal | string): Readonly<Record<string, string>>;
}

const partitionOf = (region: string) =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

interface Saved {
  readonly now: number;
  readonly tokenKey: string;
  readonly principals: readonly Principal[];
  readonly regions: Readonly<Record<string, unknown>>;
}

function build(options: SandboxOptions) {
  const accountId = options.accountId ?? '123456789012';
  if (!/^\d{12}$/.test(accountId))
    throw new Error(`The account id ${JSON.stringify(accountId)} is not 12 digits.`);
  const region = options.region ?? 'us-east-1';
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region))
    throw new Error(`${JSON.stringify(region)} is not a region.`);
  const tasks = options.tasks ?? 'scripted';
  if (tasks === 'docker' && options.clock === 'virtual') {
    throw new Error('Containers run in real time: tasks "docker" and clock "virtual" exclude each other.');
  }
  const enforce = options.enforce ?? false;
  const partition = partitionOf(region);
  const defect =
    options.defect ?? ((error, where) => console.error(`landfall sandbox: a defect in ${where}:`, error));

  let stateFile: StateFile | undefined;
  let host: string | undefined;
  const regions = new Map<string, Region>();
  stateFile =
    options.folder === undefined
      ? undefined
      : openStateFile(options.folder, snapshot, (error) => defect(error, 'state.json'));
  const saved = stateFile?.read() as Saved | undefined;
  const changed = () => stateFile?.schedule();

  const seed = options.seed ?? (options.clock === 'virtual' ? 1 : randomBytes(4).readUInt32LE());
  const clock: SandboxClock =
    options.clock === 'virtual'
      ? createVirtualClock({ seed, ...(saved ? { start: saved.now } : {}) })
      : createRealClock({ seed });
  const tokenKey = saved?.tokenKey ?? randomBytes(32).toString('hex');
  const tokens = createTokens(tokenKey);
  // Each part draws from its own numbers, so that a fault or a request more does not change a rollout.
  const principals = createPrincipals(accountId, partition, seededRandom(seed + 1));
  const faults = createFaultBook(seededRandom(seed + 2));
  const requestIds = seededRandom(seed + 3);
  const throttle = createThrottle(options.limits?.throttling ?? 'off', () => clock.elapsed());
  const journal = createJournal(options.limits?.journal ?? 20_000);
  const blobs = createBlobStore(options.folder && join(options.folder));

  const regionOf = (account: string, name: string): Region => {
    const key = `${account}/${name}`;
    let found = regions.get(key);
    if (!found) {
      found = createRegion({
        accountId: account,
        region: name,
        partition: partitionOf(name),
        clock,
        random: seededRandom(seed + 4 + regions.size),
        tasks,
        timing: options.timing ?? {},
        docker: options.docker ?? {},
        enforce,
        principals,
        blobs,
        tokens,
        tokenMilliseconds: options.limits?.tokenMilliseconds ?? 12 * 3_600_000,
        // The registry at our address holds the home region's repositories, no other's.
        host: () => (key === homeKey ? host : undefined),
        changed,
      });
      regions.set(key, found);
    }
    return found;
  };
  const homeKey = `${accountId}/${region}`;
  const home = regionOf(accountId, region);
  if (saved) {
    principals.restore(saved.principals);
    for (const [key, state] of Object.entries(saved.regions)) {
      const [account, name] = key.split('/') as [string, string];
      regionOf(account, name).restore(state);
    }
  }

  function snapshot(): Saved {
    return {
      now: clock.now(),
      tokenKey,
      principals: principals.list(),
      regions: Object.fromEntries([...regions].map(([key, value]) => [key, value.save()])),
    };
  }

  const dispatcher = createDispatcher({
    clock,
    accountId,
    partition,
    principals,
    enforce,
    faults,
    throttle,
    journal,
    random: requestIds,
    service: (name, account, where) => regionOf(account, where).services.get(name),
    defect,
  });
  const registry = createRegistryServer({
    repositories: home.repositories.byName,
    blobs,
    tokens,
    principals,
    enforce,
    faults,
    journal,
    clock,
    random: requestIds,
    accountId,
    region,
    partition,
    host: () => host,
    changed,
    pushed(repository, digest) {
      const image = repository.images.get(digest);
      if (repository.scanOnPush && image) home.ecr.scans.start(repository, image, clock.now());
    },
    defect,
  });

  const never = new AbortController().signal;
  const world: World = {
    accountId,
    region,
    clock,
    tasks,
    ecs: home.ecs,
    addPrincipal(spec) {
      const principal = principals.add(spec);
      changed();
      return principal;
    },
    fault(rule) {
      const problem = problemOf(rule);
      if (problem) throw new Error(`The fault cannot be used: ${problem}.`);
      const { id } = faults.add(rule);
      return {
        id,
        met: () => faults.list().find((armed) => armed.id === id)?.met ?? 0,
        remove: () => void faults.remove(id),
      };
    },
    clearFaults: () => faults.clear(),
    throttle: (throttling) => throttle.set(throttling),
    journal: (from) => journal.read(from),
    async dispatch(service, operation, input, caller = administrator) {
      const who = typeof caller === 'string' ? { accessKeyId: caller } : caller;
      const outgoing = await dispatcher.handle({
        service,
        operation,
        input,
        accessKeyId: who.accessKeyId ?? administrator,
        region: who.region ?? region,
        signal: never,
      });
      const { delivery, error, body } = outgoing;
      // A dripping answer arrives in the end, if the client waits; on no wire there is nothing to wait for.
      if (delivery && delivery.kind !== 'drip') throw new LostReply(delivery.kind, service, operation);
      if (error) throw error;
      return body;
    },
    async admin(service, method, path, body) {
      const found = home.services.get(service);
      if (!found?.admin) throw new Error(`The service ${service} has no admin API.`);
      return await found.admin(method, path, body);
    },
    async close(options) {
      for (const one of regions.values()) await one.close(options?.keep === true);
      clock.close();
      await blobs.close();
      await stateFile?.close();
    },
  };
  return {
    world,
    home,
    dispatcher,
    registry,
    principals,
    faults,
    throttle,
    journal,
    defect,
    changed,
    blobs,
    regions,
    enforce,
    setHost(value: string) {
      host = value;
    },
  };
}

/** A sandbox without a server: for thousands of rollouts in one process. Nothing is written anywhere by default. */
export const createWorld = (options: Omit<SandboxOptions, 'port'> = {}): World => build(options).world;

/** Starts a sandbox. Throws an Error that says what is wrong with the options, the folder or the port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const built = build(options);
  const { world, principals } = built;
  // Layers whose repository went in a crash.
  const kept = new Set(
    [...built.regions.values()].flatMap((one) =>
      [...one.repositories.byName.values()].flatMap(({ blobs }) => [...blobs.keys()]),
    ),
  );
  await built.blobs.collect((digest) => kept.has(digest));

  const environment = (principal: Principal | string = administrator): Readonly<Record<string, string>> => {
    const found = typeof principal === 'string' ? principals.find(principal) : principal;
    if (!found) throw new Error(`There is no principal with the access key id ${JSON.stringify(principal)}.`);
    return {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: world.region,
      // The aws CLI of version 1 reads only this one.
      AWS_DEFAULT_REGION: world.region,
      AWS_ACCESS_KEY_ID: found.accessKeyId,
      AWS_SECRET_ACCESS_KEY: found.secretAccessKey,
      ...(found.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: found.sessionToken }),
      AWS_EC2_METADATA_DISABLED: 'true',
      ...(world.clock.kind === 'virtual' ? { LANDFALL_CLOCK_URL: `${url}/_sandbox/clock` } : {}),
    };
  };
  let url = '';
  const admin = createAdminApi({
    clock: world.clock,
    principals,
    faults: built.faults,
    throttle: built.throttle,
    journal: built.journal,
    facts: () => ({
      accountId: world.accountId,
      region: world.region,
      tasks: world.tasks,
      enforce: built.enforce,
      requests: built.journal.total,
    }),
    environment: (accessKeyId) => environment(accessKeyId),
    service: (name) => built.home.services.get(name),
    changed: built.changed,
  });
  const server = createHttpServer({
    aws: createAwsEndpoint({ dispatcher: built.dispatcher, clock: world.clock, region: world.region }),
    registry: built.registry,
    admin,
    defect: built.defect,
  });
  let port: number;
  try {
    port = await listen(server, options.port ?? 0);
  } catch (error) {
    await world.close();
    throw error;
  }
  const registry = `127.0.0.1:${port}`;
  url = `http://${registry}`;
  built.setHost(registry);
  let closing: Promise<void> | undefined;
  return {
    ...world,
    url,
    registry,
    environment,
    close(options) {
      closing ??= stopListening(server).then(() => world.close(options));
      return closing;
    },
  };
}
