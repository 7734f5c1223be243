import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CallFacts, errorOf } from './error-of.ts';
import { type Failure, failureOf } from './failure.ts';
import { failureClass } from './failure-class.ts';

const call: CallFacts = {
  operation: 'ecs:DescribeServices',
  region: 'eu-west-1',
  attempts: 1,
  now: Date.UTC(2030, 0, 1),
  applied: 'no',
};

/** An error as AWS answers it. */
const answered = (name: string, message = '', more: Partial<Failure> = {}): Failure => ({
  name,
  message,
  status: 400,
  modelled: true,
  skewCorrected: false,
  sent: true,
  ...more,
});
/** An error of the network or of this machine. */
const local = (name: string, message: string, more: Partial<Failure> = {}): Failure => ({
  name,
  message,
  modelled: false,
  skewCorrected: false,
  sent: false,
  ...more,
});

const user = 'User: arn:aws:sts::123456789012:assumed-role/ci/1';
const role = 'arn:aws:iam::123456789012:role/web-execution';

const cases: [name: string, failure: Failure, cls: string, code: string, summary: string, remedy?: string][] =
  [
    [
      'a permission that no policy gives',
      answered(
        'AccessDeniedException',
        `${user} is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action`,
      ),
      'denied',
      'ACCESS_DENIED',
      'the caller lacks ecr:GetAuthorizationToken on *',
      'Add ecr:GetAuthorizationToken on * to the IAM role of this job.',
    ],
    [
      'a permission that a policy takes away',
      answered(
        'AccessDeniedException',
        `${user} is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:eu-west-1:1:service/a/b with an explicit deny in a service control policy`,
      ),
      'denied',
      'ACCESS_DENIED',
      'the caller lacks ecs:UpdateService on arn:aws:ecs:eu-west-1:1:service/a/b',
      'An explicit deny in a service control policy forbids ecs:UpdateService; ask the owner of that policy.',
    ],
    [
      'a denial without words',
      answered('AccessDenied'),
      'denied',
      'ACCESS_DENIED',
      'the caller lacks ecs:DescribeServices',
    ],
    [
      'a denial of HEAD, whose answer has no body',
      answered('Unknown', 'UnknownError', { status: 403 }),
      'denied',
      'ACCESS_DENIED',
      'the caller lacks ecs:DescribeServices',
    ],
    [
      'D24: a role that may not be passed',
      answered(
        'AccessDeniedException',
        `${user} is not authorized to perform: iam:PassRole on resource: ${role} because …`,
      ),
      'denied',
      'ROLE_NOT_PASSABLE',
      `ecs:DescribeServices needs to pass the role ${role} to ECS, but the caller is not allowed to`,
      `Allow iam:PassRole on ${role} with the condition iam:PassedToService = ecs-tasks.amazonaws.com.`,
    ],
    [
      'D24: the same under the name ClientException',
      answered('ClientException', `${user} is not authorized to perform: iam:PassRole on resource: ${role}`),
      'denied',
      'ROLE_NOT_PASSABLE',
      `ecs:DescribeServices needs to pass the role ${role} to ECS, but the caller is not allowed to`,
    ],
    [
      'an expired token',
      answered('ExpiredTokenException', 'The security token included in the request is expired'),
      'credentials-expired',
      'CREDENTIALS_EXPIRED',
      'the AWS credentials have expired (ecs:DescribeServices): The security token included in the request is expired',
    ],
    [
      'an expired SSO session',
      local('CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
      'credentials-expired',
      'CREDENTIALS_EXPIRED',
      'the AWS credentials have expired (ecs:DescribeServices): The SSO session associated with this profile has expired.',
    ],
    [
      'no credentials',
      local('CredentialsProviderError', 'Could not load credentials from any providers'),
      'credentials-missing',
      'CREDENTIALS_MISSING',
      'no AWS credentials for ecs:DescribeServices: Could not load credentials from any providers',
    ],
    [
      'an access key that AWS does not know',
      answered('UnrecognizedClientException', 'The security token included in the request is invalid.'),
      'credentials-refused',
      'CREDENTIALS_REFUSED',
      'AWS did not accept the credentials (ecs:DescribeServices): The security token included in the request is invalid.',
    ],
    [
      'a throttle',
      answered('ThrottlingException', 'Rate exceeded'),
      'throttled',
      'THROTTLED',
      'ecs:DescribeServices was throttled: Rate exceeded',
    ],
    [
      'a throttle by status alone',
      local('Error', 'Too Many Requests', { status: 429, sent: true }),
      'throttled',
      'THROTTLED',
      'ecs:DescribeServices was throttled: Too Many Requests',
    ],
    [
      'a quota, which is not a throttle',
      answered('LimitExceededException', 'The limit for task definitions was reached.'),
      'refused',
      'REQUEST_REFUSED',
      'ecs:DescribeServices in eu-west-1 was refused: LimitExceededException: The limit for task definitions was reached.',
    ],
    [
      'a cluster that does not exist',
      answered('ClusterNotFoundException', 'Cluster not found.'),
      'refused',
      'NOT_FOUND',
      'ecs:DescribeServices in eu-west-1 was refused: ClusterNotFoundException: Cluster not found.',
    ],
    [
      'a task definition that does not exist',
      answered('ClientException', 'Unable to describe task definition.'),
      'refused',
      'NOT_FOUND',
      'ecs:DescribeServices in eu-west-1 was refused: ClientException: Unable to describe task definition.',
    ],
    [
      'D17: too many deployments',
      answered('InvalidParameterException', 'Unable to update service: 5 active deployments exist.'),
      'refused',
      'TOO_MANY_DEPLOYMENTS',
      'ecs:DescribeServices in eu-west-1 was refused: InvalidParameterException: Unable to update service: 5 active deployments exist.',
    ],
    [
      'a parameter that is wrong',
      answered('InvalidParameterException', 'Invalid revision number.'),
      'refused',
      'REQUEST_REFUSED',
      'ecs:DescribeServices in eu-west-1 was refused: InvalidParameterException: Invalid revision number.',
    ],
    [
      'a server error',
      answered('ServerException', 'Service Unavailable', { status: 503 }),
      'lost',
      'ENDPOINT_UNREACHABLE',
      'ecs:DescribeServices got a server error (HTTP 503, ServerException)',
    ],
    [
      'a server error that tells the time is still one, and no reason to send a write again',
      answered('ServerException', 'Internal', { status: 500, skewCorrected: true }),
      'lost',
      'ENDPOINT_UNREACHABLE',
      'ecs:DescribeServices got a server error (HTTP 500, ServerException)',
    ],
    [
      'a gateway’s page',
      local('SyntaxError', 'Unexpected token <', { status: 502, sent: true }),
      'lost',
      'ENDPOINT_UNREACHABLE',
      'ecs:DescribeServices got a server error (HTTP 502, SyntaxError)',
    ],
    [
      'a page with status 403',
      local('SyntaxError', 'Unexpected token <', { status: 403, sent: true }),
      'unreadable',
      'RESPONSE_INVALID',
      'the response to ecs:DescribeServices is not from AWS (HTTP 403): Unexpected token <',
      'A proxy or a login page may have answered instead of AWS: check HTTPS_PROXY, NO_PROXY and AWS_ENDPOINT_URL.',
    ],
    [
      'no such host',
      local('Error', 'getaddrinfo ENOTFOUND ecs.eu-west-9.amazonaws.com', { errno: 'ENOTFOUND', sent: true }),
      'not-sent',
      'ENDPOINT_UNREACHABLE',
      'no connection for ecs:DescribeServices in eu-west-1: getaddrinfo ENOTFOUND ecs.eu-west-9.amazonaws.com',
    ],
    [
      'a connection that does not come to stand in time',
      local('TimeoutError', '… the request socket did not establish a connection with the server within …', {
        sent: true,
      }),
      'not-sent',
      'ENDPOINT_UNREACHABLE',
      'no connection for ecs:DescribeServices in eu-west-1: … the request socket did not establish a connection with the server within …',
    ],
    [
      'a reset',
      local('Error', 'read ECONNRESET', { errno: 'ECONNRESET', sent: true }),
      'lost',
      'ENDPOINT_UNREACHABLE',
      'the response to ecs:DescribeServices was lost: read ECONNRESET',
    ],
    [
      'our own time limit',
      local('AbortError', 'Request aborted', { ended: 'limit', sent: true }),
      'lost',
      'ENDPOINT_UNREACHABLE',
      'ecs:DescribeServices got no response within its time limit',
    ],
    [
      'a certificate that is not trusted',
      local('Error', 'self-signed certificate in certificate chain', {
        errno: 'SELF_SIGNED_CERT_IN_CHAIN',
        sent: true,
      }),
      'untrusted',
      'ENDPOINT_UNREACHABLE',
      'the certificate of the endpoint for ecs:DescribeServices is not trusted: self-signed certificate in certificate chain',
      'Set NODE_EXTRA_CA_CERTS to the certificate of the authority that your proxy or endpoint uses.',
    ],
    [
      'a cancel',
      local('AbortError', 'Request aborted', { ended: 'caller', sent: true }),
      'cancelled',
      'CANCELLED',
      'ecs:DescribeServices was cancelled',
    ],
    [
      'a defect of ours',
      local('TypeError', 'x is not a function'),
      'internal',
      'INTERNAL',
      'ecs:DescribeServices: TypeError: x is not a function',
    ],
  ];

describe('a failed call', () => {
  test.each(cases.map(([name, ...rest]) => [name, rest] as const))(
    'is described in our own words: %s',
    (_name, [failure, cls, code, summary, remedy]) => {
      const found = failureClass(failure);
      const error = errorOf(failure, found, call);
      expect(found).toBe(cls);
      expect(error).toMatchObject({ code, summary });
      if (remedy !== undefined) expect(error.remedy).toBe(remedy);
      expect(error.facts).toMatchObject({
        operation: 'ecs:DescribeServices',
        region: 'eu-west-1',
        attempts: 1,
      });
    },
  );

  test('any thrown value becomes an error with one of our codes', () => {
    fc.assert(
      fc.property(fc.anything(), fc.boolean(), (thrown, sent) => {
        const failure = failureOf(thrown, { sent });
        expect(errorOf(failure, failureClass(failure), call).summary).not.toBe('');
      }),
    );
  });
});
