import type { Authorization, Place } from '../../api/aws-service.ts';
import type { Store } from './store.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html */
export function authorize(
  { groups, deployments }: Store,
  place: Place,
  operation: string,
  // biome-ignore lint/suspicious/noExplicitAny: see Handler
  input: any,
): Authorization {
  const arn = (kind: string, name: string): string =>
    `arn:${place.partition}:codedeploy:${place.region}:${place.accountId}:${kind}:${name}`;
  if (operation.endsWith('Application'))
    return { resources: [arn('application', input.applicationName ?? '*')] };
  if (operation === 'GetDeploymentConfig')
    return { resources: [arn('deploymentconfig', input.deploymentConfigName ?? '*')] };
  // The reference knows no resource for them, although they name a deployment.
  if (['StopDeployment', 'ContinueDeployment'].includes(operation) || /Targets?$/.test(operation))
    return { resources: ['*'] };
  const namesGroup = input.deploymentGroupName !== undefined || input.deploymentId !== undefined;
  if (operation.startsWith('List') && !namesGroup) return { resources: ['*'] };
  const owner = deployments.get(input.deploymentId ?? input.deploymentIds?.[0])?.group;
  const application = input.applicationName ?? owner?.application ?? '*';
  const group = input.deploymentGroupName ?? owner?.name ?? '*';
  const resources = [arn('deploymentgroup', `${application}/${group}`)];
  if (operation !== 'CreateDeployment') return { resources };
  // Creating a deployment takes permissions to read its configuration, and to register and read its revision.
  const used = input.deploymentConfigName ?? groups.get(`${application}/${group}`)?.configuration ?? '*';
  return {
    resources,
    also: [
      { action: 'codedeploy:GetDeploymentConfig', resource: arn('deploymentconfig', used) },
      { action: 'codedeploy:GetApplicationRevision', resource: arn('application', application) },
      { action: 'codedeploy:RegisterApplicationRevision', resource: arn('application', application) },
    ],
  };
}
