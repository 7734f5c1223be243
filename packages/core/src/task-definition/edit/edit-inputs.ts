import type { Input } from '../../inputs/input.ts';
import { boolean, choice, integer, list, pairs, text } from '../../inputs/kinds.ts';
import * as patterns from '../../inputs/patterns.ts';
import type { Plain } from '../parse/plain.ts';
import { parseWords } from './command-line.ts';
import { parsePatch } from './patch.ts';

const words = (description: string, example?: string): Input<readonly string[] | undefined> => ({
  type: 'command',
  description,
  example,
  required: false,
  rule: 'a JSON array of strings, or words with quotes',
  parse: parseWords,
});

const patch: Input<Plain | undefined> = {
  type: 'JSON',
  description:
    'A JSON Merge Patch (RFC 7396) for everything that has no input, applied last. If `containerDefinitions` is an object, its keys are container names.',
  example: '{"containerDefinitions": {"web": {"stopTimeout": 60}}}',
  required: false,
  parse: parsePatch,
};

const mebibytes = { min: 4, max: 1_048_576 };
const oneOrAll = 'Applies to the containers of `container-name`.';

/** Which images and containers, as the official action spells it and for several images at once. */
export const imageInputs = {
  images: pairs({
    name: patterns.container,
    description: 'Images to set, one `container=image` per line, for any number of containers.',
    example: 'web=123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2',
  }),
  'container-name': list({
    item: patterns.container,
    description:
      'The containers that `image` and the edits below apply to. By default, the only container, otherwise those of `images`.',
  }),
  image: text({ maxLength: 1024, description: 'The image for each container of `container-name`.' }),
};

export const containerInputs = {
  'environment-variables': pairs({
    name: patterns.environmentName,
    sensitive: true,
    description: `Environment variables to set, one \`NAME=value\` per line; the others stay. ${oneOrAll}`,
  }),
  'environment-remove': list({
    item: patterns.environmentName,
    description: 'Environment variables to remove.',
  }),
  'environment-replace': boolean({
    default: 'false',
    description: 'Remove every environment variable that is not in `environment-variables`.',
  }),
  secrets: pairs({
    name: patterns.environmentName,
    description: `Secrets to set, one \`NAME=valueFrom\` per line: the ARN of a secret or parameter, or the name of a parameter. ${oneOrAll}`,
  }),
  'secrets-remove': list({
    item: patterns.environmentName,
    description: 'Secrets to remove, by their names.',
  }),
  'secrets-from': list({
    item: {
      expression:
        /^(?:[A-Za-z0-9_-]{1,255}=)?(?:arn:[a-z-]{3,20}:secretsmanager:[a-z0-9-]{3,30}:\d{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,512}$/,
      rule: 'the name or ARN of a Secrets Manager secret, or container=secret',
    },
    description:
      'Secrets Manager secrets that hold a JSON object: each key becomes a secret of the container. `container=secret`, or just the secret for the containers of `container-name`.',
  }),
  'env-files': list({
    item: {
      // Buckets of us-east-1 from before March 2018 have up to 255 characters, with capitals and underscores.
      expression: /^arn:[a-z-]{3,20}:s3:::[A-Za-z0-9][A-Za-z0-9._-]{1,254}\/[^\s]{1,900}$/,
      rule: 'the ARN of an S3 object',
    },
    description: 'Environment files by the ARN of their S3 object. They replace the existing ones.',
  }),
  'docker-labels': pairs({ description: `Docker labels to set, one \`name=value\` per line. ${oneOrAll}` }),
  'log-configuration-log-driver': choice(
    ['awslogs', 'awsfirelens', 'fluentd', 'gelf', 'journald', 'json-file', 'splunk', 'syslog'],
    { description: 'The log driver. A different driver than before starts without options.' },
  ),
  'log-configuration-options': pairs({
    sensitive: true,
    description: `Options of the log driver to set, one \`name=value\` per line. ${oneOrAll}`,
  }),
  command: words('The command of the containers. `[]` removes it.', 'node server.js --port 8080'),
  'entry-point': words('The entry point of the containers. `[]` removes it.'),
  'container-cpu': integer({ min: 0, max: 196_608 }, { description: 'CPU units of each container.' }),
  'container-memory': integer(mebibytes, { description: 'Hard memory limit of each container, in MiB.' }),
  'container-memory-reservation': integer(mebibytes, {
    description: 'Soft memory limit of each container, in MiB.',
  }),
};

export const taskInputs = {
  'task-role-arn': text({
    pattern: patterns.role,
    description: 'The role of the containers, by ARN, or by name in the account of the task definition.',
  }),
  'execution-role-arn': text({
    pattern: patterns.role,
    description: 'The role that pulls the image and reads the secrets, by ARN or by name.',
  }),
  cpu: text({
    pattern: {
      expression: /^(?:[1-9]\d{0,6}|\d{0,3}(?:\.\d{1,4})? ?vCPU)$/i,
      rule: 'CPU units or vCPUs, like 1024 or 1 vCPU',
    },
    description: 'CPU of the task.',
  }),
  memory: text({
    pattern: {
      expression: /^(?:[1-9]\d{0,7}|\d{0,4}(?:\.\d{1,4})? ?GB)$/i,
      rule: 'MiB or GB, like 2048 or 2 GB',
    },
    description: 'Memory of the task.',
  }),
  'ephemeral-storage': integer(
    { min: 21, max: 200 },
    { description: 'Ephemeral storage of a Fargate task, in GiB.' },
  ),
  'operating-system-family': text({
    pattern: {
      expression: /^[A-Z][A-Z0-9_]{2,60}$/,
      rule: 'a family like LINUX or WINDOWS_SERVER_2022_CORE',
    },
    description: 'The operating system of the task.',
  }),
  'cpu-architecture': choice(['X86_64', 'ARM64'], { description: 'The CPU architecture of the task.' }),
  patch,
};
