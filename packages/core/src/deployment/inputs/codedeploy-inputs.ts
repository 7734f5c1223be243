import type { CodeDeployValues } from '../../codedeploy/deployment-group.ts';
/** The inputs of operations on services with the CODE_DEPLOY controller, named as the official action's are. */
import { path, text } from '../../inputs/kinds.ts';
import type { Permission } from '../../operation/operation.ts';
import type { WaitUntil } from '../rollout/wait-conditions.ts';
import { waitForMinutes, waitUntil } from './wait-inputs.ts';

/** CodeDeploy API reference: 1 to 100 characters. */
const name = {
  expression: /^[^\s/][^\r\n]{0,99}$/,
  rule: 'at most 100 characters',
};

/** Where CodeDeploy deploys the service. */
export const codeDeployPlaceInputs = {
  'codedeploy-application': text({
    pattern: name,
    description:
      'With the CODE_DEPLOY controller: the CodeDeploy application. By default `AppECS-<cluster>-<service>`.',
    example: 'AppECS-main-web',
  }),
  'codedeploy-deployment-group': text({
    pattern: name,
    description:
      'With the CODE_DEPLOY controller: the deployment group. By default, `DgpECS-<cluster>-<service>`.',
    example: 'DgpECS-main-web',
  }),
};

/** How a deployment of either is followed: they replace those of `followInputs`. */
export const codeDeployFollowInputs = {
  'wait-until': waitUntil({
    default: 'completed',
    codeDeploy: true,
    description:
      'Follow the deployment until it is `completed`; `traffic-shifted` (all production traffic on the new version, before the bake or the termination wait); `paused` (waiting to be continued); `stage:<STAGE>`, a lifecycle stage; `codedeploy:<EVENT>`, a lifecycle event of CodeDeploy; or only `started`: green then does not mean live.',
  }),
  'wait-for-minutes': waitForMinutes(
    'The same as `wait-timeout`, in minutes, for compatibility with the official action. With the CODE_DEPLOY controller, the waits of the deployment group are added, as in that action.',
  ),
};

/** What a deployment by CodeDeploy is made of. */
export const codeDeployMakeInputs = {
  'codedeploy-appspec': path({
    description:
      'With the CODE_DEPLOY controller: the AppSpec file, YAML or JSON; its task definition is filled in. By default, `appspec.yaml` if it exists, otherwise an AppSpec without hooks, generated from the service.',
    example: 'appspec.yaml',
  }),
  ...codeDeployPlaceInputs,
  'codedeploy-deployment-description': text({
    description:
      'With the CODE_DEPLOY controller: the description of the deployment, truncated to 512 characters. By default, the task definition.',
    example: 'release 42',
  }),
  'codedeploy-deployment-config': text({
    pattern: name,
    description:
      'With the CODE_DEPLOY controller: the deployment configuration, which controls how traffic is shifted. By default, that of the deployment group.',
    example: 'CodeDeployDefault.ECSCanary10Percent5Minutes',
  }),
};

export const codeDeployInputs = { ...codeDeployFollowInputs, ...codeDeployMakeInputs };

/** The inputs of an operation that depend on the controller of a service. */
export interface ControllerValues extends CodeDeployValues {
  readonly waitUntil: WaitUntil | 'started';
  /** False: as `started`. */
  readonly waitForServiceStability?: boolean;
  readonly enableExecuteCommand?: boolean | undefined;
}

export const codeDeployOutputs = {
  'codedeploy-deployment-id': {
    description:
      'With the CODE_DEPLOY controller: the CodeDeploy deployment, `d-…`, that this run created or picked up (one service).',
  },
};

const group =
  'arn:${Partition}:codedeploy:${Region}:${Account}:deploymentgroup:${codedeploy-application}/${codedeploy-deployment-group}';
const when = 'when the service has the CODE_DEPLOY controller';

/** What looking at a deployment group needs. Source: the CodeDeploy service authorization reference. */
export const codeDeployReadPermissions: readonly Permission[] = [
  ...['GetDeploymentGroup', 'ListDeployments', 'BatchGetDeployments'].map((name) => ({
    action: `codedeploy:${name}`,
    resource: group,
    when,
  })),
  {
    action: 'codedeploy:GetDeploymentConfig',
    resource: 'arn:${Partition}:codedeploy:${Region}:${Account}:deploymentconfig:*',
    when,
  },
];

/**
 * What following a deployment needs in addition. What names a deployment alone is allowed on `*` or not at all.
 */
export const codeDeployWatchPermissions: readonly Permission[] = [
  ...codeDeployReadPermissions,
  { action: 'codedeploy:GetDeploymentTarget', resource: '*', when, optional: true },
  {
    action: 'codedeploy:StopDeployment',
    resource: '*',
    when: 'when the service has the CODE_DEPLOY controller and `on-cancel` is `stop`, or to roll back',
  },
];

/** What creating one needs in addition: CreateDeployment checks the configuration and notes the revision. */
export const codeDeployPermissions: readonly Permission[] = [
  ...codeDeployWatchPermissions,
  { action: 'codedeploy:CreateDeployment', resource: group, when },
  ...['RegisterApplicationRevision', 'GetApplicationRevision'].map((name) => ({
    action: `codedeploy:${name}`,
    resource: 'arn:${Partition}:codedeploy:${Region}:${Account}:application:${codedeploy-application}',
    when,
  })),
];

export const codeDeployContinuePermission: Permission = {
  action: 'codedeploy:ContinueDeployment',
  resource: '*',
  when,
};
