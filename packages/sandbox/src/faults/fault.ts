import { countProblem, isObject, strangeMember } from '../api/json-members.ts';

/** What goes wrong with a request. `effect` says whether the service did the work before it went wrong. */
export type Fault =
  /** An error answer. Nothing is done. */
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly message?: string;
      /** HTTP status; default 400, or 500 for codes AWS answers so (InternalFailure, ServerException …). */
      readonly status?: number;
      readonly members?: Readonly<Record<string, unknown>>;
      /** Sent as Retry-After. */
      readonly retryAfter?: number;
    }
  /** The answer comes later. In virtual time the request takes so long by moving the clock. */
  | { readonly kind: 'latency'; readonly milliseconds: number }
  /** No answer, ever; the connection stays open. Nothing is done. */
  | { readonly kind: 'hang'; readonly effect?: 'none' | 'applied' }
  /** The right answer, a few bytes at a time. */
  | { readonly kind: 'drip'; readonly bytes?: number; readonly everyMilliseconds?: number }
  /** The connection is reset: before the work is done, or after it, so that only the answer is lost. */
  | { readonly kind: 'reset'; readonly effect: 'none' | 'applied' }
  /** The right answer's headers and the first half of its body, then a reset. */
  | { readonly kind: 'truncate' }
  /** 200 with a web page, as a captive proxy answers. Nothing is done. */
  | { readonly kind: 'html'; readonly effect?: 'none' | 'applied' }
  /** 200 with nothing. */
  | { readonly kind: 'empty'; readonly effect?: 'none' | 'applied' }
  /** 200 with `null`. */
  | { readonly kind: 'null'; readonly effect?: 'none' | 'applied' }
  /** The right answer with members replaced (`merge`), or another answer altogether (`body`). */
  | {
      readonly kind: 'answer';
      readonly merge?: Readonly<Record<string, unknown>>;
      readonly body?: unknown;
    }
  /** The answer that the same request got last time, if there was one. */
  | { readonly kind: 'stale' }
  /** The Date header, and the clock that signatures are judged by, are off by so much. */
  | { readonly kind: 'clock'; readonly offsetMilliseconds: number };

/** Which requests a fault meets. Absent members match everything. */
export interface FaultRule {
  /** `ecs`, `ecr`, `logs`, … or `registry` for the OCI registry. */
  readonly service?: string;
  /** As in the API (`UpdateService`); for the registry `PutManifest`, `StartUpload`, … */
  readonly operation?: string;
  /** From which matching request on, counted from when the rule is added. Default 1. */
  readonly from?: number;
  /** How many matching requests it meets. Default: all from `from` on. */
  readonly count?: number;
  /** Meets each of them only with this probability, drawn from the sandbox's seed. */
  readonly probability?: number;
  readonly fault: Fault;
}

export interface ArmedFault {
  readonly id: number;
  readonly rule: FaultRule;
  /** Matching requests seen so far. */
  readonly seen: number;
  /** Requests it met. */
  readonly met: number;
}

const members: Readonly<Record<Fault['kind'], readonly string[]>> = {
  error: ['code', 'message', 'status', 'members', 'retryAfter'],
  latency: ['milliseconds'],
  hang: ['effect'],
  drip: ['bytes', 'everyMilliseconds'],
  reset: ['effect'],
  truncate: [],
  html: ['effect'],
  empty: ['effect'],
  null: ['effect'],
  answer: ['merge', 'body'],
  stale: [],
  clock: ['offsetMilliseconds'],
};

/** The problem with a rule that came as JSON, or undefined. */
export function problemOf(rule: unknown): string | undefined {
  if (!isObject(rule)) return 'a fault rule is an object';
  const { fault, probability } = rule as Partial<FaultRule>;
  const strange = strangeMember(rule, ['service', 'operation', 'from', 'count', 'probability', 'fault']);
  if (strange !== undefined) return strange;
  if (!isObject(fault) || !Object.hasOwn(members, String(fault.kind))) {
    return `"fault.kind" is one of ${Object.keys(members).join(', ')}`;
  }
  const strangeInFault = strangeMember(fault, ['kind', ...members[fault.kind]]);
  if (strangeInFault !== undefined) return `in "fault", ${strangeInFault}`;
  if (fault.kind === 'error' && typeof fault.code !== 'string') return 'an error fault has a "code"';
  if (fault.kind === 'latency' && !(fault.milliseconds >= 0))
    return '"fault.milliseconds" is a number from 0';
  if (fault.kind === 'reset' && fault.effect !== 'none' && fault.effect !== 'applied') {
    return '"fault.effect" of a reset is "none" or "applied"';
  }
  if (fault.kind === 'clock' && !Number.isFinite(fault.offsetMilliseconds)) {
    return '"fault.offsetMilliseconds" is a number';
  }
  const counts = countProblem(rule, ['from', 'count'], 1);
  if (counts !== undefined) return counts;
  if (probability !== undefined && !(probability >= 0 && probability <= 1))
    return '"probability" is from 0 to 1';
  return undefined;
}
