import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { createAws } from '@landfall/aws/aws';
import { registerIfChanged } from '@landfall/core/task-definition/register';
import { virtualClock } from '@landfall/core/testing/virtual-clock';
import { startSandbox } from '@landfall/sandbox/sandbox';

const withNewerField = {
  family: 'web',
  containerDefinitions: [
    { name: 'app', image: 'registry.example/web:1', memory: 128, warmUp: { seconds: 5 } },
  ],
} as unknown as RegisterTaskDefinitionRequest;

test('R16: a task definition with a field newer than the SDK is registered once, and reused from then on', async () => {
  const sandbox = await startSandbox();
  try {
    const clock = virtualClock();
    const env = { ...sandbox.environment(), HOME: '/nowhere' };
    const aws = await createAws({ env, clock, operation: 'deploy-service', version: '0' });
    const world = { ecs: await aws.ecs(), clock, signal: new AbortController().signal };

    const first = await registerIfChanged(withNewerField, [], world);
    const second = await registerIfChanged(withNewerField, [], world);
    const changed = await registerIfChanged(
      {
        ...withNewerField,
        containerDefinitions: [
          { ...withNewerField.containerDefinitions![0]!, warmUp: { seconds: 6 } } as object,
        ],
      },
      [],
      world,
    );

    expect([first.how, second.how, changed.how]).toEqual(['registered', 'reused', 'registered']);
    expect(second.arn).toBe(first.arn);
    expect(second.taskDefinition.containerDefinitions?.[0]).toMatchObject({ warmUp: { seconds: 5 } });
    const sent = sandbox.journal().filter(({ operation }) => operation === 'RegisterTaskDefinition');
    expect(sent).toHaveLength(2);
  } finally {
    await sandbox.close();
  }
});
