import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsFault, type AwsService } from '../api/aws-service.ts';
import type { Principal, PrincipalSpec, Principals } from '../authorization/principals.ts';
import type { SandboxClock, VirtualClock } from '../clock/clock.ts';
import { type FaultRule, problemOf } from '../faults/fault.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import type { Throttle, Throttling } from '../faults/throttle.ts';
import { own } from '../models/read-input.ts';
import type { Journal } from '../protocol/journal.ts';
import type { Commit } from '../state/state-file.ts';

export interface AdminParts {
  readonly clock: SandboxClock;
  readonly principals: Principals;
  readonly faults: FaultBook;
  readonly throttle: Throttle;
  readonly journal: Journal;
  /** Plain facts for `GET /_sandbox/health`. */
  facts(): Readonly<Record<string, unknown>>;
  environment(accessKeyId?: string): Readonly<Record<string, string>>;
  service(name: string): AwsService | undefined;
  changed(): void;
  readonly commit: Commit;
}

interface AdminRequest {
  readonly method: string;
  /** After `/_sandbox/`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** The body's members. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const notThere = (what: string) => new AwsFault('NotFound', `There is no ${what}.`, { status: 404 });
const wrong = (message: string) => new AwsFault('Invalid', message);

type Answer = (parts: AdminParts, request: AdminRequest) => unknown | Promise<unknown>;

const timeOf = ({ clock }: AdminParts) => ({ now: clock.now(), elapsed: clock.elapsed() });

function addFault({ faults }: AdminParts, { body }: AdminRequest) {
  const problem = problemOf(body);
  if (problem) throw wrong(`The fault cannot be used: ${problem}.`);
  return faults.add(body as FaultRule);
}

function removeFaults({ faults }: AdminParts, { path: [, id] }: AdminRequest) {
  if (id === undefined) faults.clear();
  else if (!faults.remove(Number(id))) throw notThere(`fault ${id}`);
  return {};
}

function readJournal({ journal }: AdminParts, { query }: AdminRequest) {
  const from = Number(query.get('from') ?? 1);
  if (!Number.isInteger(from)) throw wrong('"from" is a whole number.');
  return { total: journal.total, entries: journal.read(from) };
}

function createPrincipal(parts: AdminParts, { body }: AdminRequest) {
  const added = addPrincipal(parts.principals, body);
  parts.changed();
  return { ...added, environment: parts.environment(added.accessKeyId) };
}

function removePrincipal({ principals, changed }: AdminParts, { path: [, key] }: AdminRequest) {
  if (!principals.remove(String(key))) throw notThere(`principal ${key}`);
  changed();
  return {};
}

function showClock(parts: AdminParts) {
  const { clock } = parts;
  const next = clock.kind === 'virtual' ? (clock as VirtualClock).next() : undefined;
  return { kind: clock.kind, ...timeOf(parts), ...(next === undefined ? {} : { next }) };
}

/** By method and the first part of the path. */
const answers: Readonly<Record<string, Answer>> = {
  'GET health': (parts) => ({
    status: 'ok',
    ...parts.facts(),
    clock: { kind: parts.clock.kind, ...timeOf(parts) },
  }),
  'GET environment': (parts, { query }) => parts.environment(query.get('accessKeyId') ?? undefined),
  'GET journal': readJournal,
  'DELETE journal': ({ journal }) => journal.clear(),
  'GET faults': ({ faults }) => ({ faults: faults.list() }),
  'POST faults': addFault,
  'DELETE faults': removeFaults,
  'GET principals': ({ principals }) => ({ principals: principals.list().map(withoutSecret) }),
  'POST principals': createPrincipal,
  'DELETE principals': removePrincipal,
  'PUT throttling': ({ throttle }, { fields }) => throttle.set(checkThrottling(fields.throttling)),
  'GET clock': showClock,
};

async function answer(parts: AdminParts, request: AdminRequest): Promise<unknown> {
  const { method, path, body, fields } = request;
  const [first = ''] = path;
  const known = own(answers, `${method} ${first}`);
  if (known) return await known(parts, request);
  if (method === 'POST' && first === 'clock' && path[1] === 'sleep') {
    parts.changed();
    return await sleep(parts.clock, fields.milliseconds);
  }
  // `task-rules` is the ECS service's, and what everybody looks for first.
  const [name, rest] = first === 'task-rules' ? ['ecs', path] : [first, path.slice(1)];
  const service = parts.service(name);
  if (!service?.admin) throw notThere(`${method} /_sandbox/${path.join('/')}`);
  return await service.admin(method, rest, body);
}

/** The sandbox's own API, JSON under `/_sandbox/`. */
export function createAdminApi(parts: AdminParts) {
  return {
    async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
      let status = 200;
      let shown: unknown;
      try {
        const request = await readRequest(message);
        shown = (await parts.commit(() => answer(parts, request))) ?? {};
      } catch (error) {
        status = error instanceof AwsFault ? error.status : 500;
        shown = { error: error instanceof Error ? error.message : String(error) };
      }
      const text = JSON.stringify(shown);
      response.writeHead(status, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
      });
      response.end(text);
    },
  };
}

async function readRequest(message: IncomingMessage): Promise<AdminRequest> {
  const url = new URL(message.url ?? '/', 'http://sandbox');
  const path = url.pathname.split('/').slice(2).filter(Boolean).map(decodeURIComponent);
  const body = await readBody(message);
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return { method: message.method ?? 'GET', path, query: url.searchParams, body, fields };
}

export type AdminApi = ReturnType<typeof createAdminApi>;

/**
 * Moves virtual time, or waits in real time. Two clients that sleep at once each move virtual time by their own
 * amount: it is for one client at a time.
 */
async function sleep(clock: SandboxClock, milliseconds: unknown) {
  if (typeof milliseconds !== 'number' || !(milliseconds >= 0) || milliseconds > 366 * 86_400_000) {
    throw wrong('"milliseconds" is a number from 0 to a year.');
  }
  if (clock.kind === 'virtual') {
    (clock as VirtualClock).advance(milliseconds);
    // What the callbacks set going (promises of theirs) comes before the answer.
    await new Promise(setImmediate);
  } else await clock.sleep(milliseconds);
  return { now: clock.now(), elapsed: clock.elapsed() };
}

function addPrincipal(principals: Principals, body: unknown): Principal {
  try {
    return principals.add(body as PrincipalSpec);
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

const withoutSecret = ({ secretAccessKey: _, sessionToken: __, ...shown }: Principal) => shown;

function checkThrottling(value: unknown): Throttling {
  if (value === 'off' || value === 'aws') return value;
  const buckets = typeof value === 'object' && value !== null ? Object.values(value) : [];
  if (buckets.length > 0 && buckets.every((bucket) => bucket?.burst >= 1 && bucket?.perSecond >= 0)) {
    return value as Throttling;
  }
  throw wrong(
    '"throttling" is "off", "aws", or buckets by name: { "ecs:UpdateService": { "burst": 5, "perSecond": 1 } }.',
  );
}

async function readBody(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > 8 * 1024 * 1024) throw new AwsFault('TooLarge', 'The request is too large.', { status: 413 });
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  // A web page can send a form or plain text to a loopback port without asking; JSON it cannot.
  if (!/^application\/json\b/.test(message.headers['content-type'] ?? '')) {
    throw new AwsFault('Type', 'Send JSON, with Content-Type: application/json.', { status: 415 });
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw wrong('The request body is not JSON.');
  }
}
