import type { CreateServiceRequest, RunTaskRequest, TaskOverride } from '@aws-sdk/client-ecs';
import * as patterns from '../inputs/patterns.ts';
import { variableName } from './interpolate.ts';
import { request, structure } from './shape/api-shape.ts';
import * as shape from './shape/kinds.ts';
import { field, mapOf, object, required, reserved } from './shape/kinds.ts';

/** The file `landfall.yml`, described once: what reads it, its JSON schema and docs/manifest.md are made from this. */

export const schemaUrl =
  'https://raw.githubusercontent.com/landfall-ci/landfall/main/docs/landfall.schema.json';

export const key = {
  expression: /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
  rule: 'a name of at most 100 letters, digits, - and _',
  type: 'name',
};
const name = shape.text({ pattern: key });
const path = shape.text();
const vars = mapOf(
  {
    expression: variableName,
    rule: 'the name of a variable (letters, digits and _, not starting with a digit)',
  },
  shape.anything,
);

const inDefinition = 'it is a part of the task definition, so write it in the template';
const inRequest = (field: string) =>
  `write service.${field}: what ECS's CreateService takes is below service`;
const infrastructure =
  'Landfall does not create load balancers, listener rules or networks; create them with your infrastructure, and name the target group in service.loadBalancers';

const before = object(
  { name: 'before', description: 'What has to succeed before the wave of the service starts.' },
  {
    run: required(
      shape.oneOrMore(name),
      'The tasks to run, one after the other. The wave starts only if each ends with exit code 0, such as a migration.',
    ),
  },
);

const desiredCount = object(
  { name: 'desiredCount', description: 'A count that is set once.' },
  {
    initial: required(
      shape.integer(0, 10_000, { variables: true }),
      'How many tasks a service starts with when it is created. Later deployments leave the count as it is.',
    ),
  },
);

const overrides = field(
  structure<TaskOverride>('TaskOverride', 'TaskOverride'),
  'What differs from the task definition: the command of a container, its environment.',
);

const definition = {
  template: field(
    name,
    'The template of the task definition, one of `templates`. Either this or `taskDefinition`.',
  ),
  taskDefinition: field(
    shape.text({ variables: true }),
    'The path of a task definition in JSON or YAML, in the shape of the ECS API, from the folder of the manifest. `${name}` in its texts is filled in.',
  ),
  images: field(
    mapOf(patterns.container, shape.text({ variables: true })),
    'The image of each container that is named, as in `render-task-definition`.',
  ),
  vars: field(vars, 'Variables of this one, over `vars` of the file.'),
};

const cluster = field(
  shape.text({ pattern: patterns.cluster, variables: true }),
  'The cluster, by name or ARN.',
);

/** What `defaults` may hold. */
const common = {
  cluster,
  group: field(
    shape.oneOrMore(name),
    'The groups that the service belongs to. A deployment may be limited to some groups.',
  ),
  wave: field(
    shape.integer(0, 1000),
    'When it is deployed: lower waves first, equal ones together. A wave that fails stops the later ones. By default, 0.',
  ),
  stopBeforeDeploy: field(
    shape.flag({ variables: true }),
    'Stop every task of the service before the new version starts, where two versions must never run at once.',
  ),
  desiredCount: field(
    shape.mapOr(desiredCount, shape.integer(0, 10_000, { variables: true })),
    'How many tasks run. A number is set by every deployment. `initial` is set only when the service is created. Without it the count is never changed.',
  ),
  images: definition.images,
  service: field(
    request<Partial<CreateServiceRequest>>('CreateService', {
      serviceName: 'write serviceName next to service',
      cluster: 'write cluster next to service',
      taskDefinition: 'write template or taskDefinition next to service',
      desiredCount: 'write desiredCount next to service',
      clientToken: 'Landfall sets it',
      listenerRule: infrastructure,
      listenerRules: infrastructure,
    }),
    'The settings of the service, in the shape of the ECS API, nothing renamed. What is absent is not changed; an empty list removes what is there.',
  ),
};

const availability = 'Reserved: the name is taken, and this version refuses it.';

