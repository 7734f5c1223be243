import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { promoteImage } from '@landfall/core/operations/promote-image';
import { runReported } from '@landfall/report/run-reported';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { expiringTokens } from './expiring-tokens.ts';
import { imageWorld } from './image-world.ts';
import { loopbackRegistry } from './loopback-registry.ts';
import { putMultiPlatformImage, tagDigest } from './oci-image.ts';
import { tokenServer } from './token-server.ts';

const promote = async (inputs: Record<string, string>, registry: string, password = 'battery-staple') => {
  using world = imageWorld({ inputs });
  mkdirSync(join(world.folder, 'home/.docker'));
  writeFileSync(
    join(world.folder, 'home/.docker/config.json'),
    JSON.stringify({ auths: { [registry]: { auth: btoa(`ci:${password}`) } } }),
  );
  return { ...(await runReported(promoteImage, world)), lines: world.host.lines };
};

describeUnless(noImageTools)('a promotion to and from a registry behind a token server', () => {
  test('gets a token for each repository with the login that Docker has', async () => {
    await using open = await loopbackRegistry();
    await using tokens = await tokenServer();
    await using closed = await loopbackRegistry({ tokens });
    const digest = await putMultiPlatformImage(open.host, 'web', 'v1');
    const up = await promote({ source: `${open.host}/web:v1`, target: `${closed.host}/live` }, closed.host);
    expect(up.error).toBeUndefined();
    expect(up.outputs.digest).toBe(digest);
    expect([...new Set(tokens.issued)]).toEqual(['ci repository:live:pull,push', 'ci repository:live:pull']);

    const within = await promote(
      { source: `${closed.host}/live:v1`, target: `${closed.host}/copy` },
      closed.host,
    );
    expect(within.outputs).toMatchObject({ digest, 'bytes-moved': '0' });
    expect(tokens.issued).toContain('ci repository:copy:pull,push repository:live:pull');

    const back = await promote(
      { source: `${closed.host}/live:v1`, target: `${open.host}/back` },
      closed.host,
    );
    expect(back.error).toBeUndefined();
    expect(await tagDigest(open.host, 'back', 'v1')).toBe(digest);
  });

  test.each(['HEAD', 'POST', 'PATCH', 'PUT', 'GET'])(
    'B11: continues with a new token where one expires before a %s',
    async (wanted) => {
      await using open = await loopbackRegistry();
      await using tokens = await tokenServer();
      await using closed = await loopbackRegistry({ tokens });
      await using expiring = await expiringTokens(
        closed,
        tokens,
        ({ method, used, late }) => method === wanted && used > 1 && late === 0,
      );
      const digest = await putMultiPlatformImage(open.host, 'web', 'v1', 300_000);
      const up = await promote(
        { source: `${open.host}/web:v1`, target: `${expiring.host}/live` },
        expiring.host,
      );
      expect(up.error).toBeUndefined();
      expect(up.outputs.digest).toBe(digest);
      const back = await promote(
        { source: `${expiring.host}/live:v1`, target: `${open.host}/back` },
        expiring.host,
      );
      expect(back.error).toBeUndefined();
      expect(await tagDigest(open.host, 'back', 'v1')).toBe(digest);
      expect(expiring.late).toEqual([wanted]);
      // The body of a PATCH is spent: its blob is sent from the start.
      const told = `the token for ${expiring.host} expired before a blob could be sent`;
      expect(up.lines.filter((line) => line.includes(told))).toHaveLength(wanted === 'PATCH' ? 1 : 0);
    },
  );

  test('with a wrong password names the registry, and nothing is written', async () => {
    await using open = await loopbackRegistry();
    await using tokens = await tokenServer();
    await using closed = await loopbackRegistry({ tokens });
    await putMultiPlatformImage(open.host, 'web', 'v1');
    const { error } = await promote(
      { source: `${open.host}/web:v1`, target: `${closed.host}/live` },
      closed.host,
      'wrong-horse',
    );
    expect(error).toMatchObject({
      code: 'PUSH_DENIED',
      summary: `the token server of ${closed.host} answered 401: incorrect username or password`,
      remedy: `The login stored by Docker for ${closed.host} was rejected: log in to it again.`,
    });
    expect(tokens.issued).toEqual([]);
  });
});
