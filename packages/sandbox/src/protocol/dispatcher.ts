import { AwsFault, type AwsService, type RequestContext } from '../api/aws-service.ts';
import { permit, questionsOf } from '../authorization/permit.ts';
import { callerOf, type Principal, type Principals } from '../authorization/principals.ts';
import type { SandboxClock } from '../clock/clock.ts';
import { uuid } from '../clock/random.ts';
import type { Fault } from '../faults/fault.ts';
import type { FaultBook, FaultsMet } from '../faults/fault-book.ts';
import { letPass } from '../faults/let-pass.ts';
import type { Throttle } from '../faults/throttle.ts';
import { checkRequest } from '../models/check-request.ts';
import type { Commit } from '../state/state-file.ts';
import type { Api } from './api.ts';
import type { Journal, OpenEntry } from './journal.ts';

export interface Incoming {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  readonly accessKeyId: string | undefined;
  /** Of the signature; the sandbox's own when there is none. */
  readonly region: string;
  readonly signal: AbortSignal;
  /** When the client says it signed the request; absent in process. */
  readonly signedAt?: number;
  /** What is wrong with the signature, found before the dispatcher was asked. */
  readonly refused?: AwsFault;
}

/** What is done to the answer on its way: the part of a fault that needs a wire. */
export type Delivery = Extract<
  Fault,
  { kind: 'hang' | 'drip' | 'reset' | 'truncate' | 'html' | 'empty' | 'null' }
>;

export interface Outgoing {
  readonly requestId: string;
  readonly status: number;
  readonly body: unknown;
  readonly error?: AwsFault;
  readonly retryAfter?: number;
  readonly delivery?: Delivery;
  /** Of the clock that stamps the answer. */
  readonly clockOffset: number;
}

interface DispatcherParts {
  readonly apis: readonly Api[];
  readonly clock: SandboxClock;
  readonly accountId: string;
  readonly partition: string;
  readonly principals: Principals;
  readonly enforce: boolean;
  readonly faults: FaultBook;
  readonly throttle: Throttle;
  readonly journal: Journal;
  readonly random: () => number;
  service(name: string, accountId: string, region: string): AwsService | undefined;
  /** What a request changed is kept before it is answered. */
  readonly commit: Commit;
  /** Called on a bug in the sandbox itself, which the client sees as a 500. */
  defect(error: unknown, where: string): void;
}

/** AWS refuses a signature older or newer than this. */
const skewAllowed = 5 * 60_000;
const serverErrors = /^(Internal|Server|ServiceUnavailable)/;

/** What comes of a request, apart from what is the same in every answer. */
type Outcome = Omit<Outgoing, 'requestId' | 'clockOffset'>;

/** Takes a request through faults, signature, throttling, checks and permissions to the handler of its operation. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #apis: ReadonlyMap<string, Api>;
  /** Answers by request, for faults that give the answer of last time. */
  readonly #remembered = new Map<string, unknown>();

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#apis = new Map(parts.apis.map((api) => [api.name, api]));
  }

  /** Never throws: an error is an answer. */
  async handle(request: Incoming): Promise<Outgoing> {
    const { clock, faults, journal, random } = this.#parts;
    const requestId = uuid(random);
    const entry = journal.open({
      time: clock.now(),
      service: request.service,
      operation: request.operation,
      input: request.input ?? {},
      region: request.region,
      requestId,
    });
    const met = faults.meet(request.service, request.operation);
    if (met.main) entry.fault = met.main.kind;
    else if (met.ids.length > 0) entry.fault = met.latency > 0 ? 'latency' : 'clock';
    await letPass(clock, met.latency, request.signal);
    const outcome = await this.#outcome(request, requestId, met, entry);
    entry.status = outcome.status;
    if (outcome.error) entry.code = outcome.error.code;
    return { requestId, clockOffset: met.clockOffset, ...outcome };
  }

  async #outcome(request: Incoming, requestId: string, met: FaultsMet, entry: OpenEntry): Promise<Outcome> {
    const fault = met.main;
    if (fault?.kind === 'error') return toldTo(fault);
    if (fault && skipsWork(fault)) return lostOr200(fault, undefined, { delivery: fault });
    const remembers = this.#parts.faults.remembers || fault?.kind === 'stale';
    const key = remembers ? JSON.stringify([request.service, request.operation, request.input]) : '';
    if (fault?.kind === 'stale' && this.#remembered.has(key))
      return { status: 200, body: this.#remembered.get(key) };
    const delivery = fault && isDelivery(fault) ? { delivery: fault } : {};
    try {
      const body = await this.#parts.commit(() => this.#work(request, requestId, met.clockOffset, entry));
      entry.applied = true;
      if (key) this.#remembered.set(key, body);
      return lostOr200(fault, fault?.kind === 'answer' ? override(body, fault) : body, delivery);
    } catch (error) {
      if (error instanceof AwsFault) return failed(error, delivery);
      this.#parts.defect(error, `${request.service}:${request.operation}`);
      const message = `A defect of the sandbox: ${error instanceof Error ? error.message : String(error)}`;
      return failed(new AwsFault('InternalFailure', message, { status: 500 }));
    }
  }

  /** What AWS does with a request that reaches it. */
  async #work(request: Incoming, requestId: string, offset: number, entry: OpenEntry): Promise<unknown> {
    const { clock, accountId, partition, throttle } = this.#parts;
    const api = this.#apis.get(request.service);
    if (request.refused) throw request.refused;
    const principal = this.#principalOf(request, api);
    const owner = principal === anyone ? { ...principal, accountId } : principal;
    const caller = callerOf(owner, request.region, partition);
    if (principal !== anyone) entry.caller = principal.arn;
    checkSkew(request.signedAt, clock, offset);
    if (!throttle.admit(`${caller.accountId}/${caller.region}`, request.service, request.operation)) {
      throw new AwsFault('ThrottlingException', 'Rate exceeded');
    }
    const service = this.#parts.service(request.service, caller.accountId, caller.region);
    const handler =
      service && Object.hasOwn(service.handlers, request.operation)
        ? service.handlers[request.operation]
        : undefined;
    if (!service || !handler) {
      throw new AwsFault(
        'UnknownOperationException',
        `The sandbox has no operation ${request.service}:${request.operation}.`,
      );
    }
    const context: RequestContext = { caller, clock, requestId, signal: request.signal };
    const input = checkRequest(api?.requests, request.operation, request.input ?? {});
    if (!api?.free?.includes(request.operation))
      this.#askPermission(principal, service, { ...request, input }, context, entry);
    return await handler(input, context);
  }

  #principalOf({ accessKeyId, operation }: Incoming, api: Api | undefined): Principal {
    if (accessKeyId === undefined && api?.unsigned?.includes(operation)) return anyone;
    return this.#parts.principals.authenticate(accessKeyId, this.#parts.clock.now());
  }

  #askPermission(
    principal: Principal,
    service: AwsService,
    { service: api, operation, input }: Incoming,
    context: RequestContext,
    entry: OpenEntry,
  ): void {
    if (!this.#parts.enforce || !principal.policies) return;
    const authorization = service.authorize(operation, input, context);
    const questions = questionsOf(principal, `${api}:${operation}`, authorization, {
      now: context.clock.now(),
      region: context.caller.region,
      partition: context.caller.partition,
      input,
      ...(service.tagsOf && { tagsOf: (arn) => service.tagsOf!(arn) }),
    });
    entry.asked = questions;
    permit(principal, questions);
  }
}

