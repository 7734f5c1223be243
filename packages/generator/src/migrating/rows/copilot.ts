import facts from '../facts/copilot.json' with { type: 'json' };
import { instead, type Migration, type NotedPart, notThere, type Row, use } from '../migration.ts';

const service = { cluster: 'main', service: 'web' };
const registry = { from: 'ecr-login', output: 'registry' } as const;
const image = { from: 'build-push', output: 'image' } as const;
const rendered = { from: 'render-task-definition', output: 'task-definition' } as const;

const infrastructure: NotedPart = {
  note: 'Not there: applications, environments and what they hold belong to infrastructure as code. `copilot svc package` writes the CloudFormation templates to start from.',
};
const pipeline: NotedPart = {
  note: 'Not there: the pipeline is a workflow, a CircleCI configuration or a buildspec of your own. `plan-manifest --matrix` writes the jobs of its environments in their order: [One file, three environments](../environments.md).',
};
const commandOfAws = (command: string): NotedPart => ({ note: `Not there: use \`aws ${command}\`.` });

const noApp = notThere('A service is named by its cluster and its name.');
const noTemplate = notThere('There is no CloudFormation stack.');
const environment = notThere('Credentials and region come from the environment.');
const noTags = notThere('AWS tags belong to infrastructure as code.');

const deployRows: Readonly<Record<string, Row>> = {
  '--allow-downgrade': notThere('There are no components to upgrade.'),
  '--app': noApp,
  '--detach': instead(use('deploy-service', { 'wait-for-service-stability': 'false' })),
  '--env': instead(use('deploy-service', { cluster: 'main' }), 'The cluster of the environment.'),
  '--force': instead(use('deploy-service', { 'force-new-deployment': 'true' })),
  '--name': instead(use('deploy-service', { service: 'web' })),
  '--no-rollback': notThere('The circuit breaker of the service decides; a rollback fails the step.'),
  '--resource-tags': noTags,
  '--tag': instead(use('build-push', { tags: '1.4.2' }), 'One rule per line; by default the commit.'),
};
const deployed = [
  use('ecr-login'),
  use('build-push', { registry, repository: 'web' }),
  use('render-task-definition', { ...service, 'container-name': 'web', image }),
  use('deploy-service', { ...service, 'task-definition': rendered }),
] as const;

