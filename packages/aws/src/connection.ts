import type { CallOptions } from '@landfall/core/world/aws';
import type { Expectation } from './call/expectation.ts';
import type { CallContext } from './call/perform.ts';
import { perform } from './call/perform.ts';
import type { CallKind } from './call/retry.ts';
import type { ProxiedAgent } from './proxied-agent.ts';
import { type Environment, endpointOf, type Settings } from './settings.ts';

/** Everything the clients of one run share. */
export interface Connection extends Omit<CallContext, 'region'> {
  readonly env: Environment;
  readonly settings: Settings;
  readonly userAgent: readonly (readonly [string, string])[];
  /** Requests sent, by `service:Operation`. */
  readonly counts: Record<string, number>;
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
    // `perform` is the one layer that retries; two layers multiply. See also `callerOf`, which takes the SDK's out.
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

export type Caller = <I extends object, O extends object>(
  operation: string,
  kind: CallKind | ((input: I) => CallKind),
  expectation: Expectation,
  send: (input: I, options: { abortSignal: AbortSignal }) => Promise<O>,
  options?: { readonly attempts?: number },
) => (input: I, options?: CallOptions) => Promise<O>;

/** A rate limit of one a second, shared by every deploy of the account, needs this many. */
const usualAttempts = 8;

/** Turns `client.send` into calls with limits, retries, judged answers and counted requests. */
export function callerOf(connection: Connection, service: string, region: string, client: Client): Caller {
  const leaving = new WeakMap<object, () => void>();
  // In place of the SDK's own retries, under their name, because the signing step is placed relative to it.
  client.middlewareStack.add((next) => next, {
    step: 'finalizeRequest',
    priority: 'high',
    name: 'retryMiddleware',
    override: true,
  });
  client.middlewareStack.add(
    (next) => (request) => {
      leaving.get(request.input)?.();
      return next(request);
    },
    // The last step before the wire: signed, resolved, about to leave.
    { step: 'deserialize', priority: 'low', name: 'landfallLeaving' },
  );
  return (name, kind, expectation, send, options) => (input, callOptions) => {
    const operation = `${service}:${name}`;
    return perform(
      {
        operation,
        kind: typeof kind === 'function' ? kind(input) : kind,
        attempts: options?.attempts ?? usualAttempts,
        expectation,
        send: (abortSignal, onSent) => {
          // A copy of its own, by which the middleware knows the attempt.
          const copy = { ...input };
          leaving.set(copy, () => {
            onSent();
            connection.counts[operation] = (connection.counts[operation] ?? 0) + 1;
          });
          return send(copy, { abortSignal });
        },
      },
      { ...connection, region },
      callOptions,
    );
  };
}

/** What we use of a client of the SDK, whichever it is. */
interface Client {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: each client types its middleware by its own inputs and outputs
    add(middleware: (next: any) => (request: { input: any }) => any, options: any): void;
  };
}
