import { inProcessAws } from '@landfall/aws/testing/in-process-aws';
import type { Operation } from '@landfall/core/operation/operation';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { runReported } from '@landfall/report/run-reported';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { drivenClock } from '@landfall/sandbox/clock/driven-clock';
import { createLocalAws, type LocalAws } from '@landfall/sandbox/sandbox';
import { servicesOf } from './service-names.ts';

/** One run on a manifest of many services. */
export interface ManifestRun {
  /** AWS requests, attempts included, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** From the first call to the end, in milliseconds of virtual time. */
  readonly took: number;
}

/** One after the other, with equal parts of the services. */
const waves = 5;

const definitionOf = (family: string, version: number | string) => ({
  family,
  containerDefinitions: [{ name: 'web', image: `example.com/${family}:${version}`, memory: 128 }],
});

/** A manifest of this many services, each with a family of its own, at version 2. */
export const manifestFiles = (services: number): Readonly<Record<string, string>> => ({
  'landfall.yml': JSON.stringify({
    landfall: 1,
    name: 'shop',
    defaults: { cluster: 'main' },
    services: Object.fromEntries(
      servicesOf(services).map((name, index) => [
        name,
        {
          serviceName: name,
          taskDefinition: 'web.json',
          wave: Math.floor((index * waves) / services),
          service: { deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 } },
        },
      ]),
    ),
    environments: { live: {} },
  }),
  'web.json': JSON.stringify(definitionOf('${item}', 2)),
});

export const manifestInputs = { environment: 'live' };

/** These services, steady on version 1. */
export async function fillManifestAccount(sandbox: LocalAws, services: number): Promise<void> {
  const call = (operation: string, input: object) => sandbox.dispatch('ecs', operation, input);
  await call('CreateCluster', { clusterName: 'main' });
  for (const serviceName of servicesOf(services)) {
    await call('RegisterTaskDefinition', definitionOf(serviceName, 1));
    await call('CreateService', {
      cluster: 'main',
      serviceName,
      taskDefinition: `${serviceName}:1`,
      desiredCount: 1,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
  }
  (sandbox.clock as VirtualClock).advance(1_200_000);
}

/**
 * An operation on such a manifest, against the sandbox in this process, on one virtual clock with AWS's own throttling.
 * @throws an Error when it is not green
 */
export async function manifestRun(operation: Operation, services: number): Promise<ManifestRun> {
  const sandbox = createLocalAws({ clock: 'virtual', seed: 1, tasks: 'scripted', limits: { journal: 100 } });
  try {
    await fillManifestAccount(sandbox, services);
    sandbox.throttle('aws');
    const clock = drivenClock(sandbox.clock as VirtualClock);
    const world = fakeWorld({ inputs: manifestInputs, files: manifestFiles(services) });
    const began = clock.now();
    const { calls, error } = await runReported(operation, {
      ...world,
      clock,
      aws: inProcessAws(sandbox, { clock }),
    });
    if (error) throw new Error(`${operation.name} of ${services} services: ${error.summary}`);
    return { calls, took: clock.now() - began };
  } finally {
    await sandbox.close();
  }
}
