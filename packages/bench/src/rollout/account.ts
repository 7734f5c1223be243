import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalAws } from '@landfall/sandbox/sandbox';

/** What a deployment finds: a cluster, two revisions of `web`, and these services on the first. */
export async function fillAccount(
  sandbox: LocalAws,
  services: readonly string[],
  desiredCount: number,
): Promise<void> {
  const call = (operation: string, input: object) => sandbox.dispatch('ecs', operation, input);
  await call('CreateCluster', { clusterName: 'main' });
  for (const version of [1, 2]) {
    await call('RegisterTaskDefinition', {
      family: 'web',
      containerDefinitions: [{ name: 'web', image: `example.com/web:${version}`, memory: 128 }],
    });
  }
  for (const serviceName of services) {
    await call('CreateService', {
      cluster: 'main',
      serviceName,
      taskDefinition: 'web:1',
      desiredCount,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
  }
}

/** Real time only: until the service's first deployment is live. */
export async function live(sandbox: LocalAws, signal: AbortSignal): Promise<void> {
  while (sandbox.ecs.truth('main', 'web')?.live === undefined) {
    await sleep(50, undefined, { signal });
  }
}
