import { allowedAccountIds, clusterInput, regionInput } from '../inputs/common.ts';
import { optional } from '../inputs/input.ts';
import {
  parseCapacityProviderStrategy,
  parseContainerOverrides,
  parseTaskVolume,
} from '../inputs/json-inputs.ts';
import { boolean, choice, duration, integer, list, pairs, text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { parseWords } from '../task-definition/edit/command-line.ts';

/** What runs. */
const what = {
  'task-definition': text({
    required: true,
    maxLength: 4096,
    description:
      'The task definition to run: the path of a JSON or YAML file (registered only if its content changed), or a registered one (family, family:revision or ARN).',
    example: 'task-definition.json',
  }),
  cluster: clusterInput,
  service: text({
    pattern: patterns.service,
    description:
      'Take the subnets, security groups, launch type or capacity providers and the platform version from this service in the cluster, unless they are set.',
    example: 'web',
  }),
  container: text({
    pattern: patterns.container,
    description:
      'The container that `command` and `environment` apply to, and whose exit code alone decides. By default, the only container, the only essential one, or the only essential one that `container-overrides` gives a command; if none of these applies, every essential container must exit with 0.',
  }),
  command: optional(
    'command',
    'The command, instead of the one in the task definition: a JSON array, or words with quotes. It is not run through a shell.',
    parseWords,
    '["./manage", "migrate"]',
  ),
  environment: pairs({
    name: patterns.environmentName,
    sensitive: true,
    description: 'Environment variables to add, one `NAME=value` per line.',
  }),
  'container-overrides': optional(
    'JSON',
    'Overrides for any container, as RunTask takes them: a list of objects with a `name`.',
    parseContainerOverrides,
    '[{"name": "app", "cpu": 512}]',
  ),
  'task-role': text({ pattern: patterns.role, description: 'A different task role for this run.' }),
  count: integer({ min: 1, max: 10 }, { default: '1', description: 'How many tasks to start.' }),
};

/** Where it runs. */
const where = {
  subnets: list({ item: patterns.subnet, maxItems: 16, description: 'The subnets of the task.' }),
  'security-groups': list({
    item: patterns.securityGroup,
    maxItems: 5,
    description: 'The security groups of the task.',
  }),
  'assign-public-ip': choice(['ENABLED', 'DISABLED'], {
    description:
      'Whether the task gets a public IP address. Without one, its subnets need another route to the internet or to AWS.',
  }),
  'launch-type': choice(['EC2', 'FARGATE', 'EXTERNAL'], {
    description:
      'Omitted unless set: then the service or the default of the cluster decides. ECS Managed Instances use a capacity provider instead: see `capacity-provider-strategy`.',
  }),
  'capacity-provider-strategy': optional(
    'JSON',
    'A capacity provider strategy instead of a launch type.',
    parseCapacityProviderStrategy,
    '[{"capacityProvider": "FARGATE_SPOT", "weight": 1}]',
  ),
  'platform-version': text({
    pattern: { expression: /^(?:LATEST|\d{1,3}(?:\.\d{1,3}){2})$/, rule: 'LATEST or a version like 1.4.0' },
    description: 'The platform version of Fargate.',
  }),
  'managed-ebs-volume-name': text({
    maxLength: 255,
    description: 'The volume of the task definition that `managed-ebs-volume` configures.',
    example: 'data',
  }),
  'managed-ebs-volume': optional(
    'JSON',
    'The Amazon EBS volume to attach, as RunTask takes it: an object with a `roleArn`. The task definition must configure the volume at launch.',
    parseTaskVolume,
    '{"roleArn": "arn:aws:iam::123456789012:role/ecsInfrastructureRole", "sizeInGiB": 10}',
  ),
  group: text({
    pattern: { expression: /^[A-Za-z0-9_][A-Za-z0-9_:./-]{0,254}$/, rule: 'a task group name' },
    description: 'The task group.',
  }),
};

/** What it carries. */
const marks = {
  tags: pairs({
    name: patterns.tagKey,
    description: 'Tags of the task, one `key=value` per line.',
  }),
  'propagate-tags': choice(['TASK_DEFINITION', 'NONE'], {
    description: 'Whether the task gets the tags of the task definition.',
  }),
  'enable-ecs-managed-tags': boolean({ description: 'Enable or disable ECS managed tags for the task.' }),
  'enable-execute-command': boolean({ description: 'Enable ECS Exec for the task.' }),
  'started-by': text({
    pattern: { expression: /^[A-Za-z0-9_/-]{1,128}$/, rule: 'at most 128 letters, digits, - _ and /' },
    description:
      'The `startedBy` value shown by ECS. By default, the run and the step: by that, a new attempt of the run finds the task of an earlier one that has not ended, and follows it instead of starting another.',
  }),
  id: text({
    maxLength: 256,
    description:
      'Distinguishes this step from others in the same job. If the step is repeated within one attempt, it finds its task instead of starting a second one; without an `id`, steps are distinguished by cluster, task definition, container and command, and on GitHub by their position in the job.',
  }),
};

/** How long, and what happens when it is cut short. */
const ends = {
  'wait-for-task-stopped': boolean({
    default: 'true',
    description:
      'Wait for the task to end, and fail if it failed. With `false`, the step ends as soon as ECS has accepted the task.',
  }),
  'wait-timeout': duration(
    { min: '10s', max: '24h' },
    { default: '30m', description: 'How long to wait for the task to end.' },
  ),
  'stream-logs': boolean({
    default: 'true',
    description: 'Show the log of the essential containers while they run.',
  }),
  'on-cancel': choice(['leave', 'stop'], {
    default: 'leave',
    description: 'When the run is cancelled: `leave` the task running, or `stop` it.',
  }),
  'on-timeout': choice(['leave', 'stop'], {
    default: 'leave',
    description: 'When the task has not ended in time: `leave` it running, or `stop` it.',
  }),
  'on-partial-start': choice(['leave', 'stop'], {
    default: 'leave',
    description: 'When ECS could start only some of `count` tasks: `leave` those running, or `stop` them.',
  }),
};

export const runTaskInputs = {
  ...what,
  region: regionInput,
  'allowed-account-ids': allowedAccountIds,
  ...where,
  ...marks,
  ...ends,
};

export const runTaskOutputs = {
  'task-arn': { description: 'The task; the first one if there are several.' },
  'task-arns': { description: 'All tasks, as a JSON list.' },
  'task-definition-arn': { description: 'The revision that ran.' },
  'exit-code': { description: 'The exit code of the container that decided; absent if it never started.' },
  'stopped-reason': { description: 'The reason given by ECS for stopping the task.' },
};
