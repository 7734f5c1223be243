import { optional } from '../../inputs/input.ts';
import { parseTags } from '../../inputs/json-inputs.ts';
import { boolean } from '../../inputs/kinds.ts';
import { runTaskInputs } from '../inputs.ts';

/** The task that runs before a service is updated, with the names and defaults of the official action. */
export const taskBeforeInputs = {
  'run-task': boolean({
    default: 'false',
    description:
      'Run a task of `task-definition` before anything is updated, such as a migration, and show its log. A step that is repeated within one attempt finds its task; a new attempt runs it again, unless it is still running: then it is followed.',
  }),
  'wait-for-task-stopped': boolean({
    default: 'false',
    description:
      'With `run-task`: wait for the task to end, and update nothing if it failed. Otherwise, the task is only started, and green says nothing about how it ends.',
  }),
  'run-task-container': {
    ...runTaskInputs.container,
    description:
      'The container whose exit code alone decides. By default, the only container, the only essential one, or the only essential one that `run-task-container-overrides` gives a command; if none of these applies, every essential container must exit with 0.',
  },
  'run-task-container-overrides': runTaskInputs['container-overrides'],
  'run-task-subnets': runTaskInputs.subnets,
  'run-task-security-groups': runTaskInputs['security-groups'],
  'run-task-assign-public-ip': {
    ...runTaskInputs['assign-public-ip'],
    description:
      'Whether the task gets a public IP address. By default, `DISABLED` if subnets or security groups are set.',
  },
  'run-task-launch-type': {
    ...runTaskInputs['launch-type'],
    description:
      'The launch type of the task. By default, `FARGATE`. Ignored if `run-task-capacity-provider-strategy` is set.',
  },
  'run-task-capacity-provider-strategy': runTaskInputs['capacity-provider-strategy'],
  'run-task-started-by': runTaskInputs['started-by'],
  'run-task-tags': optional(
    'JSON',
    'Tags of the task, as a JSON list.',
    parseTags,
    '[{"key": "team", "value": "web"}]',
  ),
  'run-task-managed-ebs-volume-name': {
    ...runTaskInputs['managed-ebs-volume-name'],
    description: 'The volume of the task definition that `run-task-managed-ebs-volume` configures.',
  },
  'run-task-managed-ebs-volume': runTaskInputs['managed-ebs-volume'],
};
