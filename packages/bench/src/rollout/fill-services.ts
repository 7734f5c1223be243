import type { World } from '@landfall/sandbox/sandbox';

/** The n-th service of a run: `web-1`. */
export const serviceOf = (index: number) => `web-${index + 1}`;

/** A cluster with so many services on `web:1`, and `web:2` to deploy. */
export async function fillServices(sandbox: World, services: number): Promise<void> {
  const call = (operation: string, input: object) => sandbox.dispatch('ecs', operation, input);
  await call('CreateCluster', { clusterName: 'main' });
  for (const version of [1, 2]) {
    await call('RegisterTaskDefinition', {
      family: 'web',
      containerDefinitions: [{ name: 'web', image: `example.com/web:${version}`, memory: 128 }],
    });
  }
  for (let index = 0; index < services; index += 1) {
    await call('CreateService', {
      cluster: 'main',
      serviceName: serviceOf(index),
      taskDefinition: 'web:1',
      desiredCount: 2,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
  }
}

/** The inputs of one run that deploys to all of them at once. */
export const inputsFor = (services: number) => ({
  cluster: 'main',
  services: Array.from({ length: services }, (_, index) => serviceOf(index)).join('\n'),
  'task-definition': 'web:2',
  'max-parallel': String(services),
  'on-failure': 'continue',
});
