import { expect, test } from '@jest/globals';
import type { ErrorCode } from '../../errors/catalogue.ts';
import { type RefusalFacts, refusalOf } from './refusal.ts';

test.each<[string, RefusalFacts, ErrorCode, boolean]>([
  [
    'ECR, a missing permission',
    {
      text: 'denied: User: arn:aws:sts::012345678901:assumed-role/ci/x is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:eu-west-1:012345678901:repository/app because no identity-based policy allows the ecr:InitiateLayerUpload action',
    },
    'PUSH_DENIED',
    false,
  ],
  [
    'a bare 403',
    { text: 'unexpected status from HEAD request to https://r/v2/app/blobs/x: 403 Forbidden' },
    'PUSH_DENIED',
    false,
  ],
  ['no login', { text: 'no basic auth credentials' }, 'PUSH_DENIED', false],
  [
    'ECR, no repository',
    {
      text: "name unknown: The repository with name 'app' does not exist in the registry with id '012345678901'",
    },
    'REPOSITORY_MISSING',
    false,
  ],
  [
    'ECR, immutable',
    {
      text: "tag invalid: The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because the tag is immutable.",
    },
    'TAG_IMMUTABLE',
    false,
  ],
  [
    'Harbor, immutable',
    { status: 412, text: 'Failed to process request due to immutable' },
    'TAG_IMMUTABLE',
    false,
  ],
  [
    'ECR, an old login',
    { text: 'denied: Your authorization token has expired. Reauthenticate and try again.' },
    'CREDENTIALS_EXPIRED',
    false,
  ],
  ['too many requests', { text: 'toomanyrequests: Rate exceeded' }, 'PUSH_FAILED', true],
  [
    'a server error',
    { text: 'received unexpected HTTP status: 503 Service Unavailable' },
    'PUSH_FAILED',
    true,
  ],
  [
    'a reset',
    { text: 'read tcp 10.0.0.1:1->10.0.0.2:443: read: connection reset by peer' },
    'PUSH_FAILED',
    true,
  ],
  [
    'no engine',
    { text: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' },
    'DOCKER_UNREACHABLE',
    false,
  ],
  ['a full disk', { text: 'write /var/lib/docker/tmp/x: no space left on device' }, 'DISK_FULL', false],
  ['an OCI code', { status: 404, codes: ['NAME_UNKNOWN'], text: '' }, 'REPOSITORY_MISSING', false],
  ['a status alone', { status: 403, text: '' }, 'PUSH_DENIED', false],
  ['a status alone', { status: 502, text: '<html>' }, 'PUSH_FAILED', true],
  [
    'a permission on a repository called immutable',
    { text: 'denied: not authorized to perform: ecr:PutImage on resource: repository/immutable-app' },
    'PUSH_DENIED',
    false,
  ],
  [
    'docker, 403 with nothing in it',
    { text: 'error parsing HTTP 403 response body: unexpected end of JSON input: ""' },
    'PUSH_DENIED',
    false,
  ],
  [
    'docker, 404 with the page of a proxy',
    {
      text: `error parsing HTTP 404 response body: invalid character '<' looking for beginning of value: "<html>"`,
    },
    'REPOSITORY_MISSING',
    false,
  ],
  [
    'docker, 503 with the page of a proxy',
    {
      text: `error parsing HTTP 503 response body: invalid character '<' looking for beginning of value: "<html>"`,
    },
    'PUSH_FAILED',
    true,
  ],
  ['a digest with 429 in it', { text: 'manifest invalid: sha256:429a429' }, 'PUSH_FAILED', false],
  ['anything else', { status: 400, text: 'manifest invalid' }, 'PUSH_FAILED', false],
])('B08: %s is distinguished (%j)', (_, facts, code, transient) => {
  expect(refusalOf(facts)).toMatchObject({ code, transient });
});

const tooLarge =
  'Something in front of the registry rejects requests of this size: raise its limit (nginx: client_max_body_size), or make the largest layer smaller.';
test.each<[string, RefusalFacts, string | undefined]>([
  [
    'a permission of the role',
    {
      text: 'denied: User: x is not authorized to perform: ecr:PutImage on resource: y because no identity-based policy allows the ecr:PutImage action',
    },
    'Allow ecr:PutImage on this repository to the role of this job; a repository in another account must also allow it in its own policy.',
  ],
  [
    'a permission that is denied',
    {
      text: 'denied: User: x is not authorized to perform: ecr:PutImage on resource: y with an explicit deny in a service control policy',
    },
    'A policy denies ecr:PutImage explicitly: use the message to find it among the policies of the role, the repository, the endpoint and the organization.',
  ],
  ['a 403 without a reason', { status: 403, text: '' }, undefined],
  ...[
    'error parsing HTTP 403 response body: unexpected end of JSON input: ""',
    `unexpected status from HEAD request to https://r/v2/app/blobs/sha256:${'a'.repeat(64)}: 403 Forbidden`,
  ].map((text): [string, RefusalFacts, string] => [
    'a look for a layer, whose answer has no text',
    { text },
    'Log in to this registry first, with permission to check which layers this repository holds (for ECR: ecr:BatchCheckLayerAvailability).',
  ]),
  [
    'an image that it does not take',
    { status: 400, codes: ['MANIFEST_INVALID'], text: '' },
    'The registry rejects this image, and will reject it again: compare its message with its limits, and build without attestations or with `outputs: type=image,oci-mediatypes=false` if it is an old registry.',
  ],
  [
    'a proxy that limits requests, told by docker',
    {
      text: 'error parsing HTTP 413 response body: <html><head><title>413 Request Entity Too Large</title></head>',
    },
    tooLarge,
  ],
  ['a proxy that limits requests', { status: 413, text: '' }, tooLarge],
])('B08: %s has a remedy of its own', (_, facts, remedy) => {
  expect(refusalOf(facts).remedy).toBe(remedy);
});
