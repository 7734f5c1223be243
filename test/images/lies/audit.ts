/** What a registry holds indeed when a run is green, and what clients of others pull from it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@jest/globals';
import fc from 'fast-check';
import { client, missingTools, toolClient } from '../../clients/client.ts';
import { propertyRuns, propertyTimeout } from '../../runner/property-runs.ts';
import { describeUnless, type Missing, noSkopeo } from '../../runner/requirements.ts';
import type { LyingRegistry, RepositoryContent } from './lying-registry.ts';

/** Whether someone removed a tag, manifest or blob after the run had read it for the last time. */
export function goneAfterwards(run: readonly string[], what: string): boolean {
  const read = run.findLastIndex((line) => line.startsWith('GET ') && line.endsWith(`/${what}`));
  return read >= 0 && run.lastIndexOf(`gone ${what}`) > read;
}

/** What a repository lacks of an image, all of whose parts are named, and of the tags on it. */
export const lacking = (
  { log }: LyingRegistry,
  target: RepositoryContent,
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

interface Auditor {
  readonly missing: Missing;
  /** Pulls all that a reference names into a folder of files that are named by their digests. */
  pull(reference: string, folder: string): Promise<string>;
}

const crane = toolClient('crane', () => ({}));
const regctl = toolClient('regctl', () => ({}));
const skopeo = client('skopeo', () => ({}));

const auditors: Readonly<Record<string, Auditor>> = {
  crane: {
    missing: missingTools('crane'),
    pull: (reference, folder) => crane(['pull', '--format', 'oci', reference, folder]),
  },
  regctl: {
    missing: missingTools('regctl'),
    pull: (reference, folder) => {
      const host = `reg=${reference.split('/')[0]},tls=disabled`;
      return regctl(['--host', host, 'image', 'copy', reference, `ocidir://${folder}`]);
    },
  },
  skopeo: {
    missing: noSkopeo,
    pull: (reference, folder) => {
      const flags = ['--insecure-policy', '--src-tls-verify=false', '--all', '--preserve-digests'];
      return skopeo(['copy', ...flags, `docker://${reference}`, `oci:${folder}`]);
    },
  },
};

/** Every digest, in order, that a client pulls with a reference. */
async function pulledBy({ pull }: Auditor, reference: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-pulled-'));
  try {
    await pull(reference, folder);
    return readdirSync(join(folder, 'blobs/sha256'))
      .map((hex) => `sha256:${hex}`)
      .toSorted();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each third-party client checks one scenario in a hundred. */
export function audited<Scenario>(
  title: string,
  scenarios: fc.Arbitrary<Scenario>,
  run: (scenario: Scenario, pulled: (reference: string) => Promise<readonly string[]>) => Promise<void>,
): void {
  for (const [name, auditor] of Object.entries(auditors))
    describeUnless(auditor.missing)(name, () => {
      test(
        title,
        async () => {
          const { numRuns, seed = 1 } = propertyRuns(300);
          for (const scenario of fc.sample(scenarios, { numRuns: Math.ceil(numRuns / 100), seed }))
            await run(scenario, (reference) => pulledBy(auditor, reference));
        },
        propertyTimeout,
      );
    });
}
