import facts from '../facts/aws-ecs-orb.json' with { type: 'json' };
import { instead, type Migration, notThere, type Row, use } from '../migration.ts';

const rendered = { from: 'render-task-definition', output: 'task-definition' } as const;
const render = (inputs: Readonly<Record<string, string>>, why?: string) =>
  instead(use('render-task-definition', inputs), why);
const deploy = (inputs: Readonly<Record<string, string>>, why?: string) =>
  instead(use('deploy-service', inputs), why);
const run = (inputs: Readonly<Record<string, string>>, why?: string) => instead(use('run-task', inputs), why);

const profile = notThere('Set `AWS_PROFILE` in the environment of the job.');
const label = notThere('CircleCI shows a `name` on any step.');
const auth = notThere('A step before: `aws-cli/setup`. The job `landfall/deploy` takes it as `auth`.');
const executor = notThere('The executor of your own job.');
const noCreation = notThere('The service is created with infrastructure as code.');
const fromService = notThere('Read from the service.');
const polling = notThere('One poller paces itself; `wait-timeout` bounds the whole.');

const containers: Readonly<Record<string, Row>> = {
  container_image_name_updates: render({ images: 'web=example/web:2' }, 'One `container=image` per line.'),
  container_env_var_updates: render(
    { 'environment-variables': 'MODE=live', 'container-name': 'web' },
    'One `NAME=value` per line, for the containers of `container-name`; a value may hold a comma.',
  ),
  container_secret_updates: render(
    { secrets: 'KEY=arn:aws:ssm:eu-west-1:123456789012:parameter/key', 'container-name': 'web' },
    'One `NAME=valueFrom` per line, for the containers of `container-name`.',
  ),
  container_docker_label_updates: render(
    { 'docker-labels': 'team=web', 'container-name': 'web' },
    'One `name=value` per line, for the containers of `container-name`.',
  ),
};
const noTags = notThere(
  'Tags of the task definition are kept; a patch sets others.',
  use('render-task-definition', {
    patch: '{"tags":[{"key":"team","value":"web"}]}',
  }),
);
const revision = render(
  { 'task-definition-family': 'web', 'task-definition-revision': '12' },
  'By default, what the service runs.',
);

const verification: Readonly<Record<string, Row>> = {
  max_poll_attempts: polling,
  poll_interval: polling,
  fail_on_verification_timeout: notThere('A deployment that is not live at the limit fails the step.'),
};

const updateRows: Readonly<Record<string, Row>> = {
  ...containers,
  ...verification,
  region: deploy({ region: 'eu-west-1' }),
  family: render({ 'task-definition-family': 'web' }, 'By default, what the service runs.'),
  cluster: deploy({ cluster: 'main' }),
  service_name: deploy({ service: 'web' }),
  deployment_controller: fromService,
  codedeploy_application_name: deploy({ 'codedeploy-application': 'AppECS-main-web' }),
  codedeploy_deployment_group_name: deploy({ 'codedeploy-deployment-group': 'DgpECS-main-web' }),
  codedeploy_load_balanced_container_name: fromService,
  codedeploy_load_balanced_container_port: fromService,
  codedeploy_capacity_provider_name: deploy(
    { 'codedeploy-appspec': 'appspec.yaml' },
    'A member of the AppSpec.',
  ),
  codedeploy_capacity_provider_base: deploy(
    { 'codedeploy-appspec': 'appspec.yaml' },
    'A member of the AppSpec.',
  ),
  codedeploy_capacity_provider_weight: deploy(
    { 'codedeploy-appspec': 'appspec.yaml' },
    'A member of the AppSpec.',
  ),
  deployment_config_name: deploy({ 'codedeploy-deployment-config': 'CodeDeployDefault.ECSAllAtOnce' }),
  force_new_deployment: deploy({ 'force-new-deployment': 'true' }),
  enable_circuit_breaker: notThere('A setting of the service: infrastructure as code sets it once.'),
  verify_revision_is_deployed: deploy(
    { 'wait-for-service-stability': 'true' },
    'The default; it follows the deployment that this run created, and a rollback fails the step.',
  ),
  verification_timeout: deploy({ 'wait-timeout': '20m' }),
  skip_task_definition_registration: deploy(
    { 'task-definition': 'web' },
    'Name the family or a revision instead of a file.',
  ),
  task_definition_tags: noTags,
  profile_name: profile,
  create_service: noCreation,
  desired_count: deploy({ 'desired-count': '2' }),
  subnets: noCreation,
  security_groups: noCreation,
  public_ip: noCreation,
  target_group: noCreation,
  container_name: noCreation,
  container_port: noCreation,
};

