import { expect, test } from '@jest/globals';
import { convertManifest } from '@landfall/core/operations/convert-manifest';
import { planManifest } from '@landfall/core/operations/plan-manifest';
import { parse } from 'yaml';
import { balanced } from '../rollouts/scenario/code-deployed.ts';
import { createScenario, scenario } from '../rollouts/scenario/current.ts';
import { taskDefinitionOf } from '../rollouts/scenario/scenario.ts';
import { writes } from './shop.ts';

const unset = { service: '', cluster: '', 'task-definition': '' };
async function convert(inputs: Readonly<Record<string, string>> = {}) {
  const { done, files } = scenario.begin(
    { ...unset, cluster: 'main', name: 'shop', ...inputs },
    { operation: convertManifest },
  );
  return { ...(await done), files };
}

const kinds: Readonly<Record<string, object>> = {
  'production-web': {
    loadBalancers: balanced.loadBalancers,
    healthCheckGracePeriodSeconds: 30,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  },
  connected: {
    serviceConnectConfiguration: { enabled: true, namespace: 'shop', services: [{ portName: 'http' }] },
    enableExecuteCommand: true,
    propagateTags: 'SERVICE',
  },
  stored: {
    volumeConfigurations: [
      {
        name: 'data',
        managedEBSVolume: { roleArn: 'arn:aws:iam::123456789012:role/volumes', sizeInGiB: 10 },
      },
    ],
  },
  spot: {
    capacityProviderStrategy: [{ capacityProvider: 'spot', weight: 2, base: 1 }],
    placementStrategy: [{ type: 'spread', field: 'attribute:ecs.availability-zone' }],
    placementConstraints: [{ type: 'distinctInstance' }],
  },
  agent: { schedulingStrategy: 'DAEMON', desiredCount: undefined },
};

async function createKinds(): Promise<void> {
  await createScenario({ services: {} });
  for (const [name, more] of Object.entries(kinds)) {
    const definition = taskDefinitionOf(name, 1);
    const [app] = definition.containerDefinitions;
    await scenario.sandbox.dispatch('ecs', 'RegisterTaskDefinition', {
      ...definition,
      containerDefinitions: [
        {
          ...app,
          portMappings: [{ containerPort: 80, name: 'http' }],
          environment: [{ name: 'PROMPT', value: '${USER}> {{x}}' }],
        },
      ],
      ...(name === 'stored' && { volumes: [{ name: 'data', configuredAtLaunch: true }] }),
    });
    await scenario.sandbox.dispatch('ecs', 'CreateService', {
      cluster: 'main',
      serviceName: name,
      taskDefinition: `${name}:1`,
      desiredCount: 2,
      ...more,
    });
  }
  await scenario.clock.sleep(1_200_000);
}

test('services of every kind, as they run: the next plan changes nothing', async () => {
  await createKinds();
  const { result, files } = await convert();
  expect(result.error).toBeUndefined();
  expect(JSON.parse(result.outputs.unconverted ?? '')).toEqual([]);
  const plan = await scenario.begin(
    { ...unset, environment: 'production', 'exit-code': 'true' },
    { operation: planManifest, files },
  ).done;
  expect(plan.result.error).toBeUndefined();
  expect(JSON.parse(plan.result.outputs.plan ?? '')).toHaveLength(Object.keys(kinds).length);
  expect(plan.result.outputs).toMatchObject({ changes: 'false', 'starts-deployment': 'false' });
  expect(plan.host.annotations).toEqual([]);
  expect(writes()).toEqual([]);
});

test('services that would have one name in the manifest have their own', async () => {
  await createScenario({ services: { web: {}, 'production-web': {} } });
  const { result, files } = await convert();
  expect(result.error).toBeUndefined();
  const { services } = parse(files['/workspace/landfall.yml'] ?? '');
  expect(services).toMatchObject({
    web: { serviceName: 'web', taskDefinition: 'ecs/web.json' },
    'production-web': { serviceName: 'production-web', taskDefinition: 'ecs/production-web.json' },
  });
  const plan = await scenario.begin(
    { ...unset, environment: 'production', 'exit-code': 'true' },
    { operation: planManifest, files },
  ).done;
  expect(plan.result.outputs).toMatchObject({ changes: 'false' });
});

test('each service has its settings, and none that ECS takes by default', async () => {
  await createKinds();
  const { files } = await convert();
  const manifest = parse(files['/workspace/landfall.yml'] ?? '');
  expect(manifest).toMatchObject({
    landfall: 1,
    name: 'shop',
    defaults: { cluster: 'main' },
    environments: { production: { account: '123456789012', region: 'us-east-1' } },
  });
  const settings = Object.fromEntries(
    Object.entries<{ service: object }>(manifest.services).map(([key, { service }]) => [key, service]),
  );
  const { 'production-web': web, ...others } = kinds;
  const { desiredCount, ...agent } = { desiredCount: undefined, ...kinds.agent };
  expect(settings).toMatchObject({ ...others, agent, web });
  expect(Object.keys(settings.web ?? {})).toEqual([
    'launchType',
    'loadBalancers',
    'deploymentConfiguration',
    'availabilityZoneRebalancing',
    'healthCheckGracePeriodSeconds',
  ]);
  expect(manifest.services.agent).toMatchObject({ serviceName: 'agent', taskDefinition: 'ecs/agent.json' });
  expect(manifest.services.web).toMatchObject({ desiredCount: { initial: 2 } });
  expect(manifest.services.web.serviceName).toBeUndefined();
  expect(manifest.services.agent.desiredCount).toBeUndefined();
  const { containerDefinitions, revision } = JSON.parse(files['/workspace/ecs/web.json'] ?? '');
  expect(containerDefinitions[0].environment).toEqual([{ name: 'PROMPT', value: '$${USER}> {{x}}' }]);
  expect(revision).toBeUndefined();
});

test('a service of Express Mode is omitted, and named', async () => {
  await createScenario({ services: { web: {} }, express: { shop: {} } });
  const { result } = await convert();
  expect(JSON.parse(result.outputs.unconverted ?? '')).toEqual([
    'shop is omitted: it is a service of Express Mode, which deploy-express-service deploys',
  ]);
});

test.each([
  [{ cluster: '' }, 'from-compose or services-yaml or cluster must be set, and only one of them'],
  [
    { 'from-compose': 'compose.yml' },
    'from-compose or services-yaml or cluster must be set, and only one of them',
  ],
  [{ cluster: '', 'from-compose': 'compose.yml', services: 'web' }, 'services needs cluster'],
])('%j is refused', async (inputs, summary) => {
  await createScenario();
  expect((await convert(inputs)).result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
});
