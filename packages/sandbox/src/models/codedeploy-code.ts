import type { Violation } from './violations.ts';

/** Members that must be there, by the errors that the operations declare. */
const required: Readonly<Record<string, string>> = {
  applicationName: 'ApplicationNameRequiredException',
  deploymentConfigName: 'DeploymentConfigNameRequiredException',
  deploymentGroupName: 'DeploymentGroupNameRequiredException',
  deploymentId: 'DeploymentIdRequiredException',
  deploymentIds: 'DeploymentIdRequiredException',
  serviceRoleArn: 'RoleRequiredException',
  targetId: 'DeploymentTargetIdRequiredException',
  targetIds: 'DeploymentTargetIdRequiredException',
};

/** What else is wrong with a member of a request, or below it. */
const invalid: Readonly<Record<string, string>> = {
  applicationName: 'InvalidApplicationNameException',
  autoRollbackConfiguration: 'InvalidAutoRollbackConfigException',
  blueGreenDeploymentConfiguration: 'InvalidBlueGreenDeploymentConfigurationException',
  computePlatform: 'InvalidComputePlatformException',
  deploymentConfigName: 'InvalidDeploymentConfigNameException',
  deploymentGroupName: 'InvalidDeploymentGroupNameException',
  deploymentStyle: 'InvalidDeploymentStyleException',
  deploymentWaitType: 'InvalidDeploymentWaitTypeException',
  ec2DeploymentOptions: 'InvalidAutoScalingGroupProcessToSuspendException',
  ec2TagFilters: 'InvalidEC2TagException',
  ec2TagSet: 'InvalidEC2TagException',
  fileExistsBehavior: 'InvalidFileExistsBehaviorException',
  includeOnlyStatuses: 'InvalidDeploymentStatusException',
  onPremisesInstanceTagFilters: 'InvalidTagException',
  onPremisesTagSet: 'InvalidTagException',
  revision: 'InvalidRevisionException',
  targetFilters: 'InvalidTargetFilterNameException',
  targetInstances: 'InvalidTargetInstancesException',
  triggerConfigurations: 'InvalidTriggerConfigException',
};

/** CodeDeploy has an error of its own for nearly every member; the rest is an InvalidInputException. */
export const codedeployCode = ({ constraint, members }: Violation): string => {
  const names = constraint === 'required' ? required : invalid;
  return names[members[0]!] ?? 'InvalidInputException';
};
