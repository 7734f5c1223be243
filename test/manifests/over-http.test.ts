import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { iamPolicy } from '@landfall/app/commands/iam-policy';
import type { Operation } from '@landfall/core/operation/operation';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import { destroyEnvironment } from '@landfall/core/operations/destroy-environment';
import { planManifest } from '@landfall/core/operations/plan-manifest';
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

test('the built actions create an environment from a saved plan, stop a worker for its update, prune and destroy, each with its own policy', async () => {
  const sandbox = await startSandbox({ tasks: 'scripted', clock: 'virtual', enforce: true });
  try {
    await sandbox.dispatch('ecs', 'CreateCluster', { clusterName: 'main' });
    for (const name of ['api', 'worker', 'old'])
      await sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: `/ecs/dev-${name}` });
    const workspace = mkdtempSync(join(tmpdir(), 'landfall-manifest-'));
    const write = (files: Readonly<Record<string, string>>) => {
      for (const [path, text] of Object.entries(files)) writeFileSync(join(workspace, path), text);
    };
    const manifest = (old: string) => `landfall: 1
name: shop
defaults: { cluster: main }
vars: { version: 1 }
services:
  api: { taskDefinition: api.json, desiredCount: { initial: 1 } }
  worker: { taskDefinition: worker.json, wave: 10, desiredCount: 1, stopBeforeDeploy: true }
${old}environments: { dev: }
`;
    write(shopFiles(manifest('  old: { taskDefinition: api.json, desiredCount: 0 }\n')));
    const uses = (operation: Operation, inputs: Readonly<Record<string, string>> = {}) => {
      const policy = JSON.parse(iamPolicy(operation, new Map([['cluster', 'main']])));
      const job = startJob({ workspace, env: sandbox.environment(sandbox.addPrincipal({ policy })) });
      return job.uses(builtAction(operation.name), { with: { environment: 'dev', ...inputs } });
    };

    const planned = await uses(planManifest, { 'output-file': 'plan.json' });
    expect(planned).toMatchObject({ exitCode: 0, outputs: { changes: 'true' } });
    const created = await uses(deployManifest, { plan: 'plan.json' });
    expect(created).toMatchObject({
      exitCode: 0,
      outputs: { verdict: 'SUCCEEDED', created: '["dev-api","dev-old","dev-worker"]' },
    });

    write({ 'landfall.yml': manifest('') });
    expect(await uses(deployManifest, { plan: 'plan.json' })).toMatchObject({ exitCode: 1, outputs: {} });
    const updated = await uses(deployManifest, { vars: 'version=2', prune: 'true' });
    expect(updated).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED', pruned: '["dev-old"]' } });
    expect(updated.log).toContain('dev-worker: no task of it runs; updating it to 1 tasks');

    const destroyed = await uses(destroyEnvironment, { confirm: 'dev' });
    expect(destroyed).toMatchObject({ exitCode: 0, outputs: { deleted: '["dev-worker","dev-api"]' } });
    for (const { log } of [planned, created, updated, destroyed])
      expect(log.filter((line) => /lacks/.test(line))).toEqual([]);
  } finally {
    await sandbox.close();
  }
}, 120_000);
