/** `build-push` with its own HTTP client and an engine that pushes over HTTP, to a registry that lies. */
import { expect, test } from '@jest/globals';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { buildPush } from '@landfall/core/operations/build-push';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { dockerRegistry } from '@landfall/registry/testing/docker-registry';
import { runReported } from '@landfall/report/run-reported';
import fc from 'fast-check';
import { propertyRuns, propertyTimeout } from '../../runner/property-runs.ts';
import { digestOf, imageType } from '../oci-image.ts';
import { audited, lacking } from './audit.ts';
import {
  type Lie,
  type LyingRegistry,
  lies,
  lyingRegistry,
  type RepositoryContent,
} from './lying-registry.ts';

const tags = ['0123456', 'v1', 'latest'];

interface Scenario {
  readonly lies: readonly Lie[];
  /** Whether a lie is told at each occasion, in turn. */
  readonly told: readonly boolean[];
  /** Tags that name an image of others before. */
  readonly moved: readonly string[];
  /** Whether the engine keeps what is built, and pushes it; the builder pushes it by digest otherwise. */
  readonly loads: boolean;
  /** At which request of the engine the first run is cut off, if it is. */
  readonly cutOff: number | undefined;
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  lies: fc.subarray([...lies], { minLength: 1, maxLength: 3 }),
  told: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
  moved: fc.subarray(tags),
  loads: fc.boolean(),
  cutOff: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
});

/** An image by its parts: a configuration, layers, and the manifest that names them. */
function imageOf(name: string) {
  const config = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      config: { Cmd: [name] },
      rootfs: { type: 'layers' },
    }),
  );
  const layers = ['shared', `layer of ${name}`].map((text) => Buffer.from(text));
  const descriptor = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: imageType,
      config: descriptor('application/vnd.oci.image.config.v1+json', config),
      layers: layers.map((layer) => descriptor('application/vnd.oci.image.layer.v1.tar+gzip', layer)),
    }),
  );
  return { config, blobs: [config, ...layers], manifest, digest: digestOf(manifest) };
}
const built = imageOf('web');
const theirs = imageOf('theirs');
const parts = {
  manifests: [built.digest],
  blobs: built.blobs.map(digestOf),
  digest: built.digest,
};

function hold(
  held: RepositoryContent,
  { blobs, manifest, digest }: ReturnType<typeof imageOf>,
  names: readonly string[],
) {
  for (const blob of blobs) held.blobs.set(digestOf(blob), blob);
  held.manifests.set(digest, { type: imageType, bytes: manifest });
  for (const name of names) held.tags.set(name, digest);
}

/** Pushes as an engine does: what the registry says it has is not sent again. */
async function send(host: string, reference: string): Promise<void> {
  const ask = async (path: string, init: RequestInit, expected: readonly number[]) => {
    const response = await fetch(`http://${host}${path}`, init).catch(() => undefined);
    if (response && expected.includes(response.status)) return response;
    throw new LandfallError('PUSH_FAILED', { summary: `${init.method} ${path}: ${response?.status}` });
  };
  for (const blob of built.blobs) {
    const there = await ask(`/v2/web/blobs/${digestOf(blob)}`, { method: 'HEAD' }, [200, 404]);
    if (there.status === 200) continue;
    const started = await ask('/v2/web/blobs/uploads/', { method: 'POST' }, [202]);
    const place = `${started.headers.get('location')}?digest=${digestOf(blob)}`;
    await ask(place, { method: 'PUT', body: new Uint8Array(blob) }, [201]);
  }
  const headers = { 'content-type': imageType };
  const body = new Uint8Array(built.manifest);
  await ask(`/v2/web/manifests/${reference}`, { method: 'PUT', headers, body }, [201]);
}

async function push({ host, log }: LyingRegistry, { loads }: Scenario, cutOff?: number) {
  const id = digestOf(built.config);
  const world = fakeWorld({
    commit: { sha: '0123456789abcdef0123456789abcdef01234567' },
    files: { Dockerfile: 'FROM scratch\n' },
    inputs: { registry: host, repository: 'web', tags: 'sha\nv1\nlatest' },
    docker: {
      chooseBuilder: async () => ({ kind: 'buildkit', description: 'BuildKit', loads }),
      build: async () => {
        if (loads) return { builder: 'buildkit', imageId: id, metadata: {} };
        await send(host, built.digest);
        return { builder: 'buildx', imageId: id, digest: built.digest, metadata: {} };
      },
      tag: async () => {},
      push: async ({ reference }) => {
        await send(host, reference.split(':').at(-1)!);
        return { digest: built.digest };
      },
    },
    registry: async () => dockerRegistry({ HOME: '/nonexistent' }),
  });
  const watch = setInterval(() => {
    if (cutOff !== undefined && log.length >= cutOff) world.host.cancel();
  }, 0);
  try {
    return await runReported(buildPush, world);
  } finally {
    clearInterval(watch);
  }
}

/** What others had, and only others have removed. */
function lostOfOthers({ log, at }: LyingRegistry): readonly string[] {
  const held = at('web');
  return [
    ...(held.tags.get('theirs') === theirs.digest ? [] : ['theirs']),
    ...(held.manifests.has(theirs.digest) ? [] : [theirs.digest]),
    ...theirs.blobs.map(digestOf).filter((blob) => !held.blobs.has(blob)),
    ...[...held.tags.keys()].filter((tag) => tag !== 'theirs' && !tags.includes(tag)),
  ].filter((what) => !log.includes(`gone ${what}`));
}

/** @param audit checks a registry as a green run left it; by then it tells the truth */
async function run(scenario: Scenario, audit: (registry: LyingRegistry) => Promise<void> = async () => {}) {
  let occasion = 0;
  const tells = (lie: Lie) => {
    if (!scenario.lies.includes(lie)) return false;
    occasion += 1;
    return scenario.told[occasion % scenario.told.length]!;
  };
  await using registry = await lyingRegistry(tells);
  const held = registry.at('web');
  hold(held, theirs, [...scenario.moved, 'theirs']);

  const first = await push(registry, scenario, scenario.cutOff);
  expect(first.error?.code).not.toBe('INTERNAL');
  expect(lostOfOthers(registry)).toEqual([]);
  if (first.ok) {
    expect(first.outputs).toMatchObject({ digest: built.digest, verified: 'true' });
    expect(lacking(registry, held, parts, tags)).toEqual([]);
    registry.reform();
    return await audit(registry);
  }
  // What the lies have left behind does no harm.
  registry.reform();
  const since = registry.log.length;
  const again = await push(registry, scenario);
  expect(again.error).toBeUndefined();
  expect(again.outputs).toMatchObject({ digest: built.digest, verified: 'true' });
  expect(lacking(registry, held, parts, tags, since)).toEqual([]);
  expect(lostOfOthers(registry)).toEqual([]);
  await audit(registry);
}

test(
  'green means that every tag is held by what was built, with all that it names; red is green when it is run again',
  async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, (scenario) => run(scenario)),
      propertyRuns(100),
    );
  },
  propertyTimeout,
);

audited(
  'pulls by each tag all that was built in spite of lies',
  scenarios.filter((scenario) => !scenario.lies.some((lie) => lie.startsWith('somebody'))),
  (scenario, pulled) =>
    run(scenario, async ({ host }) => {
      for (const tag of tags)
        expect(await pulled(`${host}/web:${tag}`)).toEqual([...parts.manifests, ...parts.blobs].toSorted());
      expect(await pulled(`${host}/web:theirs`)).toEqual(
        [theirs.digest, ...theirs.blobs.map(digestOf)].toSorted(),
      );
    }),
);
