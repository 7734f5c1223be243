import { LandfallError } from '@landfall/core/errors/landfall-error';
import type { Aws } from '@landfall/core/world/aws';
import type { Clock } from '@landfall/core/world/clock';
import { retryBudget } from './call/budget.ts';
import { defaultLimits, type Limits } from './call/limits.ts';
import type { Connection } from './connection.ts';
import { type Environment, settingsOf } from './settings.ts';

interface AwsOptions {
  readonly env: Environment;
  readonly clock: Clock;
  /** The operation's name, for the user agent: `run-task`. */
  readonly operation: string;
  /** Landfall's version, for the user agent. */
  readonly version: string;
  /** The CI host, for the user agent: `github`. */
  readonly host?: string;
  /** Before AWS_REGION, AWS_DEFAULT_REGION and the profile's. */
  readonly region?: string;
  readonly limits?: Partial<Limits>;
  /** How often one call is sent at most, instead of what its rule says. */
  readonly attempts?: number;
  /** Default: real time. An answer comes in real time, whatever `clock` is, and so does the end of waiting for it. */
  readonly timeLimit?: (milliseconds: number) => AbortSignal;
}

/**
 * AWS over the SDK. Nothing is loaded before a client is requested. A run without a region is fine as long as
 * it does not ask for one: then it is REGION_MISSING.
 */
export async function createAws(options: AwsOptions): Promise<Aws> {
  const { env, clock } = options;
  const settings = settingsOf(env);
  const region =
    options.region ??
    settings.region ??
    (settings.environmentOnly ? undefined : await (await import('./settings.ts')).regionOfProfile(env));
  const connection: Connection = {
    env,
    clock,
    settings,
    limits: { ...defaultLimits, ...options.limits },
    timeLimit: options.timeLimit ?? ((milliseconds) => AbortSignal.timeout(milliseconds)),
    budget: retryBudget(),
    counts: {},
    ...(options.attempts !== undefined && { attempts: options.attempts }),
    agent: settings.proxied ? new (await import('./proxied-agent.ts')).ProxiedAgent() : undefined,
    userAgent: [
      ['landfall', options.version],
      ['op', options.operation],
      ...(options.host ? ([['host', options.host]] as const) : []),
    ],
  };
  const home = (): string => {
    if (region === undefined)
      throw new LandfallError('REGION_MISSING', { summary: 'no AWS region is configured' });
    return region;
  };
  const ecs = once(async () => (await import('./services/ecs.ts')).openEcs(connection, home()));
  const ecr = perRegion(home, async (at) => (await import('./services/ecr.ts')).openEcr(connection, at));
  const ecrPublic = once(async () => (await import('./services/ecr-public.ts')).openEcrPublic(connection));
  const logs = perRegion(home, async (at) => (await import('./services/logs.ts')).openLogs(connection, at));
  const sts = once(async () => (await import('./services/sts.ts')).openSts(connection, home()));
  const secretsManager = perRegion(home, async (at) =>
    (await import('./services/secrets-manager.ts')).openSecretsManager(connection, at),
  );
  const iam = once(async () => (await import('./services/iam.ts')).openIam(connection, home()));
  const ssm = perRegion(home, async (at) => (await import('./services/ssm.ts')).openSsm(connection, at));
  const s3 = once(async () => (await import('./services/s3.ts')).openS3(connection, home()));
  const elbv2 = perRegion(home, async (at) =>
    (await import('./services/elbv2.ts')).openElbv2(connection, at),
  );
  const codeDeploy = once(async () =>
    (await import('./services/codedeploy.ts')).openCodeDeploy(connection, home()),
  );
  const scheduler = once(async () =>
    (await import('./services/scheduler.ts')).openScheduler(connection, home()),
  );
  const autoScaling = once(async () =>
    (await import('./services/auto-scaling.ts')).openAutoScaling(connection, home()),
  );
  return {
    get region() {
      return home();
    },
    ecs,
    ecr,
    ecrPublic,
    logs,
    sts,
    secretsManager,
    iam,
    ssm,
    s3,
    elbv2,
    codeDeploy,
    scheduler,
    autoScaling,
    // Only credentials from the environment are used as they are; every other source is asked again.
    ...(settings.credentials?.expiration && { credentialsEnd: settings.credentials.expiration }),
    calls: () => ({ ...connection.counts }),
  };
}

/** One client however often it is requested; a failure to open is not remembered. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open().catch((thrown) => {
      opened = undefined;
      throw thrown;
    });
    return opened;
  };
}

function perRegion<T>(
  home: () => string,
  open: (region: string) => Promise<T>,
): (region?: string) => Promise<T> {
  const opened = new Map<string, () => Promise<T>>();
  return async (region = home()) => {
    const client = opened.get(region) ?? once(() => open(region));
    opened.set(region, client);
    return client();
  };
}