const lostOr200 = (fault: Fault | undefined, body: unknown, more: Partial<Outcome>): Outcome => ({
  status: isLost(fault) ? 0 : 200,
  body,
  ...more,
});

const failed = (error: AwsFault, more: Partial<Outcome> = {}): Outcome => ({
  status: error.status,
  body: undefined,
  error,
  ...more,
});

/** The error that a fault says. */
function toldTo(fault: Extract<Fault, { kind: 'error' }>): Outcome {
  const status = fault.status ?? (serverErrors.test(fault.code) ? 500 : 400);
  const error = new AwsFault(fault.code, fault.message ?? messageOf(fault.code), {
    status,
    ...(fault.members ? { members: { ...fault.members } } : {}),
  });
  return failed(error, fault.retryAfter === undefined ? {} : { retryAfter: fault.retryAfter });
}

const anyone: Principal = {
  accessKeyId: 'anonymous',
  secretAccessKey: '',
  accountId: '',
  arn: 'anonymous',
  userId: 'anonymous',
};

const isDelivery = (fault: Fault): fault is Delivery =>
  ['hang', 'drip', 'reset', 'truncate', 'html', 'empty', 'null'].includes(fault.kind);

/** A page from a proxy, silence and a refused connection come from before the service; the rest from after it. */
const skipsWork = (fault: Fault): fault is Delivery =>
  (fault.kind === 'reset' && fault.effect === 'none') ||
  ((fault.kind === 'hang' || fault.kind === 'html') && fault.effect !== 'applied') ||
  ((fault.kind === 'empty' || fault.kind === 'null') && fault.effect === 'none');

const isLost = (fault: Fault | undefined): boolean => fault?.kind === 'hang' || fault?.kind === 'reset';

const override = (body: unknown, fault: Extract<Fault, { kind: 'answer' }>): unknown =>
  fault.body !== undefined ? fault.body : { ...(body as object), ...fault.merge };

const messageOf = (code: string): string =>
  code === 'ThrottlingException'
    ? 'Rate exceeded'
    : code === 'ExpiredTokenException'
      ? 'The security token included in the request is expired'
      : `${code}, as the sandbox was told to answer`;

function checkSkew(signedAt: number | undefined, clock: SandboxClock, offset: number): void {
  // Virtual time has nothing to do with the time at which the client signed.
  if (signedAt === undefined || (clock.kind === 'virtual' && offset === 0)) return;
  const now = (clock.kind === 'virtual' ? Date.now() : clock.now()) + offset;
  if (Math.abs(now - signedAt) <= skewAllowed) return;
  const basic = (time: number) => new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const message =
    signedAt < now
      ? `Signature expired: ${basic(signedAt)} is now earlier than ${basic(now - skewAllowed)} (${basic(now)} - 5 min.)`
      : `Signature not yet current: ${basic(signedAt)} is still later than ${basic(now + skewAllowed)} (${basic(now)} + 5 min.)`;
  throw new AwsFault('InvalidSignatureException', message);
}
