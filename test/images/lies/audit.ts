/** What a registry holds indeed when a run is green, and what a client of somebody else pulls from it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolClient } from '../../clients/client.ts';
import type { Held, LyingRegistry } from './lying-registry.ts';

/** Whether somebody removed a tag, manifest or blob when the run had read it for the last time. */
export function goneAfterwards(run: readonly string[], what: string): boolean {
  const read = run.findLastIndex((line) => line.startsWith('GET ') && line.endsWith(`/${what}`));
  return read >= 0 && run.lastIndexOf(`gone ${what}`) > read;
}

/** What a repository lacks of an image, all of whose parts are named, and of the tags on it. */
export const lacking = (
  { log }: LyingRegistry,
  target: Held,
  image: { readonly manifests: Iterable<string>; readonly blobs: Iterable<string>; readonly digest: string },
  tags: readonly string[],
  since = 0,
): readonly string[] => {
  const run = log.slice(since);
  return [
    ...[...image.manifests].filter((one) => !target.manifests.has(one)),
    ...[...image.blobs].filter((one) => !target.blobs.has(one)),
    ...tags.filter((tag) => target.tags.get(tag) !== image.digest),
  ].filter((what) => !goneAfterwards(run, what));
};

const crane = toolClient('crane', () => ({}));

/** Every digest, in order, that crane pulls with a tag. */
export async function pulledByCrane(reference: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-pulled-'));
  try {
    await crane(['pull', '--format', 'oci', reference, folder]);
    return readdirSync(join(folder, 'blobs/sha256'))
      .map((hex) => `sha256:${hex}`)
      .toSorted();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
