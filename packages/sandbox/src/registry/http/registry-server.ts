import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Question } from '../../authorization/evaluate.ts';
import type { Principal } from '../../authorization/principals.ts';
import { uuid } from '../../clock/random.ts';
import type { Fault } from '../../faults/fault.ts';
import type { FaultBook } from '../../faults/fault-book.ts';
import { letPass } from '../../faults/let-pass.ts';
import type { Delivery } from '../../protocol/dispatcher.ts';
import type { Journal, OpenEntry } from '../../protocol/journal.ts';
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
import { createRegistryGate, type GateParts, type RegistryGate } from './registry-gate.ts';
import { failure, send } from './registry-reply.ts';
import {
  actionOf,
  type RegistryAnswer,
  type RegistryOperation,
  type Route,
  type RouteRequest,
  routeOf,
} from './route.ts';

interface RegistryParts extends GateParts {
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
export class RegistryServer {
  readonly #parts: RegistryParts;
  readonly #gate: RegistryGate;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
    this.#gate = createRegistryGate(parts);
  }

  async handle(message: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { clock, faults, journal, random, region } = this.#parts;
    const url = new URL(message.url ?? '/', 'http://registry');
    const route = routeOf(message.method ?? 'GET', decodePath(url.pathname));
    const operation = typeof route === 'string' ? 'Unknown' : route.operation;
    const requestId = uuid(random);
    const entry = journal.open({
      time: clock.now(),
      service: 'registry',
      operation,
      input: typeof route === 'string' ? { path: url.pathname } : describe(route, url.searchParams),
      region,
      requestId,
    });
    const met = faults.meet('registry', operation);
    if (met.main) entry.fault = met.main.kind;
    await letPass(clock, met.latency, signal);
    const delivery = deliveryOf(met.main);
    const request = { route, message, query: url.searchParams };
    const reply = await this.#reply(request, met.main, lostBefore(delivery), entry).catch((error: unknown) =>
      signal.aborted ? undefined : this.#failed(error, operation, entry),
    );
    if (reply === undefined) return;
    entry.status = reply.status;
    await send(response, reply, delivery, requestId, clock, met.clockOffset, signal);
  }

  async #reply(
    {
      route,
      message,
      query,
    }: { route: ReturnType<typeof routeOf>; message: IncomingMessage; query: URLSearchParams },
    fault: Fault | undefined,
    isLost: boolean,
    entry: OpenEntry,
  ): Promise<RegistryAnswer> {
    if (fault?.kind === 'error') throw toldTo(fault);
    if (isLost) return { status: 0 };
    if (typeof route === 'string') throw unroutable(route, message.method ?? '');
    const answer = await this.#parts.commit(() => this.#answer(route, message, query, entry));
    entry.applied = true;
    return answer;
  }

  async #answer(
    route: Route,
    message: IncomingMessage,
    query: URLSearchParams,
    entry: OpenEntry,
  ): Promise<RegistryAnswer> {
    const { repositories, accountId, blobs, clock, changed, pushed } = this.#parts;
    const principal = this.#gate.authenticate(message);
    entry.caller = principal?.arn ?? 'ecs';
    const note = (questions: readonly Question[]) => {
      entry.asked = [...(entry.asked ?? []), ...questions];
    };
    if (route.operation === 'Base') return { status: 200, headers: { 'Content-Length': '2' }, body: '{}' };
    this.#gate.allow(principal, actionOf(route.operation), route.repository, note);
    if (route.operation === 'ListRepositories') return listRepositories([...repositories.keys()], query);
    const repository = repositories.get(route.repository);
    if (!repository) {
      throw new RegistryFault(
        404,
        'NAME_UNKNOWN',
        `The repository with name '${route.repository}' does not exist in the registry with id '${accountId}'`,
      );
    }
    /** Mounting from a repository that the caller may not read is not an error: the client uploads the blob instead. */
    const readable = (name: string) =>
      this.#mayRead(principal, name, note) ? repositories.get(name) : undefined;
    const now = clock.now();
    return handlers[route.operation]({
      route,
      repository,
      query,
      message,
      blobs,
      now,
      readable,
      changed,
      pushed,
    });
  }

  #mayRead(
    principal: Principal | undefined,
    name: string,
    note: (questions: readonly Question[]) => void,
  ): boolean {
    try {
      this.#gate.allow(principal, 'ecr:GetDownloadUrlForLayer', name, note);
      return true;
    } catch {
      return false;
    }
  }

  #failed(error: unknown, operation: string, entry: OpenEntry): RegistryAnswer {
    if (!(error instanceof RegistryFault)) this.#parts.defect(error, `registry:${operation}`);
    const known =
      error instanceof RegistryFault
        ? error
        : new RegistryFault(
            500,
            'UNKNOWN',
            `A defect of the sandbox: ${error instanceof Error ? error.message : String(error)}`,
          );
    entry.code = known.code;
    return failure(known);
  }
}

/** The part of a fault that needs a wire. An error is none: it is an answer. */
const deliveryOf = (fault: Fault | undefined): Delivery | undefined =>
  fault && !['error', 'answer', 'stale', 'latency', 'clock'].includes(fault.kind)
    ? (fault as Delivery)
    : undefined;

const lostBefore = (delivery: Delivery | undefined): boolean =>
  delivery !== undefined && 'effect' in delivery
    ? delivery.effect !== 'applied'
    : delivery?.kind === 'hang' || delivery?.kind === 'html';

const toldTo = (fault: Extract<Fault, { kind: 'error' }>): RegistryFault =>
  new RegistryFault(
    fault.status ?? 500,
    fault.code,
    fault.message ?? 'As the sandbox was told to answer.',
    fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) },
  );

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
