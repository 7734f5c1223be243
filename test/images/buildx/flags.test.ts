import { expect, test } from '@jest/globals';
import { buildxArguments, type PreparedBuild } from '@landfall/docker/arguments/build-arguments';
import { describeUnless } from '../../runner/requirements.ts';
import { flagsOf, noBuildx } from './machine.ts';

const pair = [{ name: 'a', value: 'b' }];
/** Everything that a build can ask for. A field that is added must be added here: the type says so. */
const everything: Required<PreparedBuild> = {
  context: '/w',
  file: '/w/Dockerfile',
  target: 'web',
  platforms: ['linux/amd64', 'linux/arm64'],
  buildArgs: pair,
  labels: pair,
  annotations: ['index:a=b'],
  buildContexts: pair,
  cacheFrom: ['type=inline'],
  cacheTo: ['type=inline'],
  noCache: true,
  noCacheFilters: ['web'],
  pull: true,
  network: 'none',
  addHosts: ['a:127.0.0.1'],
  shmSize: '1g',
  ulimits: ['nofile=1:2'],
  cgroupParent: 'a',
  allow: ['network.host'],
  attests: ['type=sbom'],
  provenance: 'false',
  sbom: 'true',
  builder: 'ci',
  secretFiles: pair,
  secretEnvs: pair,
  ssh: ['default'],
  outputs: ['type=oci,dest=/w/x'],
  imageAttributes: ['compression=zstd'],
  pushByDigest: true,
  besideOutputs: true,
  call: 'check',
  destination: { kind: 'engine' },
};
const flagsIn = (args: readonly string[]) => [
  ...new Set(args.flatMap((arg) => /^--[a-z-]+/.exec(arg)?.[0] ?? [])),
];

describeUnless(noBuildx)('the buildx of this machine', () => {
  test('has every flag that a build may send, as it is spelt', () => {
    const report = { imageId: '/t/id', metadata: '/t/metadata' };
    const { call: _, outputs: __, ...image } = everything;
    const sent = flagsIn([
      ...buildxArguments(everything, report),
      ...buildxArguments({ ...image, outputs: [] }, report),
    ]);
    expect(sent).toEqual(
      expect.arrayContaining(['--call', '--iidfile', '--load', '--output', '--provenance', '--secret']),
    );
    expect(flagsOf('build')).toEqual(expect.arrayContaining(sent));
  });

  test('has the flags that a Bake file is read with', () => {
    const sent = ['--file', '--print', '--progress', '--set'];
    expect(flagsOf('bake')).toEqual(expect.arrayContaining(sent));
  });
});