export const serviceShape = object(
  {
    name: 'service',
    description: 'A service of ECS. Its name is `<environment>-<service>` unless `serviceName` names it.',
    elsewhere: {
      ...Object.fromEntries(
        [
          'image',
          'environment',
          'env',
          'secrets',
          'ports',
          'command',
          'cpu',
          'memory',
          'containerDefinitions',
        ].map((one) => [one, inDefinition]),
      ),
      image: 'write images: { <container>: <image> }',
      ...Object.fromEntries(
        [
          'deploymentConfiguration',
          'placementConstraints',
          'placementStrategy',
          'networkConfiguration',
          'loadBalancers',
          'serviceRegistries',
          'serviceConnectConfiguration',
          'capacityProviderStrategy',
          'launchType',
          'schedulingStrategy',
          'platformVersion',
          'enableExecuteCommand',
          'healthCheckGracePeriodSeconds',
          'volumeConfigurations',
          'tags',
        ].map((one) => [one, inRequest(one)]),
      ),
      ...Object.fromEntries(
        ['listenerRule', 'listenerRules', 'loadBalancer', 'targetGroup', 'vpc', 'http'].map((one) => [
          one,
          infrastructure,
        ]),
      ),
      build: 'build the image in a step before, with build-push, and pass it with the input image',
      depends_on: 'write wave',
      dependsOn: 'write wave',
    },
  },
  {
    ...definition,
    ...common,
    serviceName: field(
      shape.text({
        pattern: {
          expression: /^[A-Za-z0-9_][A-Za-z0-9_-]{0,254}$/,
          rule: 'a service name (letters, digits, - and _)',
        },
        variables: true,
      }),
      'The name of the service. By default, `<environment>-<service>`.',
    ),
    before: field(before, 'What has to succeed before the wave of this service starts.'),
    disabled: field(shape.flag({ variables: true }), 'The environment does not have this service.'),
    autoScaling: reserved(availability),
    discovery: reserved(availability),
  },
);

export const taskShape = object(
  {
    name: 'task',
    description: 'A task that runs once and ends, such as a migration. `before.run` of a service names it.',
  },
  {
    ...definition,
    cluster,
    overrides,
    task: field(
      request<Partial<RunTaskRequest>>('RunTask', {
        cluster: 'write cluster next to task',
        taskDefinition: 'write template or taskDefinition next to task',
        overrides: 'write overrides next to task',
        clientToken: 'Landfall sets it',
        startedBy: 'Landfall sets it',
        count: 'a task that gates a wave runs once',
      }),
      'The settings of the run, in the shape of the ECS API. By default, the network configuration, launch type and platform version of the service that names it.',
    ),
    disabled: field(shape.flag({ variables: true }), 'The environment does not have this task.'),
  },
);

const flexibleMinutes = shape.integer(0, 1440, { variables: true });

const retry = object(
  { name: 'retry', description: 'How often EventBridge Scheduler tries to start the task.' },
  {
    attempts: field(
      shape.integer(0, 185, { variables: true }),
      'How many times it retries. By default of AWS, 185.',
    ),
    maximumAge: field(
      shape.integer(60, 86_400, { variables: true }),
      'For how many seconds it retries. By default of AWS, 86400, a day.',
    ),
  },
);

