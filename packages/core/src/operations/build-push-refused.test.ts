import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '../errors/landfall-error.ts';
import {
  digest,
  imageId,
  manifestOf,
  other,
  registry,
  buildIn as run,
  steps,
} from '../testing/build-fixture.ts';
import type { Manifest } from '../world/registry.ts';

const refuse = (
  code: 'TAG_IMMUTABLE' | 'PUSH_DENIED' | 'REPOSITORY_MISSING' | 'PUSH_FAILED',
  transient = false,
) => new LandfallError(code, { summary: `docker push exited with 1: ${code}`, facts: { transient } });

describe('a push that is refused', () => {
  test.each(['PUSH_DENIED', 'REPOSITORY_MISSING'] as const)(
    'B08: ends with %s, and is not retried',
    async (code) => {
      const { world, result } = await run({
        docker: {
          push: async () => {
            throw refuse(code);
          },
        },
      });
      expect(result.error).toMatchObject({ code, summary: `docker push exited with 1: ${code}` });
      expect(result.outputs).toEqual({ version: '0123456', imageid: imageId });
      expect(world.clock.elapsed()).toBe(0);
    },
  );

  const immutable = { push: async () => Promise.reject(refuse('TAG_IMMUTABLE')) };

  test('B08: an immutable tag that already holds this image is done', async () => {
    const held = { '0123456': manifestOf(imageId), [digest]: manifestOf(imageId) };
    const { world, result } = await run({ held, docker: immutable });
    expect(result.outputs.image).toBe(`${registry}/team/web@${digest}`);
    expect(world.host.lines).toContain(
      `notice: ${registry}/team/web:0123456 is immutable and already holds this image (${digest})`,
    );
  });

  test('B08: an immutable tag that holds the same content, built at another time, is done', async () => {
    const config = (created: string, label: string) =>
      new TextEncoder().encode(
        JSON.stringify({
          created,
          rootfs: { diff_ids: ['sha256:1'] },
          history: [{ created, created_by: 'COPY' }],
          config: { Cmd: ['x'], Labels: { 'org.opencontainers.image.created': label, a: 'b' } },
        }),
      );
    const held = { '0123456': manifestOf(other, other), [other]: manifestOf(other, other) };
    const blobs = { [imageId]: config('2030', '2030'), [other]: config('2029', '2029') };
    const { result } = await run({ held, blobs, docker: immutable });
    expect(result.error).toBeUndefined();
    expect(result.outputs.image).toBe(`${registry}/team/web@${other}`);
  });

  test('B08: an immutable tag that holds another image is TAG_IMMUTABLE and names its digest', async () => {
    const { result } = await run({ held: { '0123456': manifestOf(other, other) }, docker: immutable });
    expect(result.error).toMatchObject({
      code: 'TAG_IMMUTABLE',
      summary: `${registry}/team/web:0123456 is immutable and holds ${other}, not the image of this run`,
      facts: { holds: other },
    });
    expect(result.outputs.image).toBeUndefined();
  });

  test('B08: the same holds for a builder that pushes by digest', async () => {
    const by = (tag: Manifest) =>
      run({
        builder: { loads: false },
        docker: { build: async () => ({ builder: 'buildx', digest, metadata: {} }) },
        held: { '0123456': tag, [digest]: manifestOf(imageId) },
        onPush: () => {
          throw refuse('TAG_IMMUTABLE');
        },
      });
    expect((await by(manifestOf(imageId))).result.outputs.digest).toBe(digest);
    expect((await by(manifestOf(other, other))).result.error?.code).toBe('TAG_IMMUTABLE');
  });

  test('B09: only the push is retried, once, after a pause', async () => {
    let pushes = 0;
    const { world, result } = await run({
      onPush: () => {
        pushes += 1;
        if (pushes === 1) throw refuse('PUSH_FAILED', true);
      },
    });
    expect(result.ok).toBe(true);
    expect(world.clock.elapsed()).toBe(2250);
    expect(steps(world).filter(([operation]) => operation === 'docker:build')).toHaveLength(1);
  });

  describe('because the login has expired', () => {
    const token = btoa('AWS:correct-horse');
    const expired = (times: number, configFolder: string) => {
      let pushes = 0;
      return run({
        aws: {
          ecr: {
            getAuthorizationToken: async () => ({
              authorizationData: [{ authorizationToken: token, proxyEndpoint: `https://${registry}` }],
            }),
          },
        },
        docker: {
          configFolder: async () => configFolder,
          login: async () => {},
        },
        onPush: () => {
          pushes += 1;
          if (pushes <= times)
            throw new LandfallError('CREDENTIALS_EXPIRED', { summary: 'token has expired' });
        },
      });
    };

    test('B11: is retried once with a new login, masked before it is used', async () => {
      const { world, result } = await expired(1, '/temporary/landfall-docker-config-1');
      expect(result.outputs.digest).toBe(digest);
      expect(world.requests).toContainEqual({
        operation: 'docker:login',
        input: {
          registry,
          username: 'AWS',
          password: 'correct-horse',
          configFolder: '/temporary/landfall-docker-config-1',
        },
      });
      expect(world.host.masks).toContain('correct-horse');
      expect(world.host.lines).toContain(`notice: the login to ${registry} had expired; logged in again`);
    });

    test('B11: is CREDENTIALS_EXPIRED when that does not help', async () => {
      const { world, result } = await expired(9, '/temporary/landfall-docker-config-1');
      expect(result.error?.code).toBe('CREDENTIALS_EXPIRED');
      expect(steps(world).filter(([operation]) => operation === 'docker:login')).toHaveLength(1);
    });

    test("B11: writes no login into the user's own configuration", async () => {
      const { world, result } = await expired(9, '/home/me/.docker');
      expect(result.error).toMatchObject({
        code: 'CREDENTIALS_EXPIRED',
        details: ['no new login: the login was not made by ecr-login'],
      });
      expect(steps(world).filter(([operation]) => operation === 'docker:login')).toEqual([]);
    });
  });

  test('references pushed earlier are in the outputs and in the error', async () => {
    const { result } = await run({
      inputs: { tags: 'latest\nstable\nsha' },
      onPush: (tag) => {
        if (tag === 'stable') throw refuse('PUSH_DENIED');
      },
    });
    const name = `${registry}/team/web`;
    expect(result.outputs.tags).toBe(`${name}:0123456`);
    expect(result.error?.details).toEqual([
      `${name}:0123456: pushed as ${digest}`,
      `${name}:stable: failed`,
      `${name}:latest: not tried`,
    ]);
  });
});

