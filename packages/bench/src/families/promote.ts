import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { loopbackRegistry } from '../../../../test/images/loopback-registry.ts';
import { imageType, putBlob, putManifest } from '../../../../test/images/oci-image.ts';
import type { BenchContext, Family, Figure } from '../figure.ts';
import { installed } from '../images/installed.ts';
import { runAction } from '../images/run-action.ts';
import { median, rounded } from '../measure/statistics.ts';

const run = promisify(execFile);
const layers = 4;
const layerBytes = 256 * 1024 * 1024;

/**
 * A 1 GiB image between two registries on this machine, compared with skopeo where it is installed; and within
 * one.
 */
export const promote: Family = {
  name: 'promote',
  description:
    'promote-image of 1 GiB between two registries: time, memory, and bytes when it can be mounted',
  async measure(context) {
    if (!(await installed('docker-registry', '--version'))) {
      context.say('left out: docker-registry is not installed');
      return [];
    }
    await using one = await loopbackRegistry();
    await putLargeImage(one.host);
    const source = `${one.host}/web:v1`;
    const skopeo = await installed('skopeo');
    const times: number[] = [];
    const theirs: number[] = [];
    const peaks: number[] = [];
    const runs = Math.min(3, context.runs);
    for (let round = 0; round < runs; round += 1) {
      const ours = await intoEmpty((host) =>
        runAction(context, 'promote-image', { source, target: `${host}/live:v1` }),
      );
      times.push(ours.milliseconds);
      peaks.push(ours.peakBytes / 1e6);
      if (skopeo) theirs.push(await intoEmpty((host) => skopeoCopy(context, source, `${host}/live:v1`)));
    }
    const mounted = await runAction(context, 'promote-image', {
      source,
      target: `${one.host}/live:v1`,
    });
    const params = { n: runs, node: process.version, bytes: layers * layerBytes };
    const figures: Figure[] = [
      { name: 'promote/time', unit: 'ms', value: rounded(median(times)), params },
      {
        name: 'promote/bytes-moved',
        unit: 'bytes',
        value: Number(mounted.outputs['bytes-moved']),
        params: { ...params, n: 1, within: 'one registry' },
      },
      { name: 'promote/peak-memory', unit: 'MB', value: rounded(median(peaks)), params },
    ];
    if (skopeo) {
      const value = rounded(median(theirs));
      figures.splice(1, 0, { name: 'promote/time/skopeo', unit: 'ms', value, params: { ...params, skopeo } });
    } else context.say('promote/time/skopeo: skopeo is not installed');
    return figures;
  },
};

/** Into a registry of its own: one that has seen the blobs before, or a client that remembers it, would mount them. */
async function intoEmpty<T>(copy: (host: string) => Promise<T>): Promise<T> {
  await using registry = await loopbackRegistry();
  return await copy(registry.host);
}

async function putLargeImage(host: string): Promise<void> {
  const stored = [];
  for (let layer = 0; layer < layers; layer += 1) {
    // Random, so that neither side can compress it away.
    stored.push({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      ...(await putBlob(host, 'web', randomBytes(layerBytes))),
    });
  }
  const text = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: stored.map(({ digest }) => digest) },
  });
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    ...(await putBlob(host, 'web', Buffer.from(text))),
  };
  await putManifest(host, 'web', 'v1', imageType, { config, layers: stored });
}

async function skopeoCopy(context: BenchContext, source: string, target: string): Promise<number> {
  const start = performance.now();
  await run(
    'skopeo',
    [
      'copy',
      '--all',
      '--insecure-policy',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      `docker://${source}`,
      `docker://${target}`,
    ],
    { signal: context.signal },
  );
  return performance.now() - start;
}
