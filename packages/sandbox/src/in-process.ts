import { type Expectation, unexpected } from '@landfall/aws/call/expectation';
import { defaultLimits, type Limits } from '@landfall/aws/call/limits';
import { isAmbiguous, mayRepeat, retryDelay } from '@landfall/aws/call/retry';
import { errorOf } from '@landfall/aws/errors/error-of';
import { type Failure, failureOf } from '@landfall/aws/errors/failure';
import { failureClass } from '@landfall/aws/errors/failure-class';
import type { Aws, CallOptions } from '@landfall/core/world/aws';
import type { Clock } from '@landfall/core/world/clock';
import { type CallRow, calls } from './in-process-calls.ts';
import { AwsFault } from './protocol/aws-service.ts';
import { LostReply } from './protocol/lost-reply.ts';
import { asQueryError } from './protocol/query-protocol.ts';
import type { InProcessCaller, World } from './sandbox-options.ts';

export interface InProcessOptions {
  /** Whose sleeps move virtual time: see `drivenClock`. */
  readonly clock: Clock;
  readonly accessKeyId?: string;
  readonly limits?: Partial<Limits>;
  readonly credentialsEnd?: Date;
}

type Service = keyof typeof calls;
/** packages/aws repeats a call so often. */
const usualAttempts = 8;

/**
 * The core's AWS straight over a sandbox in this process: no SDK, no socket, no real timer. Faults come as the
 * LandfallErrors that the real adapter makes of them.
 */
export function inProcessAws(world: World, options: InProcessOptions): Aws {
  const limits = { ...defaultLimits, ...options.limits };
  const counts: Record<string, number> = {};

  const attempt = async (
    service: Service,
    name: string,
    input: unknown,
    caller: InProcessCaller,
    row: CallRow,
    signal: AbortSignal | undefined,
  ) => {
    if (signal?.aborted)
      return failed({ name: 'AbortError', message: 'cut short' }, { sent: false, ended: 'caller' });
    counts[`${service}:${name}`] = (counts[`${service}:${name}`] ?? 0) + 1;
    try {
      const answer = await world.dispatch(service, name, input, caller);
      return judged(answer, row.expectation);
    } catch (error) {
      if (error instanceof AwsFault) return failed(asThrownBySdk(error, service), { sent: true });
      if (!(error instanceof LostReply)) throw error;
      switch (error.kind) {
        case 'hang': {
          await options.clock.sleep(limits.attempt, signal);
          const ended = signal?.aborted ? 'caller' : 'limit';
          return failed({ name: 'TimeoutError', message: 'no answer' }, { sent: true, ended });
        }
        case 'html':
          return failed(
            { name: 'SyntaxError', message: "Unexpected token '<'", $metadata: { httpStatusCode: 200 } },
            { sent: true },
          );
        case 'empty':
        case 'null':
          return judged({}, row.expectation);
        default:
          return failed({ name: 'Error', message: 'aborted', code: 'ECONNRESET' }, { sent: true });
      }
    }
  };

  const call = async (
    service: Service,
    name: string,
    region: string,
    row: CallRow,
    input: object,
    callOptions?: CallOptions,
  ): Promise<unknown> => {
    const { clock } = options;
    const kind =
      row.kind === 'by-token'
        ? 'clientToken' in input && input.clientToken
          ? 'repeatable'
          : 'once'
        : row.kind;
    const caller = {
      region,
      ...(options.accessKeyId === undefined ? {} : { accessKeyId: options.accessKeyId }),
    };
    const sent = asJsonInput(input);
    const start = clock.elapsed();
    let ambiguous = false;
    for (let number = 1; ; number++) {
      const ended = await attempt(service, name, sent, caller, row, callOptions?.signal);
      if ('answer' in ended) return ended.answer;
      const { failure } = ended;
      const reason = failureClass(failure);
      ambiguous ||= isAmbiguous(kind, reason, failure.sent);
      const delay = retryDelay(reason, number, clock.random(), failure.retryAfter);
      const goOn =
        mayRepeat(kind, reason, number) &&
        number < (row.attempts ?? usualAttempts) &&
        clock.elapsed() - start + delay < limits.call;
      if (goOn) await clock.sleep(delay, callOptions?.signal);
      if (goOn && !callOptions?.signal?.aborted) continue;
      throw errorOf(
        failure,
        goOn ? 'cancelled' : reason,
        {
          operation: `${service}:${name}`,
          region,
          attempts: number,
          now: clock.now(),
          applied: ambiguous ? 'unknown' : 'no',
        },
        ended.thrown,
      );
    }
  };

  const open = (service: Service, region: string) =>
    Object.fromEntries(
      Object.entries<CallRow>(calls[service]).map(([name, row]) => [
        name.charAt(0).toLowerCase() + name.slice(1),
        (input: object, callOptions?: CallOptions) => call(service, name, region, row, input, callOptions),
      ]),
    ) as never;

  return {
    region: world.region,
    ecs: async () => open('ecs', world.region),
    ecr: async (region = world.region) => open('ecr', region),
    ecrPublic: async () => open('ecr-public', 'us-east-1'),
    logs: async (region = world.region) => open('logs', region),
    sts: async () => open('sts', world.region),
    secretsManager: async (region = world.region) => open('secretsmanager', region),
    iam: async () => open('iam', world.region),
    ssm: async (region = world.region) => open('ssm', region),
    elbv2: async (region = world.region) => open('elasticloadbalancing', region),
    codeDeploy: async () => open('codedeploy', world.region),
    ...(options.credentialsEnd && { credentialsEnd: options.credentialsEnd }),
    calls: () => ({ ...counts }),
  };
}

type Ended = { readonly answer: unknown } | { readonly failure: Failure; readonly thrown: unknown };

const failed = (thrown: object, circumstances: Pick<Failure, 'sent' | 'ended'>): Ended => ({
  failure: failureOf(thrown, circumstances),
  thrown,
});

function judged(answer: unknown, expectation: Expectation): Ended {
  const problem = unexpected(answer, expectation);
  if (problem === undefined) return { answer };
  const answered = { $metadata: { httpStatusCode: 200 } };
  return {
    failure: { ...failureOf(answered, { sent: true }), message: `the field ${problem}` },
    thrown: undefined,
  };
}

function asThrownBySdk(fault: AwsFault, service: string) {
  const { code, status } = service === 'sts' ? asQueryError(fault) : fault;
  return {
    ...fault.members,
    name: code,
    message: fault.message,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status },
  };
}

/** Timestamps as the wire has them. */
function asJsonInput(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(asJsonInput);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asJsonInput(item)]));
}
