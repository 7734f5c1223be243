import { allowedAccountIds, clusterInput, regionInput } from '../inputs/common.ts';
import { boolean, choice, integer, text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { codeDeployInputs, codeDeployOutputs } from './code-deploy/inputs.ts';
import { deploymentOutputs } from './conclude.ts';
import { followInputs } from './follow-inputs.ts';
import { forceNewDeployment } from './force-input.ts';
import { rollbackOn } from './rollback-on.ts';
import { orders } from './service-inputs.ts';

/** The inputs of `deploy-service`. */
export const deployInputs = {
  'task-definition': text({
    maxLength: 4096,
    description:
      'What to deploy: the path of a JSON or YAML file, or a registered task definition (family, family:revision or ARN).',
    example: 'task-definition.json',
  }),
  service: text({
    pattern: patterns.service,
    description: 'The service to deploy to, by name or ARN. Give this or `services`.',
    example: 'web',
  }),
  services: orders({
    description:
      'Several services in one run, one a line: `web`, `web=web.json`, or `web=web.json after worker, api`. A line without a task definition takes the one of `task-definition`.',
  }),
  'max-parallel': integer(
    { min: 1, max: 1000 },
    { default: '20', description: 'How many services are rolled out at the same time.' },
  ),
  'on-failure': choice(['stop', 'continue', 'rollback'], {
    default: 'stop',
    description:
      'When one of several services fails: `stop` starting more, `continue` with those that do not come after it, or `stop` and `rollback` those this run has deployed.',
  }),
  cluster: clusterInput,
  region: regionInput,
  'allowed-account-ids': allowedAccountIds,
  'desired-count': integer(
    { min: 0, max: 100_000 },
    { description: 'Set the number of tasks. Not sent when not given, so that an autoscaler keeps its say.' },
  ),
  'force-new-deployment': forceNewDeployment,
  'enable-ecs-managed-tags': boolean({
    description: 'Turn ECS managed tags on or off for the tasks of the service. Not sent when not given.',
  }),
  'propagate-tags': choice(['SERVICE', 'TASK_DEFINITION', 'NONE'], {
    description: 'Where the tags of tasks come from. Not sent when not given.',
  }),
  'enable-execute-command': boolean({
    description: 'Turn ECS Exec on or off for the service. Not sent when not given.',
  }),
  ...followInputs,
  ...codeDeployInputs,
  'rollback-on': rollbackOn,
  verify: boolean({
    default: 'false',
    description:
      'Check first that the deployment can work (image, roles, secrets, log groups, target groups), as `verify-service` does, and change nothing if it cannot.',
  }),
  'dry-run': boolean({
    default: 'false',
    description: 'Say what would be registered and updated, and end there.',
  }),
};

export const deployOutputs = { ...deploymentOutputs, ...codeDeployOutputs };
