import type { Server } from 'node:http';
import { createAdminApi } from './admin/admin-api.ts';
import { administrator, type Principal } from './authorization/principals.ts';
import { problemOf } from './faults/fault.ts';
import { createAwsEndpoint } from './protocol/http/aws-endpoint.ts';
import { createRestEndpoint } from './protocol/http/rest-endpoint.ts';
import { LostReply } from './protocol/lost-reply.ts';
import { createRepositories } from './registry/storage/repositories.ts';
import { buildParts, type Parts } from './server/assemble.ts';
import { createHttpServer, listen, stopListening } from './server/http-server.ts';
import type { LocalAws, Sandbox, SandboxOptions } from './server/sandbox-options.ts';
import { codedeploy } from './services/codedeploy/module.ts';
import { ecs } from './services/ecs/module.ts';

export type { Fault, InProcessCaller, LocalAws, Sandbox, SandboxOptions } from './server/sandbox-options.ts';

/** A sandbox without a server: for thousands of rollouts in one process. Nothing is written anywhere by default. */
export const createLocalAws = (options: Omit<SandboxOptions, 'port'> = {}): LocalAws =>
  localAws(buildParts(options));

function localAws(parts: Parts): LocalAws {
  const { clock, faults, principals, regions } = parts;
  const never = new AbortController().signal;
  return {
    accountId: parts.accountId,
    region: parts.region,
    clock,
    tasks: parts.tasks,
    ecs: regions.home.shared(ecs.create),
    codedeploy: regions.home.shared(codedeploy.create),
    addPrincipal(spec) {
      const principal = principals.add(spec);
      parts.changed();
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
    throttle: (throttling) => parts.throttle.set(throttling),
    journal: (from) => parts.journal.read(from),
    async dispatch(service, operation, input, caller = administrator) {
      const who = typeof caller === 'string' ? { accessKeyId: caller } : caller;
      const { delivery, error, body } = await parts.dispatcher.handle({
        service,
        operation,
        input,
        accessKeyId: who.accessKeyId ?? administrator,
        region: who.region ?? parts.region,
        signal: never,
      });
      // A dripping answer arrives in the end, if the client waits; on no wire there is nothing to wait for.
      if (delivery && delivery.kind !== 'drip') throw new LostReply(delivery.kind, service, operation);
      if (error) throw error;
      return body;
    },
    operations: (service) => Object.keys(regions.home.services.get(service)?.handlers ?? {}),
    async admin(service, method, path, body) {
      const found = regions.home.services.get(service);
      if (!found?.admin) throw new Error(`The service ${service} has no admin API.`);
      return await found.admin(method, path, body);
    },
    close: (options) => parts.close(options?.keep === true),
  };
}

/** Starts a sandbox. Throws an Error that says what is wrong with the options, the folder or the port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const parts = buildParts(options);
  const aws = localAws(parts);
  let url = '';
  const environment: Sandbox['environment'] = (principal) => environmentOf(parts, url, principal);
  const server = serverOf(parts, environment);
  try {
    await collectBlobs(parts);
    const registry = `127.0.0.1:${await listen(server, options.port ?? 0)}`;
    url = `http://${registry}`;
    parts.listensAt(registry);
    let closing: Promise<void> | undefined;
    return {
      ...aws,
      url,
      registry,
      environment,
      close(how) {
        closing ??= stopListening(server).then(() => aws.close(how));
        return closing;
      },
    };
  } catch (error) {
    await aws.close();
    throw error;
  }
}

function environmentOf(
  { principals, region, clock }: Parts,
  url: string,
  principal: Principal | string = administrator,
): Readonly<Record<string, string>> {
  const found = typeof principal === 'string' ? principals.find(principal) : principal;
  if (!found) throw new Error(`There is no principal with the access key id ${JSON.stringify(principal)}.`);
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    // The aws CLI of version 1 reads only this one.
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: found.accessKeyId,
    AWS_SECRET_ACCESS_KEY: found.secretAccessKey,
    ...(found.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: found.sessionToken }),
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(clock.kind === 'virtual' ? { LANDFALL_CLOCK_URL: `${url}/_sandbox/clock` } : {}),
  };
}

function serverOf(parts: Parts, environment: Sandbox['environment']): Server {
  const { accountId, region, tasks, enforce, journal, registry, defect } = parts;
  return createHttpServer({
    aws: createAwsEndpoint(parts),
    rest: createRestEndpoint(parts),
    registry,
    admin: createAdminApi({
      ...parts,
      facts: () => ({ accountId, region, tasks, enforce, requests: journal.total }),
      environment: (accessKeyId) => environment(accessKeyId),
      service: (name) => parts.regions.home.services.get(name),
    }),
    defect,
  });
}

/** Deletes layers whose repository went in a crash. */
async function collectBlobs({ regions, blobs }: Parts): Promise<void> {
  const kept = new Set<string>();
  for (const region of regions.all()) {
    for (const repository of region.shared(createRepositories).byName.values()) {
      for (const digest of repository.blobs.keys()) kept.add(digest);
    }
  }
  await blobs.collect((digest) => kept.has(digest));
}
