import facts from '../facts/ecspresso.json' with { type: 'json' };
import { instead, type Migration, notThere, use } from '../migration.ts';

const service = { cluster: 'main', service: 'web' };
const deploy = use('deploy-service', { ...service, 'task-definition': 'ecs-task-def.json' });
const noDryRun = notThere('There is no dry run of this operation.');
const noBounds = notThere('The bounds of Application Auto Scaling are not changed by this operation.');
const resumes = notThere('What Landfall has suspended is resumed at the end.');
const definition = { 'service-definition': 'ecs-service-def.json' };
const convert = { cluster: 'main', services: 'web', name: 'shop' };

export const ecspresso: Migration = {
  name: 'ecspresso',
  title: 'ecspresso',
  kind: 'command line',
  summary:
    'Both files of ecspresso are kept, as plain JSON or YAML: `deploy-service` takes the service definition as `service-definition`. Several services, their order, their environments and their migrations go into one [manifest](../manifest.md), which `convert-manifest` writes from what runs; templates in the language of Jinja2 take the place of Jsonnet. Values from Terraform state have no counterpart: pass them as variables.',
  facts,
  parts: {
    '': {
      use: [deploy],
      inputs: {
        '--envfile': instead(
          use('deploy-manifest', { environment: 'production', 'env-vars': 'TAG' }),
          'Variables of the job by name, or `vars` of an environment of the manifest.',
        ),
        '--debug': notThere('`--output json` has the calls made and the facts of the run.'),
        '--ext-str': instead(
          use('deploy-manifest', { environment: 'production', vars: 'tag=1.4.2' }),
          'There is no Jsonnet: a variable of the manifest, or of a template of it.',
        ),
        '--ext-code': instead(
          use('deploy-manifest', { environment: 'production', vars: 'count=4' }),
          'There is no Jsonnet: numbers and booleans of the manifest are what they are.',
        ),
        '--config': instead(
          use('deploy-manifest', { environment: 'production', manifest: 'landfall.yml' }),
          'The manifest has many services and their environments.',
        ),
        '--assume-role-arn': notThere('Credentials come from the environment; assume the role before.'),
        '--timeout': instead(use('deploy-service', { 'wait-timeout': '10m' })),
        '--filter-command': notThere('Nothing is chosen interactively.'),
      },
    },
    appspec: {
      use: [
        use('render-image-definitions', {
          images: 'web=example/web:2',
          'app-spec-container': 'web',
          'app-spec-port': '80',
        }),
      ],
      inputs: {
        '--task-definition': notThere('The AppSpec has a placeholder, which CodePipeline fills in.'),
        '--[no-]update-service': notThere('The AppSpec holds the container and its port only.'),
      },
    },
    delete: {
      use: [use('delete-service', service)],
      inputs: {
        '--dry-run': instead(use('delete-service', { 'dry-run': 'true' })),
        '--force': notThere('Nothing asks for confirmation.'),
        '--terminate': instead(
          use('delete-service', { force: 'true' }),
          'Without it, tasks are stopped by scaling to zero.',
        ),
      },
    },
    deploy: {
      use: [deploy],
      inputs: {
        '--dry-run': instead(use('deploy-service', { 'dry-run': 'true' })),
        '--tasks': instead(use('deploy-service', { 'desired-count': '2' })),
        '--skip-task-definition': instead(
          use('deploy-service', { 'task-definition': 'web:12' }),
          'A revision is registered only if the content changed; to deploy a registered one, name it.',
        ),
        '--revision': instead(use('deploy-service', { 'task-definition': 'web:12' })),
        '--force-new-deployment': instead(use('deploy-service', { 'force-new-deployment': 'true' })),
        '--[no-]wait': instead(use('deploy-service', { 'wait-for-service-stability': 'false' })),
        '--suspend-auto-scaling': instead(use('deploy-service', { 'suspend-scaling': 'true' })),
        '--resume-auto-scaling': resumes,
        '--auto-scaling-min': noBounds,
        '--auto-scaling-max': noBounds,
        '--rollback-events': instead(
          use('deploy-service', { 'rollback-on': 'failure' }),
          'By the way the deployment ends, with every controller; events of CodeDeploy are set on its deployment group.',
        ),
        '--[no-]update-service': instead(
          use('deploy-service', definition),
          'With `service-definition`, what differs is updated in the same call; without it, no setting changes.',
        ),
        '--latest-task-definition': instead(use('deploy-service', { 'task-definition': 'web' })),
      },
    },
    deregister: {
      use: [use('deregister-task-definitions', { family: 'web', keep: '10' })],
      inputs: {
        '--dry-run': instead(use('deregister-task-definitions', { 'dry-run': 'true' })),
        '--keeps': instead(
          use('deregister-task-definitions', { keep: '10' }),
          'A revision that something of the account uses is always kept.',
        ),
        '--revision': notThere('The newest are kept, and the others deregistered.'),
        '--force': notThere('Nothing asks for confirmation.'),
        '--delete': notThere('Revisions are deregistered only: they stay readable.'),
      },
    },
    diff: {
      use: [use('plan-service', { ...service, 'task-definition': 'ecs-task-def.json' })],
      inputs: { '--[no-]unified': notThere('There is one format.') },
    },
    exec: {
      note: 'Not there: use `aws ecs execute-command`. `verify-service --ecs-exec true` checks that it would work.',
    },
    init: {
      use: [use('convert-manifest', convert)],
      note: 'A manifest and the task definitions; a plan of them changes nothing.',
      inputs: {
        '--region': instead(use('convert-manifest', { region: 'eu-west-1' })),
        '--cluster': instead(use('convert-manifest', { cluster: 'main' })),
        '--service': instead(
          use('convert-manifest', { services: 'web, worker' }),
          'Several services; by default, all of the cluster.',
        ),
        '--task-definition': notThere('The task definition is what the service runs.'),
        '--task-definition-path': instead(
          use('convert-manifest', { 'task-definition-folder': 'ecs' }),
          'The folder: there is one file for each service.',
        ),
        '--service-definition-path': instead(
          use('convert-manifest', { manifest: 'landfall.yml' }),
          'All services are in one file.',
        ),
        '--[no-]sort': notThere('The order is that of ECS.'),
        '--force-overwrite': instead(use('convert-manifest', { overwrite: 'true' })),
        '--jsonnet': notThere('The manifest is YAML.'),
      },
    },
    refresh: {
      use: [use('deploy-service', { ...service, 'task-definition': 'web', 'force-new-deployment': 'true' })],
      inputs: {
        '--dry-run': instead(use('deploy-service', { 'dry-run': 'true' })),
        '--[no-]wait': instead(use('deploy-service', { 'wait-for-service-stability': 'false' })),
      },
    },
    register: {
      use: [use('register-task-definition', { 'task-definition': 'ecs-task-def.json' })],
      inputs: {
        '--dry-run': noDryRun,
        '--output': notThere('The ARN is an output.'),
      },
    },
    render: {
      note: '`render-task-definition --output-file` writes the task definition. `check-manifest` fills a manifest in for every environment, and `--explain web.cpu` says where a value comes from.',
    },
    revisions: { note: 'Not there: use `aws ecs list-task-definitions`.' },
    rollback: {
      use: [use('rollback-service', service)],
      inputs: {
        '--dry-run': noDryRun,
        '--[no-]deregister-task-definition': notThere('Revisions are kept.'),
        '--[no-]wait': instead(use('rollback-service', { 'wait-for-service-stability': 'false' })),
        '--rollback-events': notThere('Events of CodeDeploy are set on its deployment group.'),
      },
    },
    run: {
      use: [use('run-task', { ...service, 'task-definition': 'ecs-task-def.json' })],
      inputs: {
        '--dry-run': noDryRun,
        '--task-def': instead(use('run-task', { 'task-definition': 'migrate.json' })),
        '--[no-]wait': instead(use('run-task', { 'wait-for-task-stopped': 'false' })),
        '--overrides': instead(
          use('run-task', { 'container-overrides': '[{"name":"web","command":["./migrate"]}]' }),
          'The list of `containerOverrides` alone; `task-role` is an input of its own.',
        ),
        '--overrides-file': notThere(
          'Pass the JSON itself.',
          use('run-task', { 'container-overrides': '[]' }),
        ),
        '--skip-task-definition': instead(use('run-task', { 'task-definition': 'web:12' })),
        '--count': instead(use('run-task', { count: '2' })),
        '--watch-container': instead(use('run-task', { container: 'web' })),
        '--latest-task-definition': instead(use('run-task', { 'task-definition': 'web' })),
        '--propagate-tags': instead(
          use('run-task', { 'propagate-tags': 'TASK_DEFINITION' }),
          'Tags of the service are not propagated.',
        ),
        '--tags': instead(use('run-task', { tags: 'team=web' }), 'One `key=value` per line.'),
        '--wait-until': notThere('A step waits until the task has ended, or does not wait.'),
        '--revision': instead(use('run-task', { 'task-definition': 'web:12' })),
        '--client-token': instead(
          use('run-task', { id: 'migrate' }),
          'The token follows from the run, its attempt and `id`: a repeated step finds its task.',
        ),
        '--[no-]ebs-delete-on-termination': instead(
          use('run-task', {
            'managed-ebs-volume-name': 'data',
            'managed-ebs-volume':
              '{"roleArn":"arn:aws:iam::123456789012:role/volumes","terminationPolicy":{"deleteOnTermination":false}}',
          }),
          'A member of the configuration of the volume.',
        ),
      },
    },
    scale: {
      use: [use('scale-service', { ...service, 'desired-count': '2' })],
      inputs: {
        '--dry-run': noDryRun,
        '--tasks': instead(use('scale-service', { 'desired-count': '2' })),
        '--[no-]wait': instead(use('scale-service', { wait: 'false' })),
        '--suspend-auto-scaling': instead(use('scale-service', { keep: 'true' })),
        '--resume-auto-scaling': resumes,
        '--auto-scaling-min': noBounds,
        '--auto-scaling-max': noBounds,
      },
    },
    status: {
      note: 'Not there as a command: `plan-service` shows what is running and what would change, `wait-for-service` follows the newest deployment.',
    },
    tasks: {
      note: 'Not there: use `aws ecs list-tasks`. A failed deployment shows its stopped tasks, exit codes and last log lines.',
    },
    verify: {
      use: [use('verify-service', { ...service, 'task-definition': 'ecs-task-def.json' })],
      inputs: {
        '--[no-]get-secrets': instead(use('verify-service', { skip: 'secret' })),
        '--[no-]put-logs': instead(use('verify-service', { skip: 'log' }), 'Nothing is written to the log.'),
        '--[no-]cache': notThere('Nothing is kept between runs.'),
      },
    },
    wait: { use: [use('wait-for-service', service)], inputs: {} },
    version: { note: '`landfall version`.' },
  },
};
