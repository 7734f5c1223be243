import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import { deployService } from '@landfall/core/operations/deploy-service';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { startSandbox } from '@landfall/sandbox/sandbox';
import { builtAction } from '../../runner/built-actions.ts';
import { startJob } from '../../runner/github-runner.ts';
import { taskDefinitionOf } from '../scenario/scenario.ts';

const place = { cluster: 'main', service: 'web' };

// The first test that needs the actions bundles them.
beforeAll(() => void builtAction('deploy-service'), 600_000);

test('the built action deploys a service of EXTERNAL over HTTP with its own policy, and a bad version leaves the old one live', async () => {
  const sandbox = await startSandbox({ tasks: 'scripted', clock: 'virtual', enforce: true });
  try {
    // biome-ignore lint/suspicious/noExplicitAny: answers of many operations, read by the test that knows them
    const ask = (operation: string, input: object = {}): Promise<any> =>
      sandbox.dispatch('ecs', operation, { ...place, ...input });
    await ask('CreateCluster', { clusterName: 'main' });
    await sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: '/ecs/web' });
    await ask('RegisterTaskDefinition', taskDefinitionOf('web', 1));
    await ask('CreateService', {
      serviceName: 'web',
      desiredCount: 1,
      deploymentController: { type: 'EXTERNAL' },
    });
    sandbox.ecs.setTaskRules([{ match: { image: 'web:3' }, outcome: { kind: 'pull-error' } }]);
    const { taskSet } = await ask('CreateTaskSet', { taskDefinition: 'web:1', launchType: 'EC2' });
    await ask('UpdateServicePrimaryTaskSet', { primaryTaskSet: taskSet.id });
    (sandbox.clock as VirtualClock).advance(300_000);
    const policy = JSON.parse(iamPolicy(deployService, new Map([...Object.entries(place)])));
    const workspace = mkdtempSync(join(tmpdir(), 'landfall-external-'));
    for (const version of [2, 3])
      writeFileSync(join(workspace, `v${version}.json`), JSON.stringify(taskDefinitionOf('web', version)));
    const job = startJob({ workspace, env: sandbox.environment(sandbox.addPrincipal({ policy })) });
    const deploy = (version: number) =>
      job.uses(builtAction('deploy-service'), {
        with: { ...place, 'task-definition': `v${version}.json` },
      });

    const good = await deploy(2);
    expect(good.log.join('\n')).toMatch(/✓ web: web:2 is live/);
    expect(good).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect(good.log.filter((line) => /lacks/.test(line))).toEqual([]);
    expect(sandbox.ecs.truth('main', 'web')?.live?.deploymentId).toBe(good.outputs['deployment-id']);

    const bad = await deploy(3);
    expect(bad).toMatchObject({ exitCode: 1, outputs: { verdict: 'ROLLED_BACK' } });
    expect(sandbox.ecs.truth('main', 'web')?.live?.deploymentId).toBe(good.outputs['deployment-id']);
  } finally {
    await sandbox.close();
  }
}, 120_000);