export const copilot: Migration = {
  name: 'copilot',
  title: 'AWS Copilot',
  kind: 'command line',
  summary:
    'Copilot creates the infrastructure and deploys to it; Landfall deploys to what exists. Keep the stacks (they are CloudFormation), and replace the deploy commands: `convert-manifest --cluster <cluster>` writes a [manifest](../manifest.md) from the services that run, which has environments, their order and what differs in each, as the manifests and the pipeline of Copilot do.',
  facts,
  parts: {
    'app delete': infrastructure,
    'app init': infrastructure,
    'app ls': infrastructure,
    'app show': infrastructure,
    'app upgrade': infrastructure,
    completion: { note: 'Not there.' },
    deploy: {
      use: deployed,
      inputs: {
        ...deployRows,
        '--all': instead(
          use('deploy-manifest', { environment: 'production' }),
          'All services of the manifest, wave by wave.',
        ),
        '--aws-access-key-id': environment,
        '--aws-secret-access-key': environment,
        '--aws-session-token': environment,
        '--deploy-env': notThere('Environments belong to infrastructure as code.'),
        '--init-env': notThere('Environments belong to infrastructure as code.'),
        '--init-wkld': notThere('Services belong to infrastructure as code.'),
        '--profile': notThere('Set `AWS_PROFILE`.'),
        '--region': instead(use('deploy-service', { region: 'eu-west-1' })),
      },
    },
    docs: { note: 'Not there.' },
    'env delete': infrastructure,
    'env deploy': infrastructure,
    'env init': infrastructure,
    'env ls': infrastructure,
    'env override': infrastructure,
    'env package': infrastructure,
    'env show': infrastructure,
    init: infrastructure,
    'job delete': infrastructure,
    'job deploy': { note: 'Not there: scheduled tasks are not updated.' },
    'job init': infrastructure,
    'job logs': commandOfAws('logs tail'),
    'job ls': infrastructure,
    'job override': infrastructure,
    'job package': infrastructure,
    'job run': {
      use: [use('run-task', { cluster: 'main', 'task-definition': 'report', subnets: 'subnet-0a1' })],
      inputs: {
        '--app': noApp,
        '--env': instead(use('run-task', { cluster: 'main' }), 'The cluster of the environment.'),
        '--name': instead(
          use('run-task', { 'task-definition': 'report' }),
          'The family of its task definition.',
        ),
      },
    },
    'pipeline delete': pipeline,
    'pipeline deploy': pipeline,
    'pipeline init': pipeline,
    'pipeline ls': pipeline,
    'pipeline override': pipeline,
    'pipeline show': pipeline,
    'pipeline status': pipeline,
    'run local': {
      note: 'Not there: `landfall sandbox --tasks docker` runs the tasks of a service on this machine.',
    },
    'secret init': commandOfAws('ssm put-parameter'),
    'storage init': infrastructure,
    'svc delete': infrastructure,
    'svc deploy': {
      use: deployed,
      inputs: {
        ...deployRows,
        '--diff': instead(use('plan-service', { ...service, 'task-definition': 'web.json' })),
        '--diff-yes': notThere('Nothing asks for confirmation.'),
      },
    },
    'svc exec': commandOfAws('ecs execute-command'),
    'svc init': infrastructure,
    'svc logs': commandOfAws('logs tail'),
    'svc ls': commandOfAws('ecs list-services'),
    'svc override': infrastructure,
    'svc package': {
      use: [
        use('render-task-definition', { ...service, images: 'web=example/web:2', 'output-file': 'web.json' }),
      ],
      note: 'The task definition alone: there is no CloudFormation template.',
      inputs: {
        '--allow-downgrade': notThere('There are no components to upgrade.'),
        '--app': noApp,
        '--env': instead(
          use('render-task-definition', { cluster: 'main' }),
          'The cluster of the environment.',
        ),
        '--name': instead(use('render-task-definition', { service: 'web' })),
        '--output-dir': instead(use('render-task-definition', { 'output-file': 'infrastructure/web.json' })),
        '--tag': instead(use('render-task-definition', { images: 'web=example/web:2' })),
        '--upload-assets': noTemplate,
      },
    },
    'svc pause': {
      note: 'Not there: it is for App Runner. `scale-service --desired-count 0` stops the tasks of an ECS service.',
    },
    'svc resume': {
      note: 'Not there: it is for App Runner. `scale-service --desired-count 2` starts them again.',
    },
    'svc show': commandOfAws('ecs describe-services'),
    'svc status': commandOfAws('ecs describe-services'),
    'task delete': infrastructure,
    'task exec': commandOfAws('ecs execute-command'),
    'task run': {
      use: [
        use('ecr-login'),
        use('build-push', { registry, repository: 'migrate' }),
        use('render-task-definition', {
          'task-definition': 'migrate.json',
          'container-name': 'migrate',
          image,
        }),
        use('run-task', { cluster: 'main', 'task-definition': rendered, subnets: 'subnet-0a1' }),
      ],
      note: 'Repository, log group and roles exist before, and a file holds the task definition.',
      inputs: {
        '--task-group-name': instead(use('run-task', { group: 'migrate' })),
        '--build-context': instead(use('build-push', { context: 'migrate' })),
        '--dockerfile': instead(use('build-push', { file: 'migrate/Dockerfile' })),
        '--image': instead(use('render-task-definition', { image: 'example/migrate:2' })),
        '--tag': instead(
          use('build-push', { tags: '1.4.2' }),
          'One rule per line; by default the commit, not `latest`.',
        ),
        '--app': noApp,
        '--cluster': instead(use('run-task', { cluster: 'main' })),
        '--default': instead(use('run-task', { cluster: 'default' }), 'The default, without subnets.'),
        '--env': instead(
          use('run-task', { service: 'web' }),
          'The network is that of a service in the cluster.',
        ),
        '--security-groups': instead(use('run-task', { 'security-groups': 'sg-0a1' })),
        '--subnets': instead(use('run-task', { subnets: 'subnet-0a1' })),
        '--acknowledge-secrets-access': notThere(
          'The execution role holds what it may read; `verify-service` checks it.',
        ),
        '--command': instead(use('run-task', { command: './migrate' })),
        '--count': instead(use('run-task', { count: '2' })),
        '--cpu': instead(use('render-task-definition', { cpu: '512' })),
        '--entrypoint': instead(use('render-task-definition', { 'entry-point': './migrate' })),
        '--env-file': instead(use('run-task', { environment: 'MODE=live' }), 'The content of the file.'),
        '--env-vars': instead(use('run-task', { environment: 'MODE=live' }), 'One `NAME=value` per line.'),
        '--execution-role': instead(
          use('render-task-definition', { 'execution-role-arn': 'arn:aws:iam::123456789012:role/execution' }),
        ),
        '--memory': instead(use('render-task-definition', { memory: '1024' })),
        '--platform-arch': instead(use('render-task-definition', { 'cpu-architecture': 'ARM64' })),
        '--platform-os': instead(use('render-task-definition', { 'operating-system-family': 'LINUX' })),
        '--resource-tags': instead(use('run-task', { tags: 'team=web' }), 'One `key=value` per line.'),
        '--secrets': instead(
          use('render-task-definition', { secrets: 'KEY=arn:aws:ssm:eu-west-1:123456789012:parameter/key' }),
        ),
        '--task-role': instead(use('run-task', { 'task-role': 'arn:aws:iam::123456789012:role/migrate' })),
        '--follow': notThere('The log is always shown.', use('run-task', { 'stream-logs': 'true' })),
        '--generate-cmd': notThere('`service` takes over the network of a service.'),
      },
    },
    version: { note: '`landfall version`.' },
  },
};
