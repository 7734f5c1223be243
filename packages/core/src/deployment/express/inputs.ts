/** What an Express service can be set to, under the names of the official action. */

import type { Input, ValuesOf } from '../../inputs/input.ts';
import { boolean, choice, integer, list, text } from '../../inputs/kinds.ts';
import type { InputProblem } from '../../inputs/parse-inputs.ts';
import * as patterns from '../../inputs/patterns.ts';
import { parseWords } from '../../task-definition/edit/command-line.ts';
import { namedList } from './named-list.ts';

const kept = 'An existing service keeps its own when not given.';

const command: Input<readonly string[] | undefined> = {
  type: 'command',
  required: false,
  description: `The command, in place of the image's: a JSON array, or words with quotes. No shell reads it. ${kept}`,
  example: '["node", "server.js"]',
  parse: parseWords,
};

const container = {
  image: text({
    required: true,
    maxLength: 512,
    pattern: { expression: /^[^\s]{1,512}$/, rule: 'an image reference without spaces' },
    description:
      'The image to deploy. Best by digest: then ECS runs just what was pushed, and a step that is run again finds its own deployment.',
    example: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:…',
  }),
  'container-port': integer(
    { min: 1, max: 65_535 },
    { description: `The port of the container that gets the traffic. A new service gets 80. ${kept}` },
  ),
  'environment-variables': namedList(
    { key: 'name', value: 'value' },
    {
      name: patterns.environmentName,
      sensitive: true,
      description: `The environment variables, all of them: the list replaces the one before. ${kept}`,
      example: 'LOG_LEVEL=info',
    },
  ),
  secrets: namedList(
    { key: 'name', value: 'valueFrom' },
    {
      name: patterns.environmentName,
      description: `The secrets, all of them, each with the ARN of a Secrets Manager secret or an SSM parameter. ${kept}`,
      example: 'TOKEN=arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-AbCdEf',
    },
  ),
  command,
  'log-group': text({
    pattern: { expression: /^[A-Za-z0-9._/#-]{1,512}$/, rule: 'the name of a log group' },
    description: `The CloudWatch Logs group. Express Mode makes one for a new service when not given. ${kept}`,
  }),
  'log-stream-prefix': text({
    pattern: { expression: /^[^\s:*]{1,256}$/, rule: 'a prefix without spaces, colons and asterisks' },
    description: `What the names of the log streams begin with; \`ecs\` where only \`log-group\` is given. ${kept}`,
  }),
  'repository-credentials': text({
    pattern: {
      expression: /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:\S{1,512}$/,
      rule: 'the ARN of a secret',
    },
    description: 'The ARN of the secret with the login of a private registry outside ECR.',
  }),
};

const task = {
  'execution-role-arn': text({
    pattern: patterns.roleArn,
    description: `The role that pulls the image, reads the secrets and writes the logs. A new service needs one. ${kept}`,
    example: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
  }),
  'infrastructure-role-arn': text({
    pattern: patterns.roleArn,
    description:
      'The role with which Express Mode makes the load balancer and what else the service needs. A new service needs one; it can never be changed.',
    example: 'arn:aws:iam::123456789012:role/ecsInfrastructureRoleForExpressServices',
  }),
  'task-role-arn': text({
    pattern: patterns.roleArn,
    description: `The role that the application itself has. ${kept}`,
  }),
  cpu: integer(
    { min: 256, max: 16_384 },
    { description: `CPU units of a task. A new service gets 1024. ${kept}`, example: '1024' },
  ),
  memory: integer(
    { min: 512, max: 122_880 },
    { description: `Memory of a task in MiB. A new service gets 2048. ${kept}`, example: '2048' },
  ),
  'cpu-architecture': choice(['X86_64', 'ARM64'], {
    description: `The architecture that tasks run on. A new service gets X86_64. ${kept}`,
  }),
};

const service = {
  subnets: list({
    item: patterns.subnet,
    maxItems: 16,
    description: `The subnets of the tasks. A new service gets those of the default VPC; private ones make its load balancer internal. ${kept}`,
  }),
  'security-groups': list({
    item: patterns.securityGroup,
    maxItems: 5,
    description: `The security groups of the tasks. ${kept}`,
  }),
  'health-check-path': text({
    pattern: { expression: /^\/[^\s]{0,1023}$/, rule: 'a path that starts with /' },
    description: `The path that the load balancer asks for to learn whether a task is healthy. ${kept}`,
    example: '/health',
  }),
  'min-task-count': integer(
    { min: 0, max: 100_000 },
    { description: `How many tasks run at least. A new service gets 1. ${kept}` },
  ),
  'max-task-count': integer(
    { min: 1, max: 100_000 },
    { description: `How many tasks run at most. A new service gets 20. ${kept}` },
  ),
  'auto-scaling-metric': choice(['AVERAGE_CPU', 'AVERAGE_MEMORY', 'REQUEST_COUNT_PER_TARGET'], {
    description: `What the number of tasks follows. A new service follows AVERAGE_CPU. ${kept}`,
  }),
  'auto-scaling-target-value': integer(
    { min: 1, max: 65_536 },
    { description: `The value of the metric to keep to. A new service gets 60. ${kept}` },
  ),
  tags: namedList(
    { key: 'key', value: 'value' },
    {
      name: patterns.tagKey,
      description: 'AWS tags of a new service and of all that Express Mode makes for it.',
      example: 'team=web',
    },
  ),
  'mutate-tags-on-update': boolean({
    default: 'false',
    description:
      'Make the tags of an existing service just those of `tags`. Tags of AWS itself are left alone, AmazonECSManaged among them: without it Express Mode would not know the service again.',
  }),
};

export const expressInputs = { ...container, ...task, ...service };

export type ExpressValues = ValuesOf<typeof expressInputs>;

export const checkExpress = (given: ExpressValues): readonly InputProblem[] => [
  ...(given.minTaskCount !== undefined &&
  given.maxTaskCount !== undefined &&
  given.minTaskCount > given.maxTaskCount
    ? [
        {
          input: 'min-task-count',
          problem: `must be at most max-task-count, got ${given.minTaskCount} and ${given.maxTaskCount}`,
        },
      ]
    : []),
  ...(given.mutateTagsOnUpdate && given.tags === undefined
    ? [{ input: 'mutate-tags-on-update', problem: 'needs tags: give [] to remove all' }]
    : []),
];
