/**
 * The seam between the protocol (HTTP, signatures, permissions, faults, journal) and what a service does.
 * A service is a table of handlers over plain data, so it can be called over HTTP or in process.
 */
import type { Clock } from '@landfall/core/world/clock';

/** An error an AWS service answers with. `code` is the API's own name for it, e.g. `ServiceNotFoundException`. */
export class AwsFault extends Error {
  readonly code: string;
  readonly status: number;
  /** Modelled members besides the message, e.g. `resourceIds` of a ConflictException. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { status?: number; members?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.name = 'AwsFault';
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}

/** The account and region that a resource belongs to. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** Who calls, and for which account and region. */
export interface Caller extends Place {
  readonly accessKeyId: string;
  /** The ARN that GetCallerIdentity shows. */
  readonly arn: string;
}

export interface RequestContext {
  readonly caller: Caller;
  readonly clock: Clock;
  readonly requestId: string;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/**
 * Input: as JSON carries it, so a timestamp is epoch seconds and a blob base64 text, over HTTP and in process
 * alike. Answer: plain data that does not change afterwards; a `Date` for each timestamp (the protocol writes epoch
 * seconds, except CloudWatch Logs, whose API counts plain milliseconds), `undefined` for a member that is
 * absent.
 */
// biome-ignore lint/suspicious/noExplicitAny: a handler gets whatever the client sent and checks it
export type Handler = (input: any, context: RequestContext) => unknown | Promise<unknown>;

/** The condition keys of a request. */
export type Conditions = Readonly<Record<string, string | readonly string[]>>;

/** The resource ARNs and condition keys of a request, for the permission check. `*` where the API has no resource. */
export interface Authorization {
  /** IAM's name of what is done, where it is not the operation's own: `s3:GetObject` of HeadObject. */
  readonly action?: string;
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
  /** Further checks the same request implies, e.g. `iam:PassRole` on each role. */
  readonly also?: readonly {
    readonly action: string;
    readonly resource: string;
    readonly conditions?: Conditions;
  }[];
}

/** What one account has of an API in one region. */
export interface AwsService {
  readonly handlers: Readonly<Record<string, Handler>>;
  // biome-ignore lint/suspicious/noExplicitAny: see Handler
  authorize(operation: string, input: any, context: RequestContext): Authorization;
  /** The tags of a resource of the service, by its ARN: what a policy's `aws:ResourceTag/…` is compared with. */
  tagsOf?(arn: string): Readonly<Record<string, string>> | undefined;
  /** Plain JSON that brings the service back after a restart. */
  save(): unknown;
  restore(state: unknown): void;
  /**
   * The service's own part of the admin API, `/_sandbox/<name>/<path>`: plain data in, plain data out. An
   * AwsFault is shown as its message and status.
   */
  admin?(method: string, path: readonly string[], body: unknown): unknown | Promise<unknown>;
  /** Ends what the service started outside itself (containers, timers); `keep` leaves containers for a restart. */
  close?(options?: { readonly keep?: boolean }): void | Promise<void>;
}
