import type { TaskSetPort } from '../ecs/task-set-port.ts';
import type { Deployment, DeploymentGroup, LifecycleEvent } from './records.ts';

const at = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));

export const groupView = (
  group: DeploymentGroup,
  deployments: readonly Deployment[],
): Record<string, unknown> => ({
  ...group.settings,
  applicationName: group.application,
  deploymentGroupId: group.id,
  deploymentGroupName: group.name,
  deploymentConfigName: group.configuration,
  computePlatform: 'ECS',
  lastAttemptedDeployment: lastView(deployments),
  lastSuccessfulDeployment: lastView(deployments.filter(({ status }) => status === 'Succeeded')),
});

/** Of the group's deployments, the oldest first. */
function lastView(deployments: readonly Deployment[]): Record<string, unknown> | undefined {
  const last = deployments.at(-1);
  return (
    last && {
      deploymentId: last.id,
      status: last.status,
      createTime: at(last.createdAt),
      endTime: at(last.completedAt),
    }
  );
}

/** `deploymentInfo` of GetDeployment. */
export function deploymentView(deployment: Deployment): Record<string, unknown> {
  const { group, status } = deployment;
  const done = { Pending: 0, InProgress: 0, Succeeded: 0, Failed: 0, Skipped: 0, Ready: 0 };
  const box = {
    Created: 'Pending',
    Queued: 'Pending',
    InProgress: 'InProgress',
    Baking: 'InProgress',
    Ready: 'Ready',
    Succeeded: 'Succeeded',
    Failed: 'Failed',
    Stopped: 'Failed',
  } as const;
  done[box[status]] = 1;
  return {
    applicationName: group.application,
    deploymentGroupName: group.name,
    deploymentConfigName: deployment.configuration,
    deploymentId: deployment.id,
    revision: deployment.revision,
    status,
    errorInformation: deployment.error,
    createTime: at(deployment.createdAt),
    startTime: at(deployment.startedAt),
    completeTime: at(deployment.completedAt),
    deploymentOverview: done,
    description: deployment.description,
    creator: deployment.creator,
    autoRollbackConfiguration: deployment.rollback,
    rollbackInfo: rollbackView(deployment),
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    blueGreenDeploymentConfiguration: group.settings.blueGreenDeploymentConfiguration,
    loadBalancerInfo: group.settings.loadBalancerInfo,
    instanceTerminationWaitTimeStarted: deployment.terminationWaitSince !== undefined,
    computePlatform: 'ECS',
    deploymentStatusMessages: [],
  };
}

function rollbackView(deployment: Deployment): Record<string, unknown> | undefined {
  if (deployment.undoes !== undefined) return { rollbackTriggeringDeploymentId: deployment.undoes };
  const { rolledBackBy } = deployment;
  return rolledBackBy && { rollbackDeploymentId: rolledBackBy.id, rollbackMessage: rolledBackBy.message };
}

/** The one target of an ECS deployment: `cluster:service`. */
export function targetView(deployment: Deployment, taskSets: TaskSetPort): Record<string, unknown> {
  const { cluster, service } = deployment.group;
  const states = taskSets.states(cluster, service);
  const sets = [
    { label: 'Blue', id: deployment.blue, weight: 100 - deployment.weight },
    { label: 'Green', id: deployment.green, weight: deployment.weight },
  ];
  return {
    deploymentTargetType: 'ECSTarget',
    ecsTarget: {
      deploymentId: deployment.id,
      targetId: `${cluster}:${service}`,
      targetArn: taskSets.service(cluster, service)?.arn,
      lastUpdatedAt: at(deployment.completedAt ?? deployment.since),
      lifecycleEvents: deployment.events.map(eventView),
      status:
        deployment.status === 'Created'
          ? 'Pending'
          : deployment.status === 'Stopped'
            ? 'Failed'
            : deployment.status,
      taskSetsInfo: sets.flatMap(({ label, id, weight }) => {
        const state = states.find((candidate) => candidate.id === id);
        if (state === undefined) return [];
        return [
          {
            identifer: state.id,
            desiredCount: state.desired,
            pendingCount: state.pending,
            runningCount: state.running,
            status: state.status,
            trafficWeight: weight,
            taskSetLabel: label,
          },
        ];
      }),
    },
  };
}

const eventView = (event: LifecycleEvent): Record<string, unknown> => ({
  lifecycleEventName: event.name,
  startTime: at(event.startedAt),
  endTime: at(event.endedAt),
  status: event.status,
});
