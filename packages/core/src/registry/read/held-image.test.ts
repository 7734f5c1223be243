import { expect, test } from '@jest/globals';
import { isOrNames } from './held-image.ts';

const digestOf = (one: string) => `sha256:${one.repeat(64)}`;
const [own, amd64, proof, base, layer] = ['1', '2', '3', '4', '5'].map(digestOf) as [
  string,
  string,
  string,
  string,
  string,
];
const held = {
  digest: own,
  manifest: JSON.stringify({
    schemaVersion: 2,
    annotations: { 'org.opencontainers.image.base.digest': base },
    config: { digest: layer },
    layers: [{ digest: layer }],
    manifests: [
      { digest: amd64, platform: { os: 'linux', architecture: 'amd64' } },
      {
        digest: proof,
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: {
          'vnd.docker.reference.type': 'attestation-manifest',
          'vnd.docker.reference.digest': base,
        },
      },
    ],
  }),
};

test.each([
  ['that is its own', own, true],
  ['of a platform in its index', amd64, true],
  ['of an attestation', proof, false],
  ['in an annotation', base, false],
  ['of a configuration or a layer', layer, false],
])('an image is proven by a digest %s: %s %s', (_, told, proven) => {
  expect(isOrNames(held, told)).toBe(proven);
});

test.each([undefined, 'null', '[]', 'x', '{"manifests":[null]}'])(
  'a manifest that names nothing proves nothing but itself: %s',
  (manifest) => {
    expect(isOrNames({ digest: own, manifest }, amd64)).toBe(false);
    expect(isOrNames({ digest: own, manifest }, own)).toBe(true);
  },
);