export const scheduleShape = object(
  {
    name: 'schedule',
    description:
      'A task that EventBridge Scheduler starts, in the group `landfall-<manifest>-<environment>`. What is absent is not changed.',
    elsewhere: {
      ...Object.fromEntries(
        ['cron', 'rate', 'schedule', 'scheduleExpression'].map((one) => [
          one,
          'write at: cron(…) or rate(…)',
        ]),
      ),
      timeZone: 'write timezone',
      taskCount: 'write task: { count: … }',
      targetLambdaArn: 'a schedule starts the task itself',
    },
  },
  {
    ...definition,
    cluster,
    at: field(
      shape.text({ variables: true }),
      'When it starts: `cron(minutes hours day-of-month month day-of-week year)`, `rate(15 minutes)` or `at(2026-12-01T18:00:00)`. Required.',
    ),
    timezone: field(
      shape.text({ variables: true }),
      'The time zone of `cron` and `at`, such as `Asia/Tokyo`. By default of AWS, UTC.',
    ),
    flexibleWindow: field(
      flexibleMinutes,
      'Within how many minutes after that time it may start; 0 for exactly then. By default, 0.',
    ),
    role: field(
      shape.text({ pattern: patterns.roleArn, variables: true }),
      'The role by which EventBridge Scheduler starts the task: scheduler.amazonaws.com assumes it, and it may `ecs:RunTask` and `iam:PassRole`. Required.',
    ),
    deadLetter: field(
      shape.text({
        pattern: {
          expression: /^(?:none|arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80})$/,
          rule: 'the ARN of an SQS queue, or none',
        },
        variables: true,
      }),
      'The SQS queue that hears of a task which could not be started; nothing else does. `none` if there is none.',
    ),
    retry: field(retry, 'How often it is tried.'),
    description: field(shape.text({ variables: true }), 'What it is for.'),
    state: field(
      shape.text({
        pattern: { expression: /^(?:keep|enabled|disabled)$/, rule: 'keep, enabled or disabled' },
        variables: true,
      }),
      'Whether it starts tasks. With `keep`, the default, a new schedule is enabled, and one that someone has disabled stays disabled.',
    ),
    overrides,
    task: field(
      request<Partial<RunTaskRequest>>('RunTask', {
        cluster: 'write cluster next to task',
        taskDefinition: 'write template or taskDefinition next to task',
        overrides: 'write overrides next to task',
        clientToken: 'EventBridge Scheduler sets it',
        startedBy: 'EventBridge Scheduler sets it',
        volumeConfigurations: 'EventBridge Scheduler attaches no volumes',
      }),
      'The settings of the run, in the shape of the ECS API: `count`, `launchType`, `networkConfiguration`.',
    ),
    disabled: field(
      shape.flag({ variables: true }),
      'The environment does not have this schedule; `prune` deletes it.',
    ),
  },
);

const templateShape = object(
  { name: 'template', description: 'A task definition in the Jinja2 language. Either `file` or `inline`.' },
  {
    file: field(path, 'The path of the template, from the folder of the manifest.'),
    inline: field(shape.text(), 'The text of the template.'),
  },
);

const defaultsShape = object(
  { name: 'defaults', description: 'What services have unless they say otherwise. Tasks take the cluster.' },
  common,
);

export const environmentShape = object(
  { name: 'environment', description: 'A copy of the services: where it is, and what differs in it.' },
  {
    region: field(
      shape.oneOrMore(shape.text({ pattern: patterns.region })),
      'The region, or several. By default, that of the run.',
    ),
    account: field(
      shape.text({ pattern: patterns.accountId }),
      'The AWS account. A run with credentials of another one is refused.',
    ),
    role: field(
      shape.text({ pattern: patterns.roleArn }),
      'The role that deploys the environment, for `matrix` of `plan-manifest`.',
    ),
    needs: field(
      shape.oneOrMore(name),
      'The environments that are deployed before it, for `matrix` of `plan-manifest`.',
    ),
    cluster: field(cluster.shape, 'The cluster, over that of `defaults` and of the services and tasks.'),
    protect: field(shape.flag(), 'Nothing of the environment is ever deleted.'),
    vars: field(vars, 'Variables of the environment, over those of the file and of the services.'),
    services: field(
      mapOf(key, serviceShape),
      'What differs, by service: any field of a service. Maps are merged; a list replaces the whole list.',
    ),
    tasks: field(mapOf(key, taskShape), 'What differs, by task.'),
    schedules: field(mapOf(key, scheduleShape), 'What differs, by schedule.'),
  },
);

export const manifestShape = object(
  {
    name: 'manifest',
    description: 'The services of an application, its migrations and its schedules, in every environment.',
    elsewhere: {
      version: 'write landfall: 1',
      networks: infrastructure,
      volumes: 'they are a part of the task definition',
      env: 'write vars',
      variables: 'write vars',
    },
  },
  {
    landfall: required(shape.constant(1), 'The version of the format.'),
    name: required(name, 'The owner of everything below: services carry it as the tag `landfall:manifest`.'),
    defaults: field(defaultsShape, 'What services have unless they say otherwise.'),
    vars: field(vars, 'Variables of every service and task.'),
    templates: field(mapOf(key, templateShape), 'Templates of task definitions, by name.'),
    services: required(mapOf(key, serviceShape), 'The services, by name.'),
    tasks: field(mapOf(key, taskShape), 'Tasks that run once, by name.'),
    environments: required(mapOf(key, environmentShape), 'The environments, by name.'),
    schedules: field(mapOf(key, scheduleShape), 'Tasks that start at a time or an interval, by name.'),
  },
);
