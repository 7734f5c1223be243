import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeHost, type FakeHostOptions, fakeHost } from '@landfall/core/testing/fake-host';
import { type FakeAws, fakeWorld } from '@landfall/core/testing/fake-world';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import type { World } from '@landfall/core/world/world';
import { createDocker } from '@landfall/docker/docker';
import { systemClock } from '@landfall/hosts/machine/clock';
import { createFiles } from '@landfall/hosts/machine/files';
import { dockerRegistry } from '@landfall/registry/testing/docker-registry';
import { busybox } from '../runner/requirements.ts';

export interface ImageWorld extends World, Disposable {
  readonly host: FakeHost;
  readonly folder: string;
}

interface ImageWorldOptions extends Omit<FakeHostOptions, 'workspace' | 'temporaryFolder'> {
  readonly files?: Readonly<Record<string, string>>;
  readonly aws?: FakeAws;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Real files and the Docker of this machine; AWS, the CI host and the operation's clock are stand-ins. */
export function imageWorld({ files = {}, aws, environment, ...host }: ImageWorldOptions = {}): ImageWorld {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-images-'));
  const places = { workspace: join(folder, 'workspace'), temporaryFolder: join(folder, 'temporary') };
  for (const place of [...Object.values(places), join(folder, 'home')]) mkdirSync(place);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(places.workspace, path), text);
  copyFileSync(busybox, join(places.workspace, 'busybox'));
  const env = { PATH: process.env.PATH, HOME: join(folder, 'home'), ...environment };
  return {
    folder,
    host: fakeHost({ ...host, ...places, ...(environment && { environment }) }),
    // The operation's pauses take no time; Docker's own do.
    clock: virtualClock(),
    files: createFiles(places),
    aws: fakeWorld({ ...(aws && { aws }) }).aws,
    docker: createDocker({ env, clock: systemClock }),
    registry: async () => dockerRegistry(env, systemClock),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const removeImages = (...references: readonly string[]) => {
  for (const reference of references) {
    try {
      execFileSync('docker', ['image', 'rm', '--force', reference], { stdio: 'ignore' });
    } catch {
      // Never made: the test failed before it was.
    }
  }
};
