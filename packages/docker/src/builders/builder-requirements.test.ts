import { describe, expect, test } from '@jest/globals';
import type { BuildSpecification } from '@landfall/core/world/docker';
import { type BuilderRequirement, makesIndex, requirementsOf } from './builder-requirements.ts';

const plain: BuildSpecification = { context: '/w', privateFolder: '/t', buildArgs: [], labels: [] };
const pairs = [{ name: 'a', value: 'b' }];

describe('what an input needs', () => {
  test.each<[string, Partial<BuildSpecification>, BuilderRequirement[]]>([
    ['nothing', {}, []],
    ['secrets', { secrets: pairs }, [{ input: 'secrets', needs: 'buildkit' }]],
    ['secret-files', { secretFiles: pairs }, [{ input: 'secret-files', needs: 'buildkit' }]],
    ['secret-envs', { secretEnvs: pairs }, [{ input: 'secret-envs', needs: 'buildkit' }]],
    ['ssh', { ssh: ['default'] }, [{ input: 'ssh', needs: 'buildkit' }]],
    ['one platform', { platforms: ['linux/arm64'] }, []],
    [
      'two platforms',
      { platforms: ['linux/arm64', 'linux/amd64'] },
      [{ input: 'platforms', needs: 'buildx' }],
    ],
    ['an inline cache', { cacheTo: ['type=inline'] }, [{ input: 'cache-to', needs: 'buildkit' }]],
    ['a cache of GitHub', { cacheFrom: ['type=gha'] }, [{ input: 'cache-from', needs: 'buildx' }]],
    [
      'build-contexts',
      { buildContexts: pairs },
      [{ input: 'build-contexts', needs: 'buildx', since: '0.8.0' }],
    ],
    [
      'no-cache-filters',
      { noCacheFilters: ['a'] },
      [{ input: 'no-cache-filters', needs: 'buildx', since: '0.8.0' }],
    ],
    ['allow', { allow: ['network.host', 'security.insecure'] }, [{ input: 'allow', needs: 'buildx' }]],
    ["what an engine's own BuildKit allows", { allow: ['network.host'] }, []],
    ['annotations', { annotations: ['a=b'] }, [{ input: 'annotations', needs: 'buildx', since: '0.12.0' }]],
    ['attests', { attests: ['type=sbom'] }, [{ input: 'attests', needs: 'buildx', since: '0.10.0' }]],
    ['provenance', { provenance: 'mode=max' }, [{ input: 'provenance', needs: 'buildx', since: '0.10.0' }]],
    ['provenance: false', { provenance: 'false' }, []],
    ['sbom', { sbom: 'true' }, [{ input: 'sbom', needs: 'buildx', since: '0.10.0' }]],
    ['builder', { builder: 'ci' }, [{ input: 'builder', needs: 'buildx' }]],
    ['files', { outputs: ['type=local,dest=/o'] }, [{ input: 'outputs', needs: 'buildkit' }]],
    ['an archive of an image', { outputs: ['type=oci,dest=/o'] }, [{ input: 'outputs', needs: 'buildx' }]],
    [
      'files beside the image',
      { outputs: ['type=local,dest=/o'], besideOutputs: true },
      [{ input: 'outputs', needs: 'buildx', since: '0.13.0' }],
    ],
    [
      'attributes of the image',
      { imageAttributes: ['compression=zstd'] },
      [{ input: 'outputs', needs: 'buildx' }],
    ],
    ['shm-size', { shmSize: '1g' }, [{ input: 'shm-size', needs: 'engine', engine: '23.0.0' }]],
    ['ulimit', { ulimits: ['nofile=1'] }, [{ input: 'ulimit', needs: 'engine', engine: '23.0.0' }]],
    [
      'cgroup-parent',
      { cgroupParent: 'ci' },
      [{ input: 'cgroup-parent', needs: 'engine', engine: '23.0.0' }],
    ],
    ['call', { call: 'check' }, [{ input: 'call', needs: 'buildx', since: '0.15.0' }]],
  ])('%s', (_, asked, requirements) => expect(requirementsOf({ ...plain, ...asked })).toEqual(requirements));
});

test.each<[Partial<BuildSpecification>, boolean]>([
  [{}, false],
  [{ provenance: 'false' }, false],
  [{ platforms: ['a', 'b'] }, true],
  [{ attests: ['type=sbom'] }, true],
  [{ sbom: 'true' }, true],
  [{ imageAttributes: ['compression=zstd'] }, true],
  [{ pushByDigest: true }, true],
  [{ annotations: ['a=b'] }, true],
])('%j is pushed by the builder, not by the engine: %s', (asked, expected) =>
  expect(makesIndex({ ...plain, ...asked })).toBe(expected),
);
