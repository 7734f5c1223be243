import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GetAuthorizationTokenResponse } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { promoteImage } from '@landfall/core/operations/promote-image';
import { httpRegistry } from '@landfall/registry/testing/http-registry';
import { runReported } from '@landfall/report/run-reported';
import type { FaultRule } from '@landfall/sandbox/faults/fault';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { imageUser } from './image-user.ts';
import { imageWorld } from './image-world.ts';
import { putMultiPlatformImage } from './oci-image.ts';

let sandbox: Sandbox;
let digest: string;
let auth: string;
beforeAll(async () => {
  sandbox = await startSandbox({ enforce: true });
  await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
  const answer = await sandbox.dispatch('ecr', 'GetAuthorizationToken', {}, imageUser(sandbox).accessKeyId);
  auth = (answer as GetAuthorizationTokenResponse).authorizationData![0]!.authorizationToken!;
  digest = await putMultiPlatformImage(sandbox.registry, 'web', 'v1', undefined, `Basic ${auth}`);
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.clearFaults());

const promote = async (target: string, inputs: Readonly<Record<string, string>> = {}) => {
  using world = imageWorld({
    inputs: { source: `${sandbox.registry}/web:v1`, target: `${sandbox.registry}/${target}:live`, ...inputs },
  });
  mkdirSync(join(world.folder, 'home/.docker'));
  writeFileSync(
    join(world.folder, 'home/.docker/config.json'),
    JSON.stringify({ auths: { [sandbox.registry]: { auth } } }),
  );
  return { ...(await runReported(promoteImage, world)), lines: world.host.lines };
};

const busy = { kind: 'error', status: 503, code: 'UNAVAILABLE', message: 'busy' } as const;
const cases: readonly (readonly [string, number, FaultRule['fault']])[] = [
  ['GetManifest', 1, busy],
  ['GetManifest', 3, { kind: 'reset', effect: 'none' }],
  ['GetManifest', 3, { kind: 'truncate' }],
  ['HeadManifest', 2, busy],
  ['StartUpload', 2, busy],
  ['ListReferrers', 2, busy],
  ['PutManifest', 2, busy],
  // The last one, under the tag: done, and the answer lost. Put again it must not be another image under a tag
  // that is immutable.
  ['PutManifest', 5, { kind: 'reset', effect: 'applied' }],
];

test.each(cases)('a promotion continues after %s number %i met %j', async (operation, from, fault) => {
  const target = `${operation}-${from}-${fault.kind}`.toLowerCase();
  await sandbox.dispatch('ecr', 'CreateRepository', {
    repositoryName: target,
    imageTagMutability: 'IMMUTABLE',
  });
  sandbox.fault({ service: 'registry', operation, from, count: 1, fault });
  const { error, outputs, lines } = await promote(target);
  expect(error).toBeUndefined();
  expect(outputs).toMatchObject({ digest, tags: `${sandbox.registry}/${target}:live` });
  expect(lines.filter((line) => line.includes('failed (1 of 4 attempts), retrying in'))).toHaveLength(1);
});

test('a dry run reports a repository that is not there, which the promotion then does not find', async () => {
  const { error, lines } = await promote('none', { 'dry-run': 'true' });
  expect(error).toBeUndefined();
  expect(lines).toEqual([
    `info: ${sandbox.registry}/none does not exist: the push fails unless the registry creates repositories on push`,
    `info: would copy ${digest} to ${sandbox.registry}/none`,
    `info: would set ${sandbox.registry}/none:live to ${digest}, which is a new tag`,
  ]);
  expect((await promote('none')).error).toMatchObject({
    code: 'REPOSITORY_MISSING',
    remedy: 'Create the repository (for ECR, ensure-repository does that), or correct its name.',
  });
});

test('a registry that takes an image and does not hold it is PUSH_FAILED, also where no tag is set', async () => {
  await using forgetful = await httpRegistry(({ method }, response) => {
    const status = { HEAD: 404, GET: 404, POST: 202, PATCH: 202 }[method!] ?? 201;
    response.writeHead(status, { location: '/v2/web/blobs/uploads/1' }).end();
  });
  const target = `${forgetful.host}/web`;
  const { error } = await promote('', { source: `${sandbox.registry}/web@${digest}`, target });
  expect(error).toMatchObject({
    code: 'PUSH_FAILED',
    summary: `${target} accepted ${digest}, but does not hold it afterwards; the source is unchanged`,
  });
});

test('a source whose repository does not exist is not to be created', async () => {
  const { error } = await promote('', { source: `${sandbox.registry}/none:v1`, tags: 'v2', target: '' });
  expect(error).toMatchObject({
    code: 'REPOSITORY_MISSING',
    remedy: 'Check the name of the repository, and the account and the region of its registry.',
  });
});

test('a source that may not be read asks for the permission to read, not to push', async () => {
  const fault = { kind: 'error', status: 403, code: 'DENIED', message: 'not for you' } as const;
  sandbox.fault({ service: 'registry', operation: 'GetManifest', count: 1, fault });
  expect((await promote('none')).error).toMatchObject({
    code: 'PUSH_DENIED',
    summary: `${sandbox.registry} refused to read web (v1): 403 not for you`,
    remedy:
      'Log in to this registry first, with permission to pull from this repository (for ECR: ecr:BatchGetImage and ecr:GetDownloadUrlForLayer).',
  });
});
