import model from '../../models/extract/codedeploy.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import type { RequestRules } from '../../models/request-rules.ts';

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

export const requests: RequestRules = {
  model: model as unknown as ApiModel,
  refusal: {
    /** CodeDeploy has an error of its own for nearly every member; the rest is an InvalidInputException. */
    code({ constraint, members }) {
      const names = constraint === 'required' ? required : invalid;
      return names[members[0]!] ?? 'InvalidInputException';
    },
    seen: 'https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentGroup.html#API_CreateDeploymentGroup_Errors',
  },
};
