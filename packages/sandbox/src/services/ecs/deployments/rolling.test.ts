import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import type { TaskOutcome } from '../task-rules/task-rule.ts';
import { ecsBench } from '../testing/bench.ts';

const MINUTE = 60_000;
const BREAKER: DeploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true } };

/** A service whose first deployment has completed, and a second one that has this outcome. */
function goodThen(outcome: TaskOutcome, configuration: DeploymentConfiguration = {}) {
  const ecs = ecsBench({ taskRules: [{ match: { image: 'web:2' }, outcome }] });
  ecs.create({ taskDefinition: ecs.register(), deploymentConfiguration: configuration });
  ecs.clock.advance(2 * MINUTE);
  const first = ecs.describe().deployments![0]!.id!;
  const second = ecs.update({ taskDefinition: ecs.register({ image: 'example/web:2' }) }).deployments![0]!
    .id!;
  return { ...ecs, first, second };
}

describe('a rolling deployment', () => {
  test('GoodToGood: starts the new tasks, stops the old ones, completes, and is steady', () => {
    const ecs = goodThen({ kind: 'run' });
    ecs.clock.advance(2 * MINUTE);
    expect(ecs.events()).toEqual([
      '(service web) has started 2 tasks: (task task-1) (task task-2).',
      '(service web) (deployment deployment-1) deployment completed.',
      '(service web) has reached a steady state.',
      '(service web) has started 2 tasks: (task task-3) (task task-4).',
      '(service web) has stopped 2 running tasks: (task task-1) (task task-2).',
      '(service web) (deployment deployment-2) deployment completed.',
      '(service web) has reached a steady state.',
    ]);
    expect(ecs.describe().deployments).toMatchObject([
      {
        id: ecs.second,
        status: 'PRIMARY',
        desiredCount: 2,
        pendingCount: 0,
        runningCount: 2,
        failedTasks: 0,
        rolloutState: 'COMPLETED',
        rolloutStateReason: `ECS deployment ${ecs.second} completed.`,
      },
    ]);
    const deployment = ecs.serviceDeployment();
    expect(deployment.status).toBe('SUCCESSFUL');
    expect(deployment.targetServiceRevision!.arn!.split('/').at(-1)).toBe(
      ecs.second.slice('ecs-svc/'.length),
    );
    expect(ecs.service.truth('main', 'web')).toMatchObject({
      live: { deploymentId: ecs.second, since: deployment.finishedAt!.getTime() },
      healthyCount: 2,
    });
  });

  test('begun before the old tasks have shown that they are healthy, keeps the minimum running', () => {
    const ecs = ecsBench();
    ecs.create({ taskDefinition: ecs.register() });
    while (ecs.describe().runningCount! < 2) ecs.clock.advance(1_000);
    ecs.update({ taskDefinition: ecs.register({ image: 'example/web:2' }) });
    for (let second = 0; ecs.describe().deployments!.length > 1; second += 1) {
      expect({ second, enough: ecs.describe().runningCount! >= 2 }).toEqual({ second, enough: true });
      ecs.clock.advance(1_000);
    }
    expect(ecs.describe().deployments).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 2 }]);
  });

  test('during the rollout there are two deployments, and the new one is in progress', () => {
    const ecs = goodThen({ kind: 'run' });
    ecs.clock.advance(5_000);
    expect(ecs.describe()).toMatchObject({
      runningCount: 2,
      pendingCount: 2,
      deployments: [
        {
          id: ecs.second,
          status: 'PRIMARY',
          pendingCount: 2,
          rolloutState: 'IN_PROGRESS',
          rolloutStateReason: `ECS deployment ${ecs.second} in progress.`,
        },
        { id: ecs.first, status: 'ACTIVE', runningCount: 2, desiredCount: 2, rolloutState: 'COMPLETED' },
      ],
    });
    expect(ecs.service.truth('main', 'web')!.live).toBeUndefined();
  });

  test('D13: GoodToBad with rollback: the breaker trips and the last live revision becomes PRIMARY again', () => {
    const ecs = goodThen({ kind: 'exit', code: 1, after: 5_000 }, BREAKER);
    ecs.clock.advance(10 * MINUTE);
    expect(ecs.events().slice(3)).toEqual([
      '(service web) has started 2 tasks: (task task-3) (task task-4).',
      '(service web) has started 2 tasks: (task task-5) (task task-6).',
      '(service web) (deployment deployment-2) deployment failed: tasks failed to start.',
      '(service web) rolling back to deployment deployment-1.',
      '(service web) (deployment deployment-1) deployment completed.',
      '(service web) has reached a steady state.',
    ]);
    expect(ecs.serviceDeployment()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
      rollback: { serviceRevisionArn: expect.stringContaining(ecs.first.slice('ecs-svc/'.length)) },
    });
    expect(ecs.service.truth('main', 'web')!.live!.deploymentId).toBe(ecs.first);
    expect(
      ecs.tasks('STOPPED').map((task) => [task.startedBy === ecs.second, task.stopCode, task.stoppedReason]),
    ).toContainEqual([true, 'EssentialContainerExited', 'Essential container in task exited']);
  });

  test('D13: during the rollback the failed deployment stays in sight, and the reason names the deployment', () => {
    const ecs = goodThen({ kind: 'exit', code: 1, after: 5_000 }, BREAKER);
    while (ecs.serviceDeployment().status !== 'ROLLBACK_IN_PROGRESS') ecs.clock.advance(100);
    expect(ecs.describe().deployments).toMatchObject([
      {
        id: ecs.first,
        status: 'PRIMARY',
        rolloutState: 'IN_PROGRESS',
        rolloutStateReason: `ECS deployment circuit breaker: rolling back to deploymentId ${ecs.first}.`,
      },
      {
        id: ecs.second,
        status: 'ACTIVE',
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      },
    ]);
  });

  test('D14: without rollback the failed deployment stays PRIMARY, and the old tasks keep running', () => {
    const ecs = goodThen(
      { kind: 'pull-error' },
      { deploymentCircuitBreaker: { enable: true, rollback: false } },
    );
    ecs.clock.advance(30 * MINUTE);
    expect(ecs.describe().deployments).toMatchObject([
      { id: ecs.second, status: 'PRIMARY', rolloutState: 'FAILED', runningCount: 0, failedTasks: 3 },
      { id: ecs.first, status: 'ACTIVE', runningCount: 2 },
    ]);
    expect(ecs.serviceDeployment().status).toBe('STOPPED');
    expect(ecs.service.truth('main', 'web')).toMatchObject({
      live: undefined,
      serving: [{ deploymentId: ecs.first, healthy: 2 }],
    });
  });

  test('a first deployment that fails has nothing to roll back to', () => {
    const ecs = ecsBench({ taskRules: [{ outcome: { kind: 'exec-format' } }] });
    ecs.create({ taskDefinition: ecs.register(), deploymentConfiguration: BREAKER });
    ecs.clock.advance(10 * MINUTE);
    expect(ecs.serviceDeployment()).toMatchObject({
      status: 'ROLLBACK_FAILED',
      statusReason: 'No rollback candidate was found to run the rollback.',
    });
  });

  test('without a breaker it retries forever, ever more slowly, and says so once', () => {
    const ecs = goodThen({ kind: 'exit', code: 1 });
    ecs.clock.advance(60 * MINUTE);
    expect(ecs.describe().deployments![0]).toMatchObject({ id: ecs.second, rolloutState: 'IN_PROGRESS' });
    const throttled = ecs.events().filter((line) => line.includes('unable to consistently start'));
    expect(throttled).toEqual([
      '(service web) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
    ]);
    const starts = ecs.events().filter((line) => line.includes('has started'));
    expect(starts.length).toBeLessThan(15);
  });

  test('BadToGood: a new deployment supersedes one that never comes up', () => {
    const ecs = goodThen({ kind: 'never-starts' });
    ecs.clock.advance(MINUTE);
    const bad = ecs.describe().currentServiceDeployment!;
    const third = ecs.update({ taskDefinition: ecs.register({ image: 'example/web:3' }) }).deployments![0]!
      .id;
    ecs.clock.advance(5 * MINUTE);
    expect(ecs.describe().deployments).toMatchObject([{ id: third, rolloutState: 'COMPLETED' }]);
    expect(ecs.call('DescribeServiceDeployments', { serviceDeploymentArns: [bad] })).toMatchObject({
      serviceDeployments: [{ status: 'STOPPED' }],
    });
    expect(ecs.service.truth('main', 'web')!.deployments.map((entry) => entry.status)).toEqual([
      'SUCCESSFUL',
      'STOPPED',
      'SUCCESSFUL',
    ]);
  });

  test('BadToBad: a rollback whose own tasks fail is a ROLLBACK_FAILED', () => {
    const ecs = goodThen(
      { kind: 'exit', code: 1 },
      { ...BREAKER, minimumHealthyPercent: 0, maximumPercent: 100 },
    );
    ecs.service.setTaskRules([{ outcome: { kind: 'exit', code: 1 } }]);
    ecs.clock.advance(30 * MINUTE);
    expect(ecs.serviceDeployment().status).toBe('ROLLBACK_FAILED');
  });

  test('D17: a sixth active deployment is refused', () => {
    const ecs = goodThen({ kind: 'never-starts' });
    for (let count = 0; count < 3; count += 1) {
      ecs.clock.advance(1_000);
      ecs.update({ taskDefinition: ecs.register({ image: 'example/web:2' }) });
    }
    const before = ecs.describe();
    expect(before.deployments).toHaveLength(5);
    expect(
      ecs.refusal('UpdateService', {
        cluster: 'main',
        service: 'web',
        forceNewDeployment: true,
        desiredCount: 9,
      }),
    ).toEqual({
      code: 'InvalidParameterException',
      message: '5 active deployments exist, unable to create new deployment.',
    });
    expect(ecs.describe()).toEqual(before);
  });

  test('D22: an update that changes nothing starts nothing; force does', () => {
    const ecs = goodThen({ kind: 'run' });
    ecs.clock.advance(3 * MINUTE);
    const { taskDefinition } = ecs.describe();
    expect(ecs.update({ taskDefinition }).deployments).toMatchObject([{ id: ecs.second }]);
    expect(ecs.update({ desiredCount: 3, enableExecuteCommand: true }).deployments).toMatchObject([
      { id: ecs.second },
    ]);
    expect(ecs.update({ forceNewDeployment: true }).deployments).toHaveLength(2);
  });

  test('D15: with a desired count of 0 it completes at once, with no task ever started', () => {
    const ecs = ecsBench();
    ecs.create({ taskDefinition: ecs.register(), desiredCount: 0 });
    ecs.clock.advance(1_000);
    expect(ecs.describe().deployments).toMatchObject([{ rolloutState: 'COMPLETED', desiredCount: 0 }]);
    expect(ecs.serviceDeployment().status).toBe('SUCCESSFUL');
  });

  test('a change of the desired count in the middle is followed', () => {
    const ecs = goodThen({ kind: 'run' });
    ecs.clock.advance(20_000);
    ecs.update({ desiredCount: 4 });
    ecs.clock.advance(10_000);
    ecs.update({ desiredCount: 1 });
    ecs.clock.advance(5 * MINUTE);
    expect(ecs.describe()).toMatchObject({ desiredCount: 1, runningCount: 1, pendingCount: 0 });
    expect(ecs.describe().deployments).toMatchObject([{ id: ecs.second, rolloutState: 'COMPLETED' }]);
  });

  test('a healthy task resets the failure count, unless the breaker is told not to', () => {
    const flaky = (resetOnHealthyTask: boolean) => {
      const ecs = ecsBench({
        taskRules: [
          { match: { image: 'web:2' }, nth: 3, outcome: { kind: 'run' } },
          { match: { image: 'web:2' }, outcome: { kind: 'exit', code: 1, after: 1_000 } },
        ],
      });
      ecs.create({
        taskDefinition: ecs.register(),
        deploymentConfiguration: {
          deploymentCircuitBreaker: {
            enable: true,
            rollback: true,
            resetOnHealthyTask,
            thresholdConfiguration: { type: 'COUNT', value: 50 },
          },
        },
      });
      ecs.clock.advance(2 * MINUTE);
      ecs.update({ taskDefinition: ecs.register({ image: 'example/web:2' }) });
      const isSettled = (task: { startedAt?: Date | undefined }): boolean =>
        task.startedAt !== undefined && task.startedAt.getTime() < ecs.clock.now() - 41_000;
      const settled = () =>
        ecs
          .tasks('RUNNING')
          .filter((task) => task.containers![0]!.image === 'example/web:2' && isSettled(task));
      while (settled().length === 0) ecs.clock.advance(500);
      return ecs.serviceDeployment();
    };
    expect(flaky(true).deploymentCircuitBreaker!.failureCount).toBeLessThan(
      flaky(false).deploymentCircuitBreaker!.failureCount!,
    );
  });

  test('an alarm that goes off fails the deployment and rolls it back', () => {
    const ecs = goodThen({ kind: 'run' }, { alarms: { alarmNames: ['5xx'], enable: true, rollback: true } });
    ecs.clock.advance(5_000);
    ecs.service.setAlarm('5xx', true);
    ecs.clock.advance(5 * MINUTE);
    expect(ecs.events()).toContain(
      '(service web) (deployment deployment-2) deployment failed: alarm detected.',
    );
    expect(ecs.serviceDeployment()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      alarms: { status: 'TRIGGERED', alarmNames: ['5xx'], triggeredAlarmNames: ['5xx'] },
    });
  });

  test('StopServiceDeployment rolls back, named or by default; one that has ended cannot be stopped', () => {
    const ecs = goodThen({ kind: 'never-starts' });
    ecs.clock.advance(5_000);
    const arn = ecs.describe().currentServiceDeployment;
    ecs.call('StopServiceDeployment', { serviceDeploymentArn: arn, stopType: 'ROLLBACK' });
    expect(ecs.serviceDeployment().status).toBe('ROLLBACK_REQUESTED');
    ecs.clock.advance(5 * MINUTE);
    expect(ecs.serviceDeployment().status).toBe('ROLLBACK_SUCCESSFUL');
    expect(ecs.describe().deployments).toMatchObject([{ id: ecs.first, rolloutState: 'COMPLETED' }]);
    expect(ecs.refusal('StopServiceDeployment', { serviceDeploymentArn: arn }).code).toBe(
      'ConflictException',
    );
  });

  test('a placement that is refused starts no task, and is reported once', () => {
    const ecs = goodThen({ kind: 'placement' });
    ecs.clock.advance(30 * MINUTE);
    expect(ecs.events().slice(3)).toEqual([
      '(service web) was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
      '(service web) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
    ]);
  });

  test('the same seed tells the same events, ids included', () => {
    const told = () => {
      const ecs = goodThen({ kind: 'exit', code: 1 }, BREAKER);
      ecs.clock.advance(10 * MINUTE);
      return ecs.describe();
    };
    expect(told()).toEqual(told());
  });

  test('bake time and early success: DEFERRED completes before the old tasks have gone', () => {
    const ecs = goodThen(
      { kind: 'run' },
      {
        earlySuccessCriteria: { enable: true, healthyPercent: 100, sourceServiceRevisionCleanup: 'DEFERRED' },
      },
    );
    while (ecs.serviceDeployment().status !== 'SUCCESSFUL') ecs.clock.advance(100);
    expect(ecs.describe().deployments).toHaveLength(2);
    ecs.clock.advance(2 * MINUTE);
    expect(ecs.describe().deployments).toMatchObject([{ id: ecs.second }]);
  });

  test('after a restart the service is still there and a deployment in progress continues', () => {
    const ecs = goodThen({ kind: 'run' });
    ecs.clock.advance(5_000);
    const saved = JSON.parse(JSON.stringify(ecs.service.save()));
    const again = ecsBench({ clock: ecs.clock });
    again.service.restore(saved);
    return again.service.restored().then(() => {
      ecs.clock.advance(5 * MINUTE);
      expect(again.describe()).toMatchObject({
        runningCount: 2,
        deployments: [{ id: ecs.second, rolloutState: 'COMPLETED' }],
      });
    });
  });
});
