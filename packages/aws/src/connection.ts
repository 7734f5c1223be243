import type { CallContext } from './call/perform.ts';
import type { ProxiedAgent } from './proxied-agent.ts';
import { type Environment, endpointOf, type Settings } from './settings.ts';

/** Everything the clients of one run share. */
export interface Connection extends CallContext {
  readonly env: Environment;
  readonly settings: Settings;
  readonly userAgent: readonly (readonly [string, string])[];
  /** Made once, when a proxy is set. */
  readonly agent: ProxiedAgent | undefined;
}

/** The part of a client's configuration that is ours. `serviceId` as the SDK spells it: `ECR PUBLIC`. */
export function clientConfiguration(connection: Connection, serviceId: string, region: string) {
  const { settings, limits, agent, env, userAgent } = connection;
  const endpoint = endpointOf(env, serviceId);
  const { credentials } = settings;
  return {
    region,
    // `perform` is the one layer that retries; two layers multiply. See also `sdkSend`, which takes the SDK's out.
    retryMode: 'standard' as const,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: limits.connect,
      requestTimeout: limits.answer,
      throwOnRequestTimeout: true,
      ...(agent && { httpAgent: agent, httpsAgent: agent }),
    },
    customUserAgent: userAgent.map(([name, version]) => [name, version] as [string, string]),
    ...(endpoint !== undefined && { endpoint }),
    // A provider, never a bare triple, so that the SDK asks again when they expire.
    ...(credentials && { credentials: async () => credentials }),
    ...(settings.fips !== undefined && { useFipsEndpoint: settings.fips }),
    ...(settings.dualstack !== undefined && { useDualstackEndpoint: settings.dualstack }),
    ...(settings.environmentOnly && {
      useFipsEndpoint: settings.fips ?? false,
      useDualstackEndpoint: settings.dualstack ?? false,
      userAgentAppId: async () => settings.applicationId,
      // `endpointOf` has read what the environment says of endpoints.
      ignoreConfiguredEndpointUrls: true,
      disableClockSkewCorrection: async () => settings.disableClockSkewCorrection,
      authSchemePreference: async () => [],
    }),
  };
}
