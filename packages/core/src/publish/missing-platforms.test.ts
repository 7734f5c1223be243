import { expect, test } from '@jest/globals';
import { missingPlatforms } from './missing-platforms.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const manifestOf = (content: object) => {
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, ...content }));
  return { mediaType: 'm', digest, size: bytes.length, bytes };
};
const indexOf = (...platforms: string[]) =>
  manifestOf({
    manifests: platforms.map((platform, index) => {
      const [os, architecture, variant] = platform.split('/');
      const own = `sha256:${String(index).repeat(64)}`;
      return { digest: own, size: 1, platform: { os, architecture, ...(variant && { variant }) } };
    }),
  });
const single = manifestOf({ config: { digest, size: 1 } });

test.each([
  [indexOf('linux/amd64', 'linux/arm64', 'unknown/unknown'), 'linux/amd64,linux/arm64', []],
  [indexOf('linux/amd64', 'unknown/unknown'), 'linux/amd64', []],
  [indexOf('linux/amd64'), 'linux/amd64,linux/arm64', ['linux/arm64']],
  [indexOf('linux/amd64', 'linux/arm64/v8', 'linux/arm/v7'), 'linux/x86_64,linux/aarch64,linux/arm', []],
  [indexOf('linux/arm/v6'), 'linux/arm/v7', ['linux/arm/v7']],
  [indexOf('linux/amd64'), 'local', []],
  [single, 'linux/amd64,linux/arm64', ['linux/amd64', 'linux/arm64']],
  // Which one it is for only its configuration would tell.
  [single, 'linux/arm64', []],
  [single, 'linux/amd64,linux/x86_64', []],
] as const)('%# the platforms of an image are compared with those asked for', (root, asked, missing) => {
  expect(missingPlatforms(root, asked.split(','))).toEqual(missing);
});
