import facts from '../facts/amazon-ecs-deploy-task-definition.json' with { type: 'json' };
import { differs, type Migration, type Row, same, use, wider } from '../migration.ts';

const pending = (row: Row): Row => ({ ...row, pending: 'in work.' });

export const deployTaskDefinition: Migration = {
  name: 'amazon-ecs-deploy-task-definition',
  title: 'aws-actions/amazon-ecs-deploy-task-definition',
  kind: 'action',
  summary:
    'Change the `uses:` line; the inputs keep their names. Two things change in meaning: by default, the step waits for the verdict, and where nothing changed no deployment starts.',
  facts,
  parts: {
    '': {
      use: [
        use('deploy-service', { cluster: 'main', service: 'web', 'task-definition': 'task-definition.json' }),
      ],
      inputs: {
        'task-definition': wider(
          'Also YAML, a family, a revision or an ARN. A JavaScript file is refused, where the official action executes it; so is a file outside the workspace and the temporary folder. Empty values in the file are kept.',
          {
            with: { 'task-definition': 'web.yaml' },
            calls: { RegisterTaskDefinition: { family: 'web' } },
          },
          { scenario: 'outside', with: { 'task-definition': '/etc/hostname' }, refused: 'PATH_REFUSED' },
          { scenario: 'a module', with: { 'task-definition': 'web.js' }, refused: 'web.js' },
        ),
        'desired-count': differs(
          'A value that is not a whole number, such as `2x`, is refused, where the official action sets 2.',
          { with: { 'desired-count': '3' }, calls: { UpdateService: { desiredCount: 3 } } },
          { with: { 'desired-count': '2x' }, refused: 'desired-count' },
        ),
        service: wider('Also an ARN.', {
          with: { service: 'arn:aws:ecs:us-east-1:123456789012:service/main/web' },
          outputs: { 'service-arn': ':service/main/web$' },
        }),
        cluster: wider('Also an ARN.', {
          with: { cluster: 'arn:aws:ecs:us-east-1:123456789012:cluster/main' },
          outputs: { 'service-arn': ':service/main/web$' },
        }),
        'wait-for-service-stability': differs(
          'By default, the step waits. Any value but a boolean is refused, where the official action silently does not wait.',
          { with: {}, outputs: { verdict: '^SUCCEEDED$' } },
          {
            scenario: 'not waiting',
            with: { 'wait-for-service-stability': 'false' },
            outputs: { verdict: '^STARTED$' },
          },
          { with: { 'wait-for-service-stability': 'maybe' }, refused: 'wait-for-service-stability' },
        ),
        'wait-for-minutes': same({
          scenario: 'tasks that never start',
          with: { 'wait-for-minutes': '2' },
          failed: 'TIMED_OUT',
        }),
        'wait-max-delay-seconds': pending(same()),
        'codedeploy-appspec': differs(
          'By default, an AppSpec is generated from the service if there is no `appspec.yaml`. It is read before anything is registered.',
          {
            scenario: 'CodeDeploy',
            with: { 'codedeploy-appspec': 'spec.json' },
            calls: { CreateDeployment: { revision: { appSpecContent: { content: /AfterInstall/ } } } },
          },
          { scenario: 'CodeDeploy', with: { 'codedeploy-appspec': 'none.yaml' }, refused: 'PATH_MISSING' },
          {
            scenario: 'CodeDeploy',
            with: {},
            calls: { CreateDeployment: { revision: { appSpecContent: { content: /"ContainerPort"/ } } } },
          },
        ),
        'codedeploy-application': same({
          scenario: 'CodeDeploy',
          with: { 'codedeploy-application': 'deployer' },
          calls: { CreateDeployment: { applicationName: 'deployer' } },
        }),
        'codedeploy-deployment-group': same({
          scenario: 'CodeDeploy',
          with: { 'codedeploy-deployment-group': 'group' },
          calls: { CreateDeployment: { deploymentGroupName: 'group' } },
        }),
        'codedeploy-deployment-description': same({
          scenario: 'CodeDeploy',
          with: { 'codedeploy-deployment-description': 'Spring release' },
          calls: { CreateDeployment: { description: 'Spring release' } },
        }),
        'codedeploy-deployment-config': same({
          scenario: 'CodeDeploy',
          with: { 'codedeploy-deployment-config': 'CodeDeployDefault.ECSAllAtOnce' },
          calls: { CreateDeployment: { deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce' } },
        }),
        'force-new-deployment': differs(
          'Where nothing changed, no deployment starts unless it is forced; the official action starts one each time. A revision is registered only if the content changed.',
          {
            scenario: 'nothing changed',
            with: { 'force-new-deployment': 'true' },
            calls: { UpdateService: { forceNewDeployment: true } },
            notSent: ['RegisterTaskDefinition'],
          },
          {
            scenario: 'nothing changed',
            with: { 'force-new-deployment': 'false' },
            outputs: { verdict: '^NOOP$' },
            notSent: ['RegisterTaskDefinition', 'UpdateService'],
          },
        ),
        'service-managed-ebs-volume-name': pending(same()),
        'service-managed-ebs-volume': pending(same()),
        'run-task': pending(same()),
        'run-task-container-overrides': pending(same()),
        'run-task-security-groups': pending(same()),
        'run-task-subnets': pending(same()),
        'run-task-assign-public-IP': pending(same()),
        'run-task-capacity-provider-strategy': pending(same()),
        'run-task-launch-type': pending(same()),
        'run-task-started-by': pending(same()),
        'run-task-tags': pending(same()),
        'run-task-managed-ebs-volume-name': pending(same()),
        'run-task-managed-ebs-volume': pending(same()),
        'wait-for-task-stopped': pending(same()),
        'enable-ecs-managed-tags': same({
          with: { 'enable-ecs-managed-tags': 'true' },
          calls: { UpdateService: { enableECSManagedTags: true } },
        }),
        'propagate-tags': same({
          with: { 'propagate-tags': 'SERVICE' },
          calls: { UpdateService: { propagateTags: 'SERVICE' } },
        }),
        'keep-null-value-keys': pending(same()),
        'max-retries': pending(same()),
      },
      outputs: {
        'task-definition-arn': same({
          with: {},
          outputs: { 'task-definition-arn': '^arn:aws:ecs:us-east-1:123456789012:task-definition/web:2$' },
        }),
        'codedeploy-deployment-id': same({
          scenario: 'CodeDeploy',
          with: {},
          outputs: { 'codedeploy-deployment-id': '^d-[A-Z0-9]{9}$' },
        }),
        'run-task-arn': pending(same()),
      },
    },
  },
};
