import { createAws } from '@landfall/aws/aws';
import { type FakeFiles, fakeFiles } from '@landfall/core/testing/fake-files';
import { type FakeHost, type FakeHostOptions, fakeHost } from '@landfall/core/testing/fake-host';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import type { Clock } from '@landfall/core/world/clock';
import type { World } from '@landfall/core/world/world';
import type { Sandbox } from '@landfall/sandbox/sandbox';

export interface AwsWorldOptions extends FakeHostOptions {
  readonly files?: Readonly<Record<string, string>>;
  /** Default: one that may do everything. */
  readonly principal?: Parameters<Sandbox['environment']>[0];
  /** Default: a virtual one of its own; the sandbox does not know of it. */
  readonly clock?: Clock;
}

/** The AWS client over HTTP against the sandbox; the rest in memory. */
export async function awsWorld(
  sandbox: Sandbox,
  { files = {}, principal, clock = virtualClock(), ...host }: AwsWorldOptions = {},
): Promise<World & { readonly host: FakeHost; readonly files: FakeFiles }> {
  const here = fakeHost(host);
  const { docker, registry } = fakeWorld();
  return {
    host: here,
    clock,
    files: fakeFiles(files, here),
    aws: await createAws({
      env: { ...sandbox.environment(principal), HOME: '/nonexistent' },
      clock,
      operation: 'test',
      version: '0',
    }),
    docker,
    registry,
  };
}
