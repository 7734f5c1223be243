import { describe, expect, test } from '@jest/globals';
import { manifestPlatforms, requiredPlatform, runsOn } from './platforms.ts';

describe('what the tasks run on', () => {
  test.each([
    ['Fargate without runtimePlatform', undefined, true, { os: 'linux', architecture: 'amd64' }],
    ['Fargate on ARM', { cpuArchitecture: 'ARM64' } as const, true, { os: 'linux', architecture: 'arm64' }],
    [
      'Windows',
      { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE', cpuArchitecture: 'X86_64' } as const,
      true,
      { os: 'windows', architecture: 'amd64' },
    ],
    ['EC2 without runtimePlatform: any', undefined, false, undefined],
    [
      'EC2 with an architecture only',
      { cpuArchitecture: 'ARM64' } as const,
      false,
      { architecture: 'arm64' },
    ],
  ])('%s', (_what, runtime, fargate, expected) => {
    expect(requiredPlatform(runtime, fargate)).toEqual(expected);
  });
});

test('an image runs where nothing that is requested differs', () => {
  const image = { os: 'linux', architecture: 'arm64' };
  expect(runsOn(image, { architecture: 'arm64' })).toBe(true);
  expect(runsOn(image, { os: 'linux', architecture: 'amd64' })).toBe(false);
});

describe('what a manifest says', () => {
  test.each([
    [
      'an index lists its platforms, attestations left out',
      {
        manifests: [
          { platform: { os: 'linux', architecture: 'arm64' } },
          { platform: { os: 'unknown', architecture: 'unknown' } },
          {},
        ],
      },
      { kind: 'listed', platforms: [{ os: 'linux', architecture: 'arm64' }] },
    ],
    [
      'a manifest names its configuration',
      { config: { digest: 'sha256:1' } },
      { kind: 'in-config', digest: 'sha256:1' },
    ],
    ['anything else says nothing', null, { kind: 'unsaid' }],
  ])('%s', (_what, manifest, expected) => {
    expect(manifestPlatforms(JSON.stringify(manifest))).toEqual(expected);
  });
});
