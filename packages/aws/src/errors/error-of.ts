import type { ErrorCode } from '@landfall/core/errors/catalogue';
import { type ErrorParts, LandfallError } from '@landfall/core/errors/landfall-error';
import { formatDuration } from '@landfall/core/time/duration';
import type { Failure } from './failure.ts';
import type { FailureClass } from './failure-class.ts';
import { refusalCode } from './refusal-code.ts';

export interface CallFacts {
  /** `ecs:DescribeServices`. */
  readonly operation: string;
  readonly region: string;
  readonly attempts: number;
  /** Local wall time, milliseconds since the epoch. */
  readonly now: number;
  readonly applied: 'no' | 'unknown';
}

type ErrorText = Pick<ErrorParts, 'summary' | 'remedy' | 'details'> & {
  readonly code: ErrorCode;
  readonly facts?: Readonly<Record<string, unknown>>;
};

/** A failed call, said in the product's words. Pure. */
export function errorOf(
  failure: Failure,
  failureClass: FailureClass,
  call: CallFacts,
  cause?: unknown,
): LandfallError {
  const { code, facts, ...parts } = say(failure, failureClass, call);
  return new LandfallError(code, {
    ...parts,
    facts: {
      operation: call.operation,
      region: call.region,
      code: failure.errno ?? failure.name,
      message: failure.message.slice(0, 2000),
      attempts: call.attempts,
      ...(failure.status !== undefined && { httpStatus: failure.status }),
      ...(failure.requestId !== undefined && { requestId: failure.requestId }),
      ...facts,
    },
    applied: call.applied,
    cause,
  });
}

function say(failure: Failure, failureClass: FailureClass, call: CallFacts): ErrorText {
  const { operation, region, attempts } = call;
  const { name, message } = failure;
  const times = attempts === 1 ? '' : ` after ${attempts} attempts`;
  switch (failureClass) {
    case 'throttled':
    case 'busy':
      return {
        code: 'THROTTLED',
        summary: `${operation} was throttled${attempts === 1 ? '' : ` ${attempts} times in a row`}: ${message || name}`,
      };
    case 'credentials-missing':
      return { code: 'CREDENTIALS_MISSING', summary: `no AWS credentials for ${operation}: ${message}` };
    case 'credentials-expired':
      return {
        code: 'CREDENTIALS_EXPIRED',
        summary: `the AWS credentials have expired (${operation}): ${message}`,
      };
    case 'credentials-refused':
      return {
        code: 'CREDENTIALS_REFUSED',
        summary: `AWS did not accept the credentials (${operation}): ${message}`,
      };
    case 'skewed':
    case 'clock':
      return skew(failure, call);
    case 'denied':
      return denied(message, operation);
    case 'region-missing':
      return { code: 'REGION_MISSING', summary: `no AWS region is set for ${operation}` };
    case 'cancelled':
      return { code: 'CANCELLED', summary: `${operation} was cancelled` };
    case 'not-sent':
      return {
        code: 'ENDPOINT_UNREACHABLE',
        summary: `no connection for ${operation} in ${region}${times}: ${message}`,
      };
    case 'lost':
      return { code: 'ENDPOINT_UNREACHABLE', summary: `${lostHow(failure, operation)}${times}` };
    case 'untrusted':
      return {
        code: 'ENDPOINT_UNREACHABLE',
        summary: `the certificate of the endpoint for ${operation} is not trusted: ${message}`,
        remedy:
          'Set NODE_EXTRA_CA_CERTS to the certificate of the authority that your proxy or endpoint uses.',
      };
    case 'unreadable':
      return {
        code: 'RESPONSE_INVALID',
        summary: `the response to ${operation} is not from AWS (HTTP ${failure.status}): ${message}`,
        remedy:
          'A proxy or a login page may have answered instead of AWS: check HTTPS_PROXY, NO_PROXY and AWS_ENDPOINT_URL.',
      };
    case 'refused':
      return {
        code: refusalCode(name, message, operation),
        summary: `${operation} in ${region} was refused: ${name}: ${message}`,
      };
    case 'internal':
      return { code: 'INTERNAL', summary: `${operation}: ${name}: ${message}` };
  }
}

function lostHow({ ended, status, name, message }: Failure, operation: string): string {
  if (ended === 'limit') return `${operation} got no response within its time limit`;
  if (status !== undefined && status >= 500)
    return `${operation} got a server error (HTTP ${status}, ${name})`;
  return `the response to ${operation} was lost: ${message}`;
}

function denied(message: string, operation: string): ErrorText {
  const { action, resource, deniedBy } = denialOf(message, operation);
  const on = resource ? ` on ${resource}` : '';
  const facts = { action, ...(resource && { resource }) };
  if (action === 'iam:PassRole') {
    return {
      code: 'ROLE_NOT_PASSABLE',
      summary: `${operation} needs to pass the role ${resource ?? '(not named)'} to ECS, but the caller is not allowed to`,
      remedy: `Allow iam:PassRole${on} with the condition iam:PassedToService = ecs-tasks.amazonaws.com.`,
      details: [message],
      facts,
    };
  }
  return {
    code: 'ACCESS_DENIED',
    summary: `the caller lacks ${action}${on}`,
    remedy: deniedBy
      ? `An explicit deny in a ${deniedBy} forbids ${action}; ask the owner of that policy.`
      : `Add ${action}${on} to the IAM role of this job.`,
    details: [message],
    facts,
  };
}

function skew({ message, serverDate }: Failure, { operation, now }: CallFacts): ErrorText {
  const server = Date.parse(serverDate ?? '');
  const local = new Date(now).toISOString();
  const apart = Number.isNaN(server)
    ? `the clock here reads ${local}`
    : `the clock here reads ${local}, AWS's ${new Date(server).toISOString()} (${formatDuration(Math.abs(now - server))} apart)`;
  return {
    code: 'CLOCK_SKEWED',
    summary: `AWS rejected the signature of ${operation} because of its time: ${apart}`,
    details: [message],
    facts: { localTime: local, ...(serverDate && { serverDate }) },
  };
}

interface Denial {
  /** The IAM action: `ecs:DescribeServices`. */
  readonly action: string;
  /** The resource's ARN, `*`, or undefined where AWS did not say. */
  readonly resource?: string;
  /** The kind of policy that denies explicitly, in AWS's words. */
  readonly deniedBy?: string;
}

/** What IAM calls an operation that has no action of its own name (Service Authorization Reference). */
const actions: Readonly<Record<string, string>> = { 's3:HeadObject': 's3:GetObject' };

/**
 * What AWS's sentence says: `User: … is not authorized to perform: ecs:RunTask on resource: arn:… because no
 * identity-based policy allows the ecs:RunTask action`. The operation's own action where it says nothing.
 */
function denialOf(message: string, operation: string): Denial {
  const action =
    /not authorized to perform:?\s+([a-z0-9-]+:[A-Za-z]+)/.exec(message)?.[1] ??
    actions[operation] ??
    operation;
  const resource = /on resource:\s*"?(\*|arn:[^\s"]+[^\s".,;])/.exec(message)?.[1];
  const deniedBy = /explicit deny in an? ([^.\n]+?policy)/.exec(message)?.[1];
  return { action, ...(resource && { resource }), ...(deniedBy && { deniedBy }) };
}
