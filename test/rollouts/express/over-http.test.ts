import { expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import { createAws } from '@landfall/aws/aws';
import { deployExpressService } from '@landfall/core/operations/deploy-express-service';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { runReported } from '@landfall/report/run-reported';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { drivenClock } from '@landfall/sandbox/clock/driven-clock';
import { startSandbox } from '@landfall/sandbox/sandbox';

const operation = deployExpressService;

test('an Express service is created and updated over HTTP through the SDK, with no more than the policy of the operation', async () => {
  const sandbox = await startSandbox({
    tasks: 'scripted',
    clock: 'virtual',
    enforce: true,
    seed: 1,
    timing: { bakeMinute: 1000 },
  });
  try {
    const known = new Map([
      ['cluster', 'default'],
      ['service-name', 'web'],
    ]);
    const principal = sandbox.addPrincipal({ policy: JSON.parse(iamPolicy(operation, known)) });
    const clock = drivenClock(sandbox.clock as VirtualClock);
    const env = { ...sandbox.environment(principal), HOME: '/nowhere' };
    const deploy = async (inputs: Record<string, string>) => {
      const aws = await createAws({ env, clock, operation: operation.name, version: '0' });
      const fake = fakeWorld({ inputs: { 'service-name': 'web', tags: 'team=web', ...inputs } });
      return runReported(operation, { ...fake, aws, clock });
    };

    const created = await deploy({
      image: 'example/web:1',
      'execution-role-arn': 'arn:aws:iam::123456789012:role/execution',
      'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/infrastructure',
    });
    expect(created.error).toBeUndefined();
    expect(created.calls).toMatchObject({ 'ecs:CreateExpressGatewayService': 1 });

    const updated = await deploy({
      image: 'example/web:2',
      'mutate-tags-on-update': 'true',
      tags: 'team=api',
    });
    expect(updated.error).toBeUndefined();
    expect(updated.outputs).toMatchObject({ verdict: 'SUCCEEDED', url: created.outputs.url });
    expect(updated.calls).toMatchObject({
      'ecs:DescribeExpressGatewayService': 1,
      'ecs:UpdateExpressGatewayService': 1,
      'ecs:TagResource': 1,
    });
  } finally {
    await sandbox.close();
  }
});
