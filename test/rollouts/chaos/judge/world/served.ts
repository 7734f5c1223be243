import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Service, ServiceDeployment, ServiceDeploymentBrief, TaskSet } from '@aws-sdk/client-ecs';
import type { Run, Snapshot } from '../evidence.ts';

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
    // A read of something else tells more of the service as it was shown before.
    const before = states.at(-1);
    const isMore = told.taskSets || told.serviceDeployments;
    const more = isMore && before?.service && { ...before.service, taskSets: taskSets ?? [] };
    const service = operation === 'DescribeServices' ? told.services?.find(isAbout) : more;
    if (!service) continue;
    const byAge = [...deployments.values()].toSorted((a, b) => +a.createdAt! - +b.createdAt!);
    states.push({
      at: told.serviceDeployments ? before!.at : at,
      service: taskSets && !service.taskSets?.length ? { ...service, taskSets } : service,
      serviceDeployments: byAge,
      codeDeploy: [...codeDeploy.values()].map((info) => ({ info, target: {} })),
    });
  }
  return states;
}
