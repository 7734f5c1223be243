import type { Aws } from '@landfall/core/world/aws';
import type { Clock } from '@landfall/core/world/clock';
import { AwsFault } from '@landfall/sandbox/api/aws-service';
import { asQueryError } from '@landfall/sandbox/protocol/http/query-protocol';
import { LostReply } from '@landfall/sandbox/protocol/lost-reply';
import type { LocalAws } from '@landfall/sandbox/sandbox';
import { asS3Error } from '@landfall/sandbox/services/s3/s3-answer';
import { retryBudget } from '../call/budget.ts';
import type { CallTable } from '../call/call-table.ts';
import { defaultLimits } from '../call/limits.ts';
import { openApi, type Send } from '../call/open-api.ts';
import type { CallContext } from '../call/perform.ts';
import { autoScalingCalls } from '../calls/auto-scaling.ts';
import { codeDeployCalls } from '../calls/codedeploy.ts';
import { ecrCalls } from '../calls/ecr.ts';
import { ecrPublicCalls, ecrPublicRegion } from '../calls/ecr-public.ts';
import { ecsCalls } from '../calls/ecs.ts';
import { elbv2Calls } from '../calls/elbv2.ts';
import { iamCalls } from '../calls/iam.ts';
import { logsCalls } from '../calls/logs.ts';
import { s3Calls } from '../calls/s3.ts';
import { schedulerCalls } from '../calls/scheduler.ts';
import { secretsManagerCalls } from '../calls/secrets-manager.ts';
import { ssmCalls } from '../calls/ssm.ts';
import { stsCalls } from '../calls/sts.ts';

interface InProcessOptions {
  /** Whose sleeps move virtual time: see `drivenClock`. */
  readonly clock: Clock;
  readonly accessKeyId?: string;
  readonly credentialsEnd?: Date;
}

const noAnswer = new DOMException('no answer', 'TimeoutError');

/** The product's calls to AWS, sent to a sandbox in this process: no SDK, no socket, no real timer. */
export function inProcessAws(world: LocalAws, options: InProcessOptions): Aws {
  const context: CallContext = {
    clock: options.clock,
    limits: defaultLimits,
    timeLimit(milliseconds) {
      const limit = new AbortController();
      world.clock.after(milliseconds, () => limit.abort(noAnswer));
      return limit.signal;
    },
    budget: retryBudget(),
    counts: {},
  };
  const open =
    <Api>(service: string, table: CallTable<Api>, home = world.region) =>
    async (region = home): Promise<Api> =>
      openApi({ service, region, send: sendTo(world, service, region, options) }, table, context);
  return {
    region: world.region,
    ecs: open('ecs', ecsCalls),
    ecr: open('ecr', ecrCalls),
    ecrPublic: open('ecr-public', ecrPublicCalls, ecrPublicRegion),
    logs: open('logs', logsCalls),
    sts: open('sts', stsCalls),
    secretsManager: open('secretsmanager', secretsManagerCalls),
    iam: open('iam', iamCalls),
    ssm: open('ssm', ssmCalls),
    s3: open('s3', s3Calls),
    elbv2: open('elasticloadbalancing', elbv2Calls),
    codeDeploy: open('codedeploy', codeDeployCalls),
    scheduler: open('scheduler', schedulerCalls),
    autoScaling: open('application-autoscaling', autoScalingCalls),
    ...(options.credentialsEnd && { credentialsEnd: options.credentialsEnd }),
    calls: () => ({ ...context.counts }),
  };
}

/** Dispatches in the sandbox, and makes of what it throws what the SDK throws. */
function sendTo(world: LocalAws, service: string, region: string, options: InProcessOptions): Send {
  const { accessKeyId, clock } = options;
  const caller = { region, ...(accessKeyId !== undefined && { accessKeyId }) };
  return async (operation, input, signal, onSent) => {
    onSent();
    try {
      const answer = await world.dispatch(service, operation, asJson(input), caller);
      // The latency of the answer may have taken longer than the client waits.
      signal.throwIfAborted();
      return { ...(answer as object), ...answered };
    } catch (thrown) {
      if (thrown instanceof AwsFault) throw asThrownBySdk(thrown, service, operation);
      if (!(thrown instanceof LostReply)) throw thrown;
      if (thrown.kind === 'empty' || thrown.kind === 'null') return answered;
      if (thrown.kind === 'html') throw { name: 'SyntaxError', message: "Unexpected token '<'", ...answered };
      if (thrown.kind === 'hang') {
        await clock.sleep(defaultLimits.attempt, signal);
        signal.throwIfAborted();
      }
      throw { name: 'Error', message: 'aborted', code: 'ECONNRESET' };
    }
  };
}

/** What the SDK adds to every answer; of one that is empty it makes this alone. */
const answered = { $metadata: { httpStatusCode: 200 } };

const queryServices = new Set(['sts', 'iam', 'elasticloadbalancing']);

function asThrownBySdk(fault: AwsFault, service: string, operation: string) {
  const { code, status } = onTheWire(fault, service);
  // The answer to HEAD has no body, so the SDK has the status alone.
  const isHead = service === 's3' && operation.startsWith('Head');
  return {
    ...fault.members,
    name: isHead ? (status === 404 ? 'NotFound' : 'Unknown') : code,
    message: isHead ? 'UnknownError' : fault.message,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status },
  };
}

const onTheWire = (fault: AwsFault, service: string) =>
  queryServices.has(service) ? asQueryError(fault) : service === 's3' ? asS3Error(fault) : fault;

/** Timestamps as the wire has them. */
function asJson(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(asJson);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asJson(item)]));
}
