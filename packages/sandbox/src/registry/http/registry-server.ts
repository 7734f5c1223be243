import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Question } from '../../authorization/evaluate.ts';
import type { FaultBook } from '../../faults/fault-book.ts';
import { letPass } from '../../faults/let-pass.ts';
import type { Delivery } from '../../protocol/dispatcher.ts';
import type { Journal, OpenEntry } from '../../protocol/journal.ts';
import { uuid } from '../../random.ts';
import type { Commit } from '../../state/state-file.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Repository } from '../storage/repository.ts';
import {
  cancelUpload,
  deleteBlob,
  getBlob,
  getUpload,
  patchUpload,
  putUpload,
  startUpload,
} from './blob-routes.ts';
import {
  deleteManifest,
  getManifest,
  listReferrers,
  listRepositories,
  listTags,
  putManifest,
} from './manifest-routes.ts';
import { RegistryFault } from './registry-fault.ts';
import { createRegistryGate, type GateParts } from './registry-gate.ts';
import { failure, send } from './registry-reply.ts';
import {
  actionOf,
  type RegistryAnswer,
  type RegistryOperation,
  type Route,
  type RouteRequest,
  routeOf,
} from './route.ts';

export interface RegistryParts extends GateParts {
  readonly repositories: ReadonlyMap<string, Repository>;
  readonly blobs: BlobStore;
  readonly faults: FaultBook;
  readonly journal: Journal;
  readonly random: () => number;
  changed(): void;
  readonly commit: Commit;
  pushed(repository: Repository, digest: string): void;
  defect(error: unknown, where: string): void;
}

const handlers: Readonly<
  Record<
    Exclude<RegistryOperation, 'Base' | 'ListRepositories'>,
    (request: RouteRequest) => RegistryAnswer | Promise<RegistryAnswer>
  >
> = {
  ListTags: listTags,
  ListReferrers: listReferrers,
  HeadManifest: getManifest,
  GetManifest: getManifest,
  PutManifest: putManifest,
  DeleteManifest: deleteManifest,
  HeadBlob: getBlob,
  GetBlob: getBlob,
  DeleteBlob: deleteBlob,
  StartUpload: startUpload,
  GetUpload: getUpload,
  PatchUpload: patchUpload,
  PutUpload: putUpload,
  CancelUpload: cancelUpload,
};

/**
 * A registry as Docker and OCI clients speak to it, with ECR's rules: a login of user AWS and a password from
 * GetAuthorizationToken, repositories that must exist, tags that may be immutable, permissions as in IAM.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export function createRegistryServer(parts: RegistryParts) {
  const { clock, faults, journal } = parts;
  const { authenticate, allow } = createRegistryGate(parts);

  const answer = async (
    route: Route,
    message: IncomingMessage,
    query: URLSearchParams,
    entry: OpenEntry,
  ): Promise<RegistryAnswer> => {
    const principal = authenticate(message);
    entry.caller = principal?.arn ?? 'ecs';
    const note = (questions: readonly Question[]) => {
      entry.asked = [...(entry.asked ?? []), ...questions];
    };
    if (route.operation === 'Base') return { status: 200, headers: { 'Content-Length': '2' }, body: '{}' };
    allow(principal, actionOf(route.operation), route.repository, note);
    if (route.operation === 'ListRepositories')
      return listRepositories([...parts.repositories.keys()], query);
    const repository = parts.repositories.get(route.repository);
    if (!repository) {
      throw new RegistryFault(
        404,
        'NAME_UNKNOWN',
        `The repository with name '${route.repository}' does not exist in the registry with id '${parts.accountId}'`,
      );
    }
    return handlers[route.operation]({
      route,
      repository,
      query,
      message,
      blobs: parts.blobs,
      now: clock.now(),
      readable(name) {
        try {
          allow(principal, 'ecr:GetDownloadUrlForLayer', name, note);
        } catch {
          // Mounting from a repository one may not read is no error: the client uploads the blob instead.
          return undefined;
        }
        return parts.repositories.get(name);
      },
      changed: parts.changed,
      pushed: parts.pushed,
    });
  };

  return {
    async handle(message: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
      const url = new URL(message.url ?? '/', 'http://registry');
      const route = routeOf(message.method ?? 'GET', decodePath(url.pathname));
      const operation = typeof route === 'string' ? 'Unknown' : route.operation;
      const requestId = uuid(parts.random);
      const entry = journal.open({
        time: clock.now(),
        service: 'registry',
        operation,
        input: typeof route === 'string' ? { path: url.pathname } : describe(route, url.searchParams),
        region: parts.region,
        requestId,
      });
      const met = faults.meet('registry', operation);
      const fault = met.main;
      if (fault) entry.fault = fault.kind;
      await letPass(clock, met.latency, signal);

      let reply: RegistryAnswer;
      let delivery: Delivery | undefined;
      try {
        if (fault?.kind === 'error') {
          throw new RegistryFault(
            fault.status ?? 500,
            fault.code,
            fault.message ?? 'As the sandbox was told to answer.',
            fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) },
          );
        }
        delivery =
          fault &&
          fault.kind !== 'answer' &&
          fault.kind !== 'stale' &&
          fault.kind !== 'latency' &&
          fault.kind !== 'clock'
            ? fault
            : undefined;
        const lostBefore =
          delivery && 'effect' in delivery
            ? delivery.effect !== 'applied'
            : delivery?.kind === 'hang' || delivery?.kind === 'html';
        if (lostBefore) reply = { status: 0 };
        else {
          if (typeof route === 'string') throw unroutable(route, message.method ?? '');
          reply = await parts.commit(() => answer(route, message, url.searchParams, entry));
          entry.applied = true;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof RegistryFault)) parts.defect(error, `registry:${operation}`);
        const known =
          error instanceof RegistryFault
            ? error
            : new RegistryFault(
                500,
                'UNKNOWN',
                `A defect of the sandbox: ${error instanceof Error ? error.message : String(error)}`,
              );
        entry.code = known.code;
        reply = failure(known);
      }
      entry.status = reply.status;
      await send(response, reply, delivery, requestId, clock, met.clockOffset, signal);
    },
  };
}

export type RegistryServer = ReturnType<typeof createRegistryServer>;

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const describe = (route: Route, query: URLSearchParams) => ({
  ...(route.repository ? { repository: route.repository } : {}),
  ...(route.reference ? { reference: route.reference } : {}),
  ...Object.fromEntries(query),
});

const unroutable = (reason: 'unknown' | 'unsupported', method: string) =>
  reason === 'unknown'
    ? new RegistryFault(404, 'NOT_FOUND', 'The registry has no such path.')
    : new RegistryFault(405, 'UNSUPPORTED', `The registry does not ${method} this.`);
