import type { DescribeServiceRevisionsRequest, DescribeServiceRevisionsResponse } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deployService } from '@landfall/core/operations/deploy-service';
import { renderTaskDefinition } from '@landfall/core/operations/render-task-definition';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { taskDefinitionOf } from '../../rollouts/scenario/scenario.ts';
import { removeImages } from '../image-world.ts';
import { commandsOf, dockerfile, imageJob, onEngine } from './image-job.ts';

onEngine('what ECS runs after build-push, render-task-definition and deploy-service', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ clock: 'virtual', seed: 1, enforce: true });
    await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
    await sandbox.dispatch('ecs', 'CreateCluster', { clusterName: 'main' });
    await sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: '/ecs/web' });
    await sandbox.dispatch('ecs', 'RegisterTaskDefinition', taskDefinitionOf('web', 1));
    await sandbox.dispatch('ecs', 'CreateService', {
      cluster: 'main',
      serviceName: 'web',
      desiredCount: 1,
      taskDefinition: 'web',
    });
  });
  afterEach(() => sandbox.close());

  /** The pipeline of the README up to its last step. */
  const upToDeployment = async () => {
    const job = imageJob({
      sandbox,
      also: [renderTaskDefinition, deployService],
      files: { Dockerfile: dockerfile() },
    });
    const { registry } = (await job.step('ecr-login')).outputs;
    const { outputs } = await job.step('build-push', {
      registry: registry!,
      repository: 'web',
      tags: 'v1',
    });
    const { digest, repository } = outputs;
    expect(outputs.image).toBe(`${registry}/web@${digest}`);
    const rendered = await job.step('render-task-definition', {
      cluster: 'main',
      service: 'web',
      // As in another job: without the account id, which a mask would take away.
      images: `app=${registry}/${repository}@${digest}`,
    });
    removeImages(`${registry}/web:v1`);
    const taskDefinition = rendered.outputs['task-definition']!;
    const deploy = () =>
      job.step('deploy-service', { cluster: 'main', service: 'web', 'task-definition': taskDefinition });
    return { job, registry: registry!, digest: digest!, deploy };
  };

  test('is the digest that was pushed, and the log says so', async () => {
    const { job, digest, deploy } = await upToDeployment();
    const step = await deploy();
    expect(step).toMatchObject({ exitCode: 0, outputs: { verdict: 'SUCCEEDED' } });
    expect(step.raw).toContain('web: every container runs the pushed digest');
    const proof = sandbox.journal().findLast(({ operation }) => operation === 'DescribeServiceRevisions');
    const { serviceRevisionArns } = proof!.input as DescribeServiceRevisionsRequest;
    const { serviceRevisions } = (await sandbox.dispatch('ecs', 'DescribeServiceRevisions', {
      serviceRevisionArns,
    })) as DescribeServiceRevisionsResponse;
    expect(serviceRevisions?.[0]?.containerImages).toMatchObject([
      { containerName: 'app', imageDigest: digest },
    ]);
    await job.end();
  });

  test('is red where it is another digest, although ECS calls the deployment a success', async () => {
    const { job, registry, digest, deploy } = await upToDeployment();
    const other = `sha256:${'b'.repeat(64)}`;
    const containerImages = [{ containerName: 'app', image: `${registry}/web`, imageDigest: other }];
    sandbox.fault({
      service: 'ecs',
      operation: 'DescribeServiceRevisions',
      fault: { kind: 'answer', body: { serviceRevisions: [{ containerImages }], failures: [] } },
    });
    const step = await deploy();
    expect(step).toMatchObject({ exitCode: 1, outputs: { verdict: 'FAILED' } });
    const [error] = commandsOf(step, 'error');
    expect(error?.properties.title).toBe('DEPLOYMENT_FAILED');
    expect(error?.data).toContain(
      `web: web:2 is not live: container app runs ${other}, not the ${digest} that the task definition specifies`,
    );
    await job.end();
  });
});
