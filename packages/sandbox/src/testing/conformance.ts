/**
 * Runs the conformance suite of the OCI distribution specification against the sandbox's registry:
 * `node packages/sandbox/src/testing/conformance.ts <the suite, built with Go> [<folder for its reports>]`.
 * Ends with the suite's own exit code. The README says how to build it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { GetAuthorizationTokenResponse } from '@aws-sdk/client-ecr';
import { startSandbox } from '../sandbox.ts';

const [suite, reports] = process.argv.slice(2);
if (suite === undefined) {
  console.error('usage: conformance.ts <the suite, built with Go> [<folder for its reports>]');
  process.exit(2);
}
const repositories = ['conformance/one', 'conformance/two'] as const;
const sandbox = await startSandbox();
for (const repositoryName of repositories)
  await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName });
const { authorizationData } = (await sandbox.dispatch(
  'ecr',
  'GetAuthorizationToken',
)) as GetAuthorizationTokenResponse;
const [username, password] = atob(authorizationData![0]!.authorizationToken!).split(':', 2);
const results = resolve(reports ?? (await mkdtemp(join(tmpdir(), 'landfall-conformance-'))));
const child = spawn(resolve(suite), [], {
  stdio: 'inherit',
  // Where the suite of 2023 writes its reports.
  cwd: results,
  env: {
    PATH: process.env.PATH,
    OCI_USERNAME: username,
    OCI_PASSWORD: password,
    // The suite as it was until 2025.
    OCI_ROOT_URL: `http://${sandbox.registry}`,
    OCI_NAMESPACE: repositories[0],
    OCI_CROSSMOUNT_NAMESPACE: repositories[1],
    OCI_TEST_PULL: '1',
    OCI_TEST_PUSH: '1',
    OCI_TEST_CONTENT_DISCOVERY: '1',
    OCI_TEST_CONTENT_MANAGEMENT: '1',
    ACK_GINKGO_DEPRECATIONS: '1.16.5',
    // The suite since then.
    OCI_REGISTRY: sandbox.registry,
    OCI_TLS: 'disabled',
    OCI_REPO1: repositories[0],
    OCI_REPO2: repositories[1],
    OCI_RESULTS_DIR: results,
    OCI_VERSION: '1.1',
    // Off by default because the specification only recommends them.
    OCI_API_BLOBS_UPLOAD_CANCEL: 'true',
    OCI_API_BLOBS_DIGEST_HEADER: 'true',
    OCI_API_MANIFESTS_DIGEST_HEADER: 'true',
  },
});
const [code] = (await once(child, 'close')) as [number | null];
await sandbox.close();
process.exitCode = code ?? 1;
