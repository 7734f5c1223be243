import type { BlueGreenDeploymentConfiguration } from '@aws-sdk/client-codedeploy';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import type { DeploymentGroup } from './records.ts';
import { fault, type Store } from './store.ts';
import { routingOf } from './traffic.ts';
import { groupView } from './views.ts';

type Operation = OperationOf<Store>;

const CreateApplication: Operation = ({ applications, changed }, input) => {
  if (applications.has(input.applicationName)) {
    throw fault('ApplicationAlreadyExistsException', `Application already exists: ${input.applicationName}`);
  }
  applications.add(input.applicationName);
  changed();
  return { applicationId: input.applicationName };
};

const GetApplication: Operation = ({ application }, input) => ({
  application: { applicationName: application(input.applicationName), computePlatform: 'ECS' },
});

const ListApplications: Operation = ({ applications }) => ({ applications: [...applications] });

const CreateDeploymentGroup: Operation = (
  { application, groups, taskSets, identifier, configurationNamed, changed },
  input,
) => {
  const name = application(input.applicationName);
  const key = `${name}/${input.deploymentGroupName}`;
  if (groups.has(key))
    throw fault('DeploymentGroupAlreadyExistsException', `Deployment group name already exists.`);
  const [target] = input.ecsServices ?? [];
  const known = target && taskSets.service(target.clusterName, target.serviceName);
  if (known === undefined)
    throw fault('InvalidECSServiceException', 'The Amazon ECS service could not be found.');
  if (known.controller !== 'CODE_DEPLOY') {
    throw fault(
      'InvalidECSServiceException',
      "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.",
    );
  }
  const { applicationName: _application, deploymentGroupName, ...settings } = input;
  const blueGreen = withWaits(input.blueGreenDeploymentConfiguration);
  const { deploymentReadyOption: ready, terminateBlueInstancesOnDeploymentSuccess: end } = blueGreen ?? {};
  const made: DeploymentGroup = {
    name: deploymentGroupName,
    id: `${identifier()}-group`,
    application: name,
    cluster: target.clusterName,
    service: target.serviceName,
    settings: { ...settings, ...(blueGreen && { blueGreenDeploymentConfiguration: blueGreen }) },
    configuration: configurationNamed(input.deploymentConfigName ?? 'CodeDeployDefault.ECSAllAtOnce'),
    rollback: input.autoRollbackConfiguration ?? { enabled: false },
    terminationWait: end?.terminationWaitTimeInMinutes ?? 0,
    readyWait: ready?.actionOnTimeout === 'STOP_DEPLOYMENT' ? ready.waitTimeInMinutes : undefined,
  };
  groups.set(key, made);
  changed();
  return { deploymentGroupId: made.id };
};

const GetDeploymentGroup: Operation = ({ group, deployments }, input) => {
  const found = group(input.applicationName, input.deploymentGroupName);
  const own = [...deployments.values()].filter((each) => each.group === found);
  return { deploymentGroupInfo: groupView(found, own) };
};

const ListDeploymentGroups: Operation = ({ application, groups }, input) => ({
  applicationName: application(input.applicationName),
  deploymentGroups: [...groups.values()]
    .filter((each) => each.application === input.applicationName)
    .map((each) => each.name),
});

const GetDeploymentConfig: Operation = ({ configurationNamed }, input) => ({
  deploymentConfigInfo: {
    deploymentConfigName: configurationNamed(input.deploymentConfigName),
    computePlatform: 'ECS',
    trafficRoutingConfig: routingOf(input.deploymentConfigName),
  },
});

/** Applications and deployment groups: where a deployment goes and how. */
export const groupHandlers = (store: Store) =>
  handlersOf(store, {
    CreateApplication,
    GetApplication,
    ListApplications,
    CreateDeploymentGroup,
    GetDeploymentGroup,
    ListDeploymentGroups,
    GetDeploymentConfig,
  });

/** As GetDeploymentGroup shows it, with both waits: `aws ecs deploy` adds them up without asking whether they are there. */
function withWaits(
  asked: BlueGreenDeploymentConfiguration | undefined,
): BlueGreenDeploymentConfiguration | undefined {
  if (asked === undefined) return undefined;
  const { deploymentReadyOption: ready, terminateBlueInstancesOnDeploymentSuccess: end } = asked;
  return {
    ...asked,
    ...(ready && { deploymentReadyOption: { waitTimeInMinutes: 0, ...ready } }),
    ...(end && { terminateBlueInstancesOnDeploymentSuccess: { terminationWaitTimeInMinutes: 0, ...end } }),
  };
}
