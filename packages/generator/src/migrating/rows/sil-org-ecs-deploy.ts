import facts from '../facts/sil-org-ecs-deploy.json' with { type: 'json' };
import { instead, type Migration, notThere, use } from '../migration.ts';

const service = { cluster: 'main', service: 'web' };
const rendered = { from: 'render-task-definition', output: 'task-definition' } as const;
const run = (inputs: Readonly<Record<string, string>>, why?: string) =>
  instead(use('run-task', { 'task-definition': 'web', ...inputs }), why);
const noArgument = notThere('Credentials come from the environment, never from an argument.');
const deploymentConfiguration = notThere('A setting of the service: infrastructure as code sets it once.');

export const silOrgEcsDeploy: Migration = {
  name: 'sil-org-ecs-deploy',
  title: 'ecs-deploy (sil-org, formerly silinternational)',
  kind: 'command line',
  summary:
    'The script is two commands here: one renders the task definition from what the service runs, one deploys it, and follows the deployment to its end instead of for 90 seconds. Its GitHub Action passes the same flags.',
  facts,
  parts: {
    '': {
      use: [
        use('render-task-definition', { ...service, images: 'web=example/web:2' }),
        use('deploy-service', { ...service, 'task-definition': rendered }),
      ],
      inputs: {
        '--service-name': instead(use('deploy-service', { service: 'web' })),
        '--task-definition': instead([
          use('render-task-definition', { 'task-definition-family': 'web' }),
          use('register-task-definition', { 'task-definition': rendered }),
        ]),
        '--aws-access-key': noArgument,
        '--aws-secret-key': noArgument,
        '--region': instead(use('deploy-service', { region: 'eu-west-1' })),
        '--profile': notThere('Set `AWS_PROFILE`.'),
        '--cluster': instead(use('deploy-service', { cluster: 'main' })),
        '--image': instead(use('render-task-definition', { images: 'web=example/web:2' }), 'By container.'),
        '--aws-instance-profile': notThere('Found as the AWS SDK finds it.'),
        '--aws-assume-role': notThere(
          'Assume the role before; `allowed-account-ids` refuses any other account.',
        ),
        '--desired-count': instead(use('deploy-service', { 'desired-count': '2' })),
        '--min': deploymentConfiguration,
        '--max': deploymentConfiguration,
        '--timeout': instead(use('deploy-service', { 'wait-timeout': '20m' })),
        '--tag-env-var': notThere(
          'The shell fills in a variable.',
          use('render-task-definition', { images: 'web=example/web:2' }),
        ),
        '--tag-only': instead(
          use('render-task-definition', { images: 'web=example/web:2' }),
          'The whole reference of each image, preferably by digest.',
        ),
        '--max-definitions': notThere('Revisions are kept: a rollback needs them.'),
        '--task-definition-file': instead(
          use('render-task-definition', { 'task-definition': 'task-definition.json' }),
        ),
        '--enable-rollback': instead(use('deploy-service', { 'rollback-on': 'failure,timeout' })),
        '--force-new-deployment': instead(use('deploy-service', { 'force-new-deployment': 'true' })),
        '--use-latest-task-def': instead(use('render-task-definition', { 'task-definition-family': 'web' })),
        '--skip-deployments-check': notThere('The deployment is followed until ECS reports it complete.'),
        '--run-task': run(service),
        '--wait-for-success': run({ 'wait-for-task-stopped': 'true' }, 'The default.'),
        '--launch-type': run({ 'launch-type': 'FARGATE' }),
        '--platform-version': run({ 'platform-version': '1.4.0' }),
        '--network-configuration': run(
          {
            subnets: 'subnet-0a1',
            'security-groups': 'sg-0a1',
            'assign-public-ip': 'ENABLED',
          },
          'By default, that of `service`.',
        ),
        '--copy-task-definition-tags': instead(use('render-task-definition', service), 'Always.'),
        '--verbose': notThere('`--output json` has the calls made and the facts of the run.'),
        '--version': notThere('`landfall version`.'),
      },
    },
  },
};
