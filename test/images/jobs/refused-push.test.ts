import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { removeImages } from '../image-world.ts';
import { commandsOf, dockerfile, type ImageJob, imageJob, onEngine } from './image-job.ts';

onEngine('a push that the registry refuses', () => {
  let sandbox: Sandbox;
  let job: ImageJob;
  let registry: string;
  beforeAll(async () => {
    sandbox = await startSandbox({ enforce: true });
    await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
    job = imageJob({ sandbox, files: { Dockerfile: dockerfile() } });
    registry = (await job.step('ecr-login')).outputs.registry!;
  });
  afterAll(async () => {
    await job.end();
    await sandbox.close();
    removeImages(`${registry}/web:v1`, `${registry}/none:v1`);
  });
  beforeEach(() => sandbox.clearFaults());

  const push = (repository = 'web') => job.step('build-push', { registry, repository, tags: 'v1' });
  const refuse = (status: number, code: string, message: string, count = 10) =>
    sandbox.fault({
      service: 'registry',
      operation: 'PutManifest',
      count,
      fault: { kind: 'error', status, code, message },
    });
  const denied =
    'User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform: ecr:PutImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/web because no identity-based policy allows the ecr:PutImage action';

  test.each([
    [
      403,
      'DENIED',
      denied,
      `denied: ${denied}`,
      'Allow ecr:PutImage on this repository to the role of this job; a repository in another account must also allow it in its own policy.',
    ],
    [
      400,
      'MANIFEST_INVALID',
      'manifest invalid',
      'manifest invalid',
      'The registry rejects this image, and will reject it again: compare its message with its limits, and build without attestations or with `outputs: type=image,oci-mediatypes=false` if it is an old registry.',
    ],
    [
      429,
      'TOOMANYREQUESTS',
      'Rate exceeded',
      'toomanyrequests: Rate exceeded',
      'The registry is rate limiting: run the step again later.',
    ],
  ])('B08: with %d %s says so, and what to do', async (status, code, message, said, remedy) => {
    const fault = refuse(status, code, message);
    const step = await push();
    expect(step.exitCode).toBe(status === 403 ? 3 : 1);
    expect(commandsOf(step, 'error').map(({ data }) => data)).toEqual([
      `docker push ${registry}/web:v1 exited with 1: ${said}\n→ ${remedy}`,
    ]);
    // What is transient is retried; the rest would fail again.
    expect(fault.met()).toBe(status === 429 ? 2 : 1);
    expect(step.outputs.image).toBeUndefined();
  });

  test('B08: with 404 says which repository is missing', async () => {
    const step = await push('none');
    expect(commandsOf(step, 'error').map(({ data }) => data)).toEqual([
      `docker push ${registry}/none:v1 exited with 1: name unknown: The repository with name 'none' does not exist in the registry with id '123456789012'\n→ Create the repository (for ECR, ensure-repository does that), or correct its name.`,
    ]);
  });

  test('B09: with 500 is pushed again, without another build', async () => {
    refuse(500, 'UNKNOWN', 'internal error', 1);
    const step = await push();
    expect(step).toMatchObject({ exitCode: 0, outputs: { tags: `${registry}/web:v1` } });
    expect(step.raw.match(/writing image sha256/g)).toHaveLength(1);
    expect(step.raw).toContain(`the push of ${registry}/web:v1 failed (1 of 2 attempts), retrying in`);
  });
});
