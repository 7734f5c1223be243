import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/**
 * What the environment alone says. Where it says everything, the SDK is told so and reads no file and loads no
 * other source of credentials: that is most of the time between start and first request that can be saved.
 */
export interface Settings {
  readonly region?: string;
  readonly credentials?: Credentials;
  /** There is no profile and no configuration file, so what the environment does not say is the default. */
  readonly environmentOnly: boolean;
  readonly fips?: boolean;
  readonly dualstack?: boolean;
  readonly applicationId?: string;
  /** Requests are signed with this machine's time even when AWS says that it is wrong. */
  readonly disableClockSkewCorrection: boolean;
  readonly proxied: boolean;
}

export function settingsOf(env: Environment, fileExists: (path: string) => boolean = existsSync): Settings {
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  const fips = flag(env.AWS_USE_FIPS_ENDPOINT);
  const dualstack = flag(env.AWS_USE_DUALSTACK_ENDPOINT);
  const credentials = env.AWS_PROFILE ? undefined : credentialsOf(env);
  const file = env.AWS_CONFIG_FILE || join(env.HOME || homedir(), '.aws', 'config');
  return {
    ...(region && { region }),
    ...(credentials && { credentials }),
    ...(fips !== undefined && { fips }),
    ...(dualstack !== undefined && { dualstack }),
    ...(env.AWS_SDK_UA_APP_ID && { applicationId: env.AWS_SDK_UA_APP_ID }),
    environmentOnly: !env.AWS_PROFILE && !fileExists(file),
    disableClockSkewCorrection: flag(env.AWS_DISABLE_CLOCK_SKEW_CORRECTION) ?? false,
    proxied: proxyVariables.some((name) => env[name] || env[name.toLowerCase()]),
  };
}

const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];

const flag = (text: string | undefined) => (text === 'true' ? true : text === 'false' ? false : undefined);

function credentialsOf(env: Environment): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  const expiration = new Date(env.AWS_CREDENTIAL_EXPIRATION ?? '');
  return {
    accessKeyId,
    secretAccessKey,
    ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
    ...(!Number.isNaN(expiration.getTime()) && { expiration }),
  };
}

/** `AWS_ENDPOINT_URL_<SERVICE>`, then `AWS_ENDPOINT_URL` (AWS SDKs and Tools Reference, "Service-specific endpoints"). */
export function endpointOf(env: Environment, serviceId: string): string | undefined {
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return undefined;
  const own = env[`AWS_ENDPOINT_URL_${serviceId.toUpperCase().replaceAll(' ', '_')}`];
  return own || env.AWS_ENDPOINT_URL || undefined;
}

/** The region of the profile in the shared configuration files, for a terminal where no variable names one. */
export async function regionOfProfile(env: Environment): Promise<string | undefined> {
  // The SDK's own reader of these files; it is in the bundle because every client holds it.
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles({
    ...(env.AWS_CONFIG_FILE && { configFilepath: env.AWS_CONFIG_FILE }),
    ...(env.AWS_SHARED_CREDENTIALS_FILE && { filepath: env.AWS_SHARED_CREDENTIALS_FILE }),
  });
  const profile = env.AWS_PROFILE || 'default';
  return configFile[profile]?.region || credentialsFile[profile]?.region || undefined;
}
