/** What an Express service can be set to, under the names of the official action. */

import type { Input, ValuesOf } from '../../inputs/input.ts';
import { boolean, choice, integer, list, text } from '../../inputs/kinds.ts';
import type { InputProblem } from '../../inputs/parse-inputs.ts';
import * as patterns from '../../inputs/patterns.ts';
import { parseWords } from '../../task-definition/edit/command-line.ts';
import { namedList } from './named-list.ts';

const kept = 'If not set, an existing service keeps its current value.';

const command: Input<readonly string[] | undefined> = {
  type: 'command',
  required: false,
  description: `The command, instead of the image's: a JSON array, or words with quotes. It is not run through a shell. ${kept}`,
  example: '["node", "server.js"]',
  parse: parseWords,
};

const container = {
  image: text({
    required: true,
    maxLength: 512,
    pattern: { expression: /^[^\s]{1,512}$/, rule: 'an image reference without spaces' },
    description:
      'The image to deploy. Pin it by digest, so that ECS runs exactly what was pushed and a rerun of the step finds its own deployment.',
    example: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:…',
  }),
  'container-port': integer(
    { min: 1, max: 65_535 },
    { description: `The container port that receives traffic. A new service uses 80. ${kept}` },
  ),
  'environment-variables': namedList(
    { key: 'name', value: 'value' },
    {
      name: patterns.environmentName,
      sensitive: true,
      description: `The complete list of environment variables: it replaces the previous one. ${kept}`,
      example: 'LOG_LEVEL=info',
    },
  ),
  secrets: namedList(
    { key: 'name', value: 'valueFrom' },
    {
      name: patterns.environmentName,
      description: `The complete list of secrets, each with the ARN of a Secrets Manager secret or an SSM parameter. ${kept}`,
      example: 'TOKEN=arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-AbCdEf',
    },
  ),
  command,
  'log-group': text({
    pattern: { expression: /^[A-Za-z0-9._/#-]{1,512}$/, rule: 'the name of a log group' },
    description: `The CloudWatch Logs group. If not set, Express Mode creates one for a new service. ${kept}`,
  }),
  'log-stream-prefix': text({
    pattern: { expression: /^[^\s:*]{1,256}$/, rule: 'a prefix without spaces, colons and asterisks' },
    description: `The prefix of the log stream names; \`ecs\` if only \`log-group\` is set. ${kept}`,
  }),
  'repository-credentials': text({
    pattern: {
      expression: /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:\S{1,512}$/,
      rule: 'the ARN of a secret',
    },
    description: 'The ARN of the secret with the credentials of a private registry other than ECR.',
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
      'The role Express Mode uses to create the load balancer and the other resources of the service. A new service needs one; it can never be changed.',
    example: 'arn:aws:iam::123456789012:role/ecsInfrastructureRoleForExpressServices',
  }),
  'task-role-arn': text({
    pattern: patterns.roleArn,
    description: `The role of the application itself. ${kept}`,
  }),
  cpu: integer(
    { min: 256, max: 16_384 },
    { description: `CPU units of a task. A new service uses 1024. ${kept}`, example: '1024' },
  ),
  memory: integer(
    { min: 512, max: 122_880 },
    { description: `Memory of a task in MiB. A new service uses 2048. ${kept}`, example: '2048' },
  ),
  'cpu-architecture': choice(['X86_64', 'ARM64'], {
    description: `The CPU architecture of the tasks. A new service uses X86_64. ${kept}`,
  }),
};

const service = {
  subnets: list({
    item: patterns.subnet,
    maxItems: 16,
    description: `The subnets of the tasks. A new service uses those of the default VPC; private subnets make its load balancer internal. ${kept}`,
  }),
  'security-groups': list({
    item: patterns.securityGroup,
    maxItems: 5,
    description: `The security groups of the tasks. ${kept}`,
  }),
  'health-check-path': text({
    pattern: { expression: /^\/[^\s]{0,1023}$/, rule: 'a path that starts with /' },
    description: `The path of the load balancer's health check. ${kept}`,
    example: '/health',
  }),
  'min-task-count': integer(
    { min: 0, max: 100_000 },
    { description: `The minimum number of tasks. A new service uses 1. ${kept}` },
  ),
  'max-task-count': integer(
    { min: 1, max: 100_000 },
    { description: `The maximum number of tasks. A new service uses 20. ${kept}` },
  ),
  'auto-scaling-metric': choice(['AVERAGE_CPU', 'AVERAGE_MEMORY', 'REQUEST_COUNT_PER_TARGET'], {
    description: `The metric that scaling follows. A new service uses AVERAGE_CPU. ${kept}`,
  }),
  'auto-scaling-target-value': integer(
    { min: 1, max: 65_536 },
    { description: `The target value of the metric. A new service uses 60. ${kept}` },
  ),
  tags: namedList(
    { key: 'key', value: 'value' },
    {
      name: patterns.tagKey,
      description: 'AWS tags of a new service and of everything that Express Mode creates for it.',
      example: 'team=web',
    },
  ),
  'mutate-tags-on-update': boolean({
    default: 'false',
    description:
      'Make the tags of an existing service exactly those in `tags`. Tags set by AWS are left unchanged, including AmazonECSManaged, without which Express Mode would no longer recognize the service.',
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
    ? [{ input: 'mutate-tags-on-update', problem: 'needs tags: set [] to remove all' }]
    : []),
];