describe('the digest', () => {
  test('B10: is never replaced by a tag: unknown is an error', async () => {
    const { result } = await run({
      docker: {
        push: async () => Promise.reject(new LandfallError('DIGEST_UNKNOWN', { summary: 'no digest' })),
      },
    });
    expect(result.error?.code).toBe('DIGEST_UNKNOWN');
    expect([result.outputs.image, result.outputs.digest]).toEqual([undefined, undefined]);
  });

  test('B10: that the registry does not hold is an error', async () => {
    const { result } = await run({
      inputs: { tags: 'sha\nlatest' },
      afterPush: (_, held) => held.delete(digest),
    });
    expect(result.error).toMatchObject({
      code: 'DIGEST_UNKNOWN',
      summary: `the push reported ${registry}/team/web@${digest}, which the registry does not hold`,
    });
    expect(result.outputs.digest).toBeUndefined();
  });

  test('of another image, because another job moved the tag on the engine, is an error', async () => {
    for (const tags of ['sha', 'sha\nlatest']) {
      const { held, result } = await run({
        inputs: { tags },
        afterPush: (tag, store) => store.set(digest, manifestOf(other)).set(tag, manifestOf(other)),
      });
      expect(result.error).toMatchObject({
        code: 'PUSH_FAILED',
        summary: `${registry}/team/web@${digest} is not the image that this run built (${imageId})`,
      });
      expect(held.has('latest')).toBe(false);
    }
  });
});
