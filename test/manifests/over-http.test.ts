import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { startSandbox } from '@landfall/sandbox/sandbox';
import { taskDefinitionOf } from '../rollouts/scenario/scenario.ts';
import { builtAction } from '../runner/built-actions.ts';
import { startJob } from '../runner/github-runner.ts';
import { migration, serviceNames, shopFiles } from './shop.ts';

// The first test that needs the actions bundles them.
beforeAll(() => void builtAction('deploy-manifest'), 600_000);

test('the built actions plan and deploy three waves over HTTP with the policy of deploy-manifest; a migration that fails stops what comes after it', async () => {
  const sandbox = await startSandbox({ tasks: 'scripted', clock: 'virtual', enforce: true });
  try {
    const ask = (operation: string, input: object) => sandbox.dispatch('ecs', operation, input);
    await ask('CreateCluster', { clusterName: 'main' });
    for (const name of [...serviceNames, 'migrate'])
      await sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: `/ecs/dev-${name}` });
    for (const name of serviceNames) {
      await ask('RegisterTaskDefinition', taskDefinitionOf(`dev-${name}`, 1));
      await ask('CreateService', {
        cluster: 'main',
        serviceName: `dev-${name}`,
        taskDefinition: `dev-${name}`,
        desiredCount: 1,
      });
    }
    sandbox.ecs.setTaskRules([migration({ kind: 'exit', code: 0, after: 2000 })]);
    (sandbox.clock as VirtualClock).advance(300_000);
    const policy = JSON.parse(iamPolicy(deployManifest, new Map([['cluster', 'main']])));
    const workspace = mkdtempSync(join(tmpdir(), 'landfall-manifest-'));
    for (const [path, text] of Object.entries(shopFiles())) writeFileSync(join(workspace, path), text);
    const job = startJob({ workspace, env: sandbox.environment(sandbox.addPrincipal({ policy })) });
    const uses = (action: string, inputs: Readonly<Record<string, string>> = {}) =>
      job.uses(builtAction(action), { with: { environment: 'dev', ...inputs } });
    const running = () =>
      serviceNames.map(
        (name) => sandbox.ecs.truth('main', `dev-${name}`)?.live?.taskDefinition.split('/')[1],
      );

    expect(await uses('plan-manifest', { 'exit-code': 'true' })).toMatchObject({
      exitCode: 6,
      outputs: { changes: 'true' },
    });
    expect(running()).toEqual(['dev-api:1', 'dev-web:1', 'dev-worker:1', 'dev-edge:1']);

    const good = await uses('deploy-manifest');
    expect(good).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED', skipped: '[]' } });
    expect(good.log.filter((line) => /lacks/.test(line))).toEqual([]);
    expect(running()).toEqual(['dev-api:2', 'dev-web:2', 'dev-worker:2', 'dev-edge:2']);

    sandbox.ecs.setTaskRules([migration({ kind: 'exit', code: 1, after: 2000 })]);
    expect(await uses('deploy-manifest', { vars: 'version=3' })).toMatchObject({
      exitCode: 1,
      outputs: { verdict: 'TASK_FAILED', skipped: '["dev-web","dev-worker","dev-edge"]' },
    });
    expect(running()).toEqual(['dev-api:3', 'dev-web:2', 'dev-worker:2', 'dev-edge:2']);
  } finally {
    await sandbox.close();
  }
}, 120_000);
