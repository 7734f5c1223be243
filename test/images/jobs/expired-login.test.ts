import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { expiringTokens } from '../expiring-tokens.ts';
import { removeImages } from '../image-world.ts';
import { loopbackRegistry } from '../loopback-registry.ts';
import { putMultiPlatformImage } from '../oci-image.ts';
import { tokenServer } from '../token-server.ts';
import { commandsOf, dockerfile, imageJob, onEngine } from './image-job.ts';

onEngine('B11: a login that ends while an image is on its way', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ enforce: true });
    await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
  });
  afterAll(() => sandbox.close());
  beforeEach(() => sandbox.clearFaults());

  const message = 'Your authorization token has expired. Reauthenticate and try again.';
  const expire = (operation: string, count: number) =>
    sandbox.fault({
      service: 'registry',
      operation,
      count,
      fault: { kind: 'error', status: 403, code: 'DENIED', message },
    });
  const logins = () =>
    sandbox.journal().filter(({ operation }) => operation === 'GetAuthorizationToken').length;

  test('to ECR is renewed once, and the push continues', async () => {
    const job = imageJob({ sandbox, files: { Dockerfile: dockerfile() } });
    const { registry } = (await job.step('ecr-login')).outputs;
    const before = logins();
    expire('PutManifest', 1);
    const step = await job.step('build-push', { registry: registry!, repository: 'web', tags: 'v1' });
    expect(step).toMatchObject({ exitCode: 0, outputs: { tags: `${registry}/web:v1` } });
    expect(step.raw).toContain(`the login to ${registry} had expired; logged in again`);
    expect(step.raw).toContain(': Layer already exists');
    expect(logins() - before).toBe(1);
    await job.end();
    expect(job.leftovers()).toEqual([]);
    removeImages(`${registry}/web:v1`);
  });

  test('to ECR is renewed once, and the promotion continues', async () => {
    await using open = await loopbackRegistry();
    const digest = await putMultiPlatformImage(open.host, 'web', 'v1', 100_000);
    const job = imageJob({ sandbox });
    const { registry } = (await job.step('ecr-login')).outputs;
    expire('PutUpload', 1);
    const inputs = { source: `${open.host}/web:v1`, target: `${registry}/web:live` };
    const step = await job.step('promote-image', inputs);
    expect(step).toMatchObject({ exitCode: 0, outputs: { digest, tags: `${registry}/web:live` } });
    expect(step.raw).toContain(`the login to ${registry} had expired; logged in again`);
    // The large layer may have gone over before the login ended: it counts anyway.
    expect(Number(step.outputs['bytes-moved'])).toBeGreaterThan(100_000);
    await job.end();
  });

  test('to ECR that ended before the first check the target is renewed, though the refusal of HEAD has no body', async () => {
    await using open = await loopbackRegistry();
    const digest = await putMultiPlatformImage(open.host, 'web', 'v1');
    const job = imageJob({ sandbox });
    const { registry } = (await job.step('ecr-login')).outputs;
    expire('HeadManifest', 1);
    expire('GetManifest', 1);
    const inputs = { source: `${open.host}/web:v1`, target: `${registry}/web:early` };
    const step = await job.step('promote-image', inputs);
    expect(step).toMatchObject({ exitCode: 0, outputs: { digest, tags: `${registry}/web:early` } });
    expect(step.raw).toContain(`the login to ${registry} had expired; logged in again`);
    await job.end();
  });

  test.each([
    ['build-push', 'PutManifest', 'docker push'],
    ['promote-image', 'PutManifest', 'refused to write web'],
  ])('to ECR for a second time ends %s with CREDENTIALS_EXPIRED', async (action, operation, said) => {
    await using open = await loopbackRegistry();
    await putMultiPlatformImage(open.host, 'web', 'v1');
    const job = imageJob({ sandbox, files: { Dockerfile: dockerfile() } });
    const { registry } = (await job.step('ecr-login')).outputs;
    expire(operation, 99);
    const step = await job.step(
      action,
      action === 'build-push'
        ? { registry: registry!, repository: 'web', tags: 'v2' }
        : { source: `${open.host}/web:v1`, target: `${registry}/web:other` },
    );
    expect(step.exitCode).toBe(3);
    const [error] = commandsOf(step, 'error');
    expect(error?.properties.title).toBe('CREDENTIALS_EXPIRED');
    expect(error?.data).toContain(said);
    expect(error?.data).toContain(message);
    expect(step.outputs.tags).toBeUndefined();
    await job.end();
    removeImages(`${registry}/web:v2`);
  });

  test('to a token server, which the engine does not ask again during a push, lets the push continue where it was', async () => {
    await using tokens = await tokenServer();
    await using closed = await loopbackRegistry({ tokens });
    await using expiring = await expiringTokens(closed, tokens, ({ used }) => used > 8);
    const job = imageJob({
      sandbox,
      files: { Dockerfile: dockerfile(), password: 'battery-staple' },
    });
    await job.step('ecr-login', {
      'registry-logins': `${expiring.host}=ci`,
      'registry-password-files': `${expiring.host}=password`,
    });
    const step = await job.step('build-push', { registry: expiring.host, repository: 'web', tags: 'v1' });
    expect(step.raw).toContain(
      `warning: the push of ${expiring.host}/web:v1 failed (1 of 2 attempts), retrying in`,
    );
    expect(step.raw).toContain(
      'the registry accepted the login and then requested a login again: its token expired',
    );
    expect(step.raw).toContain(': Layer already exists');
    expect(step.exitCode).toBe(0);
    expect(step.outputs.tags).toBe(`${expiring.host}/web:v1`);
    await job.end();
    removeImages(`${expiring.host}/web:v1`);
  });
});
