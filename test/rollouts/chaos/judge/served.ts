import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Service, ServiceDeployment, ServiceDeploymentBrief, TaskSet } from '@aws-sdk/client-ecs';
import type { Run, Snapshot } from './evidence.ts';

/** What a run was shown, read by read: each is the service as it was served, with what had been served of the rest. */
export function servedStates({ calls, service: name }: Run): readonly Snapshot[] {
  const states: Snapshot[] = [];
  const deployments = new Map<string, ServiceDeployment>();
  const codeDeploy = new Map<string, DeploymentInfo>();
  let taskSets: TaskSet[] | undefined;
  for (const { at, operation, answer } of calls) {
    const told = (answer ?? {}) as {
      services?: Service[];
      serviceDeployments?: ServiceDeployment[];
      taskSets?: TaskSet[];
      deploymentsInfo?: DeploymentInfo[];
      deploymentInfo?: DeploymentInfo;
    };
    if (operation === 'DescribeServiceDeployments')
      for (const one of told.serviceDeployments ?? []) deployments.set(one.serviceDeploymentArn!, one);
    if (operation === 'ListServiceDeployments')
      for (const { targetServiceRevisionArn: arn, ...one } of (told.serviceDeployments ??
        []) as ServiceDeploymentBrief[])
        if (!deployments.has(one.serviceDeploymentArn!))
          deployments.set(one.serviceDeploymentArn!, { ...one, targetServiceRevision: { arn } });
    if (operation === 'DescribeTaskSets') taskSets = told.taskSets;
    for (const one of [
      ...(told.deploymentsInfo ?? []),
      ...(told.deploymentInfo ? [told.deploymentInfo] : []),
    ])
      codeDeploy.set(one.deploymentId!, one);
    const isAbout = (one: Service) => name === undefined || one.serviceName === name;
    const isOfSets = operation === 'DescribeTaskSets' && states.length > 0;
    const shown = isOfSets ? { ...states.at(-1)!.service!, taskSets: taskSets ?? [] } : undefined;
    const service = operation === 'DescribeServices' ? told.services?.find(isAbout) : shown;
    if (!service) continue;
    const byAge = [...deployments.values()].toSorted((a, b) => +a.createdAt! - +b.createdAt!);
    states.push({
      at,
      service: taskSets && !service.taskSets?.length ? { ...service, taskSets } : service,
      serviceDeployments: byAge,
      codeDeploy: [...codeDeploy.values()].map((info) => ({ info, target: {} })),
    });
  }
  return states;
}