const runRows: Readonly<Record<string, Row>> = {
  cluster: run({ cluster: 'main' }),
  capacity_provider_strategy: run(
    { 'capacity-provider-strategy': '[{"capacityProvider":"FARGATE_SPOT","weight":1}]' },
    'A JSON list.',
  ),
  task_definition: run(
    { 'task-definition': 'web:12' },
    'Also a file, which is registered if its content changed.',
  ),
  count: run({ count: '2' }),
  started_by: run({ 'started-by': 'nightly' }),
  group: run({ group: 'nightly' }),
  placement_constraints: notThere('There is no input; constraints may be in the task definition.'),
  placement_strategy: notThere('There is no input; constraints may be in the task definition.'),
  launch_type: run({ 'launch-type': 'FARGATE' }, 'By default, that of the service or of the cluster.'),
  platform_version: run({ 'platform-version': '1.4.0' }),
  awsvpc: notThere('Follows from the task definition.'),
  subnet_ids: run({ subnets: 'subnet-0a1' }, 'By default, those of `service`.'),
  security_group_ids: run({ 'security-groups': 'sg-0a1' }, 'By default, those of `service`.'),
  assign_public_ip: run({ 'assign-public-ip': 'ENABLED' }),
  overrides: run(
    { 'container-overrides': '[{"name":"web","command":["./migrate"]}]' },
    'The list of containers alone.',
  ),
  tags: run({ tags: 'team=web' }, 'One `key=value` per line.'),
  enable_ecs_managed_tags: run({ 'enable-ecs-managed-tags': 'true' }),
  enable_execute_command: run({ 'enable-execute-command': 'true' }),
  propagate_tags: run({ 'propagate-tags': 'TASK_DEFINITION' }),
  profile_name: profile,
  run_task_output: notThere('The ARNs are the output `task-arns`.'),
  region: run({ region: 'eu-west-1' }),
  wait_task_stopped: run(
    { 'wait-for-task-stopped': 'false' },
    'By default, the step waits, and fails with the exit code of the container that decides.',
  ),
  exit_code_from: run({ container: 'web' }),
  no_output_timeout: notThere(
    '`wait-timeout` bounds the wait; a line a minute keeps the step alive.',
    use('run-task', { 'wait-timeout': '30m' }),
  ),
};

const update = [
  use('render-task-definition', { cluster: 'main', service: 'web', images: 'web=example/web:2' }),
  use('deploy-service', { cluster: 'main', service: 'web', 'task-definition': rendered }),
] as const;
const register = [
  use('render-task-definition', { 'task-definition-family': 'web', images: 'web=example/web:2' }),
  use('register-task-definition', { 'task-definition': rendered }),
] as const;
const registerJson = [
  use('register-task-definition', { 'task-definition': 'task-definition.json' }),
] as const;
const registerRows: Readonly<Record<string, Row>> = {
  ...containers,
  family: render({ 'task-definition-family': 'web' }),
  profile_name: profile,
  region: instead(use('register-task-definition', { region: 'eu-west-1' })),
};
const registerJsonRows: Readonly<Record<string, Row>> = {
  task_definition_json: instead(registerJson, 'Also YAML.'),
  profile_name: profile,
  region: instead(use('register-task-definition', { region: 'eu-west-1' })),
};
const schedule: Readonly<Record<string, Row>> = {
  deploy_scheduled_task: notThere('Scheduled tasks are not updated.'),
  rule_name: notThere('Scheduled tasks are not updated.'),
};
const runTask = [
  use('run-task', { cluster: 'main', 'task-definition': 'web', subnets: 'subnet-0a1' }),
] as const;

export const awsEcsOrb: Migration = {
  name: 'aws-ecs-orb',
  title: 'the orb circleci/aws-ecs',
  kind: 'orb',
  summary:
    'Run the command `install` first. `update_service` is two commands: one renders the task definition from what the service runs, one deploys it and follows the deployment. A circuit breaker that rolls back fails the step.',
  facts,
  parts: {
    deploy_ecs_scheduled_task: { note: 'Not there: scheduled tasks are not updated.' },
    install_ecs_cli: {
      note: 'Not needed: `install` brings the Landfall command line, and nothing uses the ECS CLI.',
    },
    run_task: { use: runTask, inputs: { ...runRows, extra_command_label: label } },
    update_service: {
      use: update,
      inputs: { ...updateRows, previous_revision_number: revision, extra_command_label: label },
    },
    update_task_definition: {
      use: register,
      inputs: {
        ...registerRows,
        task_definition_tags: noTags,
        previous_revision_number: revision,
        extra_command_label: label,
      },
    },
    update_task_definition_from_json: {
      use: registerJson,
      inputs: { ...registerJsonRows, extra_command_label: label },
    },
    verify_revision_is_deployed: {
      use: [use('wait-for-service', { cluster: 'main', service: 'web', 'task-definition': 'web:12' })],
      inputs: {
        ...verification,
        family: instead(use('wait-for-service', { 'task-definition': 'web:12' })),
        cluster: instead(use('wait-for-service', { cluster: 'main' })),
        service_name: instead(use('wait-for-service', { service: 'web' })),
        task_definition_arn: instead(use('wait-for-service', { 'task-definition': 'web:12' })),
        profile_name: profile,
        region: instead(use('wait-for-service', { region: 'eu-west-1' })),
        extra_command_label: label,
      },
    },
    'job deploy_service_update': { use: update, inputs: { ...updateRows, auth, executor } },
    'job run_task': { use: runTask, inputs: { ...runRows, auth, executor } },
    'job update_task_definition': { use: register, inputs: { ...registerRows, ...schedule, auth, executor } },
    'job update_task_definition_from_json': {
      use: registerJson,
      inputs: { ...registerJsonRows, ...schedule, auth, executor },
    },
  },
};
