import facts from '../facts/ecspresso.json' with { type: 'json' };
import { instead, type Migration, notThere, use } from '../migration.ts';

const service = { cluster: 'main', service: 'web' };
const deploy = use('deploy-service', { ...service, 'task-definition': 'ecs-task-def.json' });
const noDryRun = notThere('There is no dry run of this operation.');
const noAutoScaling = notThere(
  'Application Auto Scaling is not changed; the log says where it may change the count.',
);
const noDefinitionFile =
  'The settings of the service come from infrastructure as code, not from a service definition file.';

export const ecspresso: Migration = {
  name: 'ecspresso',
  title: 'ecspresso',
  kind: 'command line',
  summary:
    'ecspresso keeps the whole service in files; Landfall deploys a task definition to a service that exists. The service definition, Jsonnet, and values from Terraform state have no counterpart: create the service with infrastructure as code, and keep the task definition as JSON or YAML.',
  facts,
  parts: {
    '': {
      use: [deploy],
      inputs: {
        '--envfile': notThere('Set the variables in the job.'),
        '--debug': notThere('`--output json` has the calls made and the facts of the run.'),
        '--ext-str': notThere('There is no Jsonnet; inputs of `render-task-definition` set what varies.'),
        '--ext-code': notThere('There is no Jsonnet; inputs of `render-task-definition` set what varies.'),
        '--config': notThere('There is no configuration file: a flag, or a variable `LANDFALL_<INPUT>`.'),
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
    delete: { note: 'Not there: a service is deleted where it was created.' },
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
        '--suspend-auto-scaling': noAutoScaling,
        '--resume-auto-scaling': noAutoScaling,
        '--auto-scaling-min': noAutoScaling,
        '--auto-scaling-max': noAutoScaling,
        '--rollback-events': instead(
          use('deploy-service', { 'rollback-on': 'failure' }),
          'By the way the deployment ends, with every controller; events of CodeDeploy are set on its deployment group.',
        ),
        '--[no-]update-service': notThere(noDefinitionFile),
        '--latest-task-definition': instead(use('deploy-service', { 'task-definition': 'web' })),
      },
    },
    deregister: { note: 'Not there: revisions are kept, because a rollback needs them.' },
    diff: {
      use: [use('plan-service', { ...service, 'task-definition': 'ecs-task-def.json' })],
      inputs: { '--[no-]unified': notThere('There is one format.') },
    },
    exec: {
      note: 'Not there: use `aws ecs execute-command`. `verify-service --ecs-exec true` checks that it would work.',
    },
    init: {
      note: 'Not there: Landfall has no files of its own. `render-task-definition --service web --output-file task-definition.json` writes what the service runs.',
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
      note: '`render-task-definition --output-file` writes the task definition; there is no configuration and no service definition to render.',
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
        '--suspend-auto-scaling': noAutoScaling,
        '--resume-auto-scaling': noAutoScaling,
        '--auto-scaling-min': noAutoScaling,
        '--auto-scaling-max': noAutoScaling,
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
