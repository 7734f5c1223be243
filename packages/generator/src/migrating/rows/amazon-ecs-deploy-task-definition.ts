import facts from '../facts/amazon-ecs-deploy-task-definition.json' with { type: 'json' };
import { differs, type Migration, type Proof, same, use, wider } from '../migration.ts';

/** A task before the update, on container instances. */
const before = (inputs: Readonly<Record<string, string>>, request: object): Proof => ({
  scenario: 'a task before',
  with: inputs,
  calls: { RunTask: request },
});
/** A task alone, which needs a network. */
const onFargate = (inputs: Readonly<Record<string, string>>, request: object): Proof => ({
  scenario: 'a task on Fargate',
  with: { 'run-task-subnets': 'subnet-0123abcd', ...inputs },
  calls: { RunTask: request },
});
const volume = {
  roleArn: 'arn:aws:iam::123456789012:role/volumes',
  sizeInGiB: 10,
};
const ofService = {
  'service-managed-ebs-volume-name': 'data',
  'service-managed-ebs-volume': JSON.stringify(volume),
};
const ofTask = {
  'run-task-managed-ebs-volume-name': 'data',
  'run-task-managed-ebs-volume': JSON.stringify(volume),
};
const configured = { volumeConfigurations: [{ name: 'data', managedEBSVolume: volume }] };
const nameAndVolume = 'One without the other is refused, where the official action ignores it.';

export const deployTaskDefinition: Migration = {
  name: 'amazon-ecs-deploy-task-definition',
  title: 'aws-actions/amazon-ecs-deploy-task-definition',
  kind: 'action',
  summary:
    'Change the `uses:` line; the inputs keep their names. Two things change in meaning: by default, the step waits for the verdict, and where nothing changed no deployment starts.',
  facts,
  suite:
    'Of its own 51 tests, 47 end green or red as there (1 December 2026). The others: `memory` as empty text and an object where ECS takes a list are refused, and so is a file outside the workspace; a service with the controller EXTERNAL is deployed.',
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
        service: wider(
          'Also an ARN. Without one, the task definition is registered and read back, and a warning says that nothing was deployed.',
          {
            with: { service: 'arn:aws:ecs:us-east-1:123456789012:service/main/web' },
            outputs: { 'service-arn': ':service/main/web$' },
          },
          {
            scenario: 'no service',
            with: { service: '' },
            calls: { RegisterTaskDefinition: { family: 'web' } },
            outputs: { 'task-definition-arn': ':task-definition/web:2$' },
            log: 'no service was named, so nothing was deployed',
            notSent: ['UpdateService'],
          },
        ),
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
        'wait-for-minutes': differs(
          'More than 360 is capped, as there, with a warning. 0 is the default time limit, with a warning: 20 minutes plus what the strategy of the service adds, where the official action takes 30.',
          {
            scenario: 'tasks that never start',
            with: { 'wait-for-minutes': '2' },
            failed: 'TIMED_OUT',
          },
          {
            scenario: 'too long',
            with: { 'wait-for-minutes': '400' },
            log: 'wait-for-minutes is 400, so 360 minutes are used: set wait-timeout to wait longer',
          },
          {
            scenario: 'zero',
            with: { 'wait-for-minutes': '0' },
            log: 'wait-for-minutes is 0, so the default time limit applies',
          },
        ),
        'wait-max-delay-seconds': wider(
          'Also less than 15. By default, the pause is at most 30 seconds, not 120.',
          {
            scenario: 'tasks that never start',
            with: { 'wait-for-minutes': '14', 'wait-max-delay-seconds': '2' },
            failed: 'TIMED_OUT',
            // By default there would be half as many: after five minutes without progress, one in 15 seconds.
            times: { DescribeServiceDeployments: 400 },
          },
        ),
        'codedeploy-appspec': differs(
          'By default, an AppSpec is generated from the service if there is no `appspec.yaml`. It is read before anything is registered; a missing version is filled in, and any other than 0.0 is refused.',
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
        'codedeploy-deployment-description': differs(
          'By default, the task definition, where the official action sends none.',
          {
            scenario: 'CodeDeploy',
            with: { 'codedeploy-deployment-description': 'Spring release' },
            calls: { CreateDeployment: { description: 'Spring release' } },
          },
          {
            scenario: 'CodeDeploy',
            with: {},
            calls: { CreateDeployment: { description: /^web:\d+, by Landfall$/ } },
          },
        ),
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
        'service-managed-ebs-volume-name': differs(
          nameAndVolume,
          { scenario: 'a volume', with: ofService, calls: { UpdateService: configured } },
          {
            scenario: 'a name alone',
            with: { 'service-managed-ebs-volume-name': 'data' },
            refused: 'service-managed-ebs-volume is required with service-managed-ebs-volume-name',
          },
        ),
        'service-managed-ebs-volume': differs(
          'Without it, the volumes of the service are left alone as long as the task definition configures one at launch, where the official action sends an empty list with every update; `{}` does that here. An unknown field is refused, and so is a service that CodeDeploy deploys.',
          { scenario: 'a volume', with: ofService, calls: { UpdateService: configured } },
          {
            scenario: 'a volume',
            with: {
              'service-managed-ebs-volume-name': 'data',
              'service-managed-ebs-volume': '{"sizeInGiB": 10}',
            },
            refused: 'service-managed-ebs-volume has no "roleArn"',
          },
        ),
        'run-task': differs(
          'Any value but a boolean is refused, where the official action silently runs nothing. A step that is repeated within one attempt of the run finds its task instead of starting another, and so does a new attempt while that task runs.',
          {
            scenario: 'a task before',
            with: { 'run-task': 'true' },
            calls: { RunTask: { cluster: 'main', count: 1 }, UpdateService: { service: 'web' } },
          },
          { with: { 'run-task': 'maybe' }, refused: 'run-task' },
        ),
        'run-task-container-overrides': differs(
          'An unknown container or field is refused, where the official action drops an unknown field.',
          before(
            { 'run-task-container-overrides': '[{"name": "app", "command": ["migrate"]}]' },
            { overrides: { containerOverrides: [{ name: 'app', command: ['migrate'] }] } },
          ),
          {
            scenario: 'a task before',
            with: { 'run-task-container-overrides': '[{"name": "other"}]' },
            refused: 'run-task-container-overrides names the container "other"',
          },
        ),
        'run-task-security-groups': same(
          onFargate(
            { 'run-task-security-groups': 'sg-0123abcd' },
            { networkConfiguration: { awsvpcConfiguration: { securityGroups: ['sg-0123abcd'] } } },
          ),
        ),
        'run-task-subnets': wider(
          'Also one per line, or with blanks after the commas.',
          onFargate({}, { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0123abcd'] } } }),
        ),
        'run-task-assign-public-IP': {
          ...wider(
            'Small letters are accepted. GitHub does not distinguish them in the name of the input either.',
            onFargate(
              { 'run-task-assign-public-IP': 'enabled' },
              { networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'ENABLED' } } },
            ),
          ),
          ours: 'run-task-assign-public-ip',
        },
        'run-task-capacity-provider-strategy': same({
          ...onFargate(
            {
              'run-task-capacity-provider-strategy': '[{"capacityProvider": "FARGATE_SPOT", "weight": 1}]',
            },
            { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] },
          ),
          scenario: 'a task on Fargate Spot',
        }),
        'run-task-launch-type': wider(
          'Small letters are accepted, and `EXTERNAL`.',
          before({ 'run-task-launch-type': 'ec2' }, { launchType: 'EC2' }),
          onFargate({}, { launchType: 'FARGATE' }),
        ),
        'run-task-started-by': differs(
          'By default, the run and the step, where the official action sends `GitHub-Actions`: a new attempt of the run finds by it a task that has not ended, and does not start another.',
          before({ 'run-task-started-by': 'release' }, { startedBy: 'release' }),
          onFargate({}, { startedBy: /^landfall\// }),
        ),
        'run-task-tags': same(
          before(
            { 'run-task-tags': '[{"key": "team", "value": "web"}]' },
            { tags: [{ key: 'team', value: 'web' }] },
          ),
        ),
        'run-task-managed-ebs-volume-name': differs(
          nameAndVolume,
          {
            scenario: 'a task with a volume',
            with: ofTask,
            calls: { RunTask: configured },
          },
          {
            scenario: 'a task with a volume',
            with: { 'run-task-managed-ebs-volume-name': 'data' },
            refused: 'run-task-managed-ebs-volume is required with run-task-managed-ebs-volume-name',
          },
        ),
        'run-task-managed-ebs-volume': wider('Also `terminationPolicy`.', {
          scenario: 'a task with a volume',
          with: ofTask,
          calls: { RunTask: configured },
        }),
        'wait-for-task-stopped': differs(
          'The container that does the work decides, not every sidecar, and the log of the task is shown. Both leave the service alone if the task failed.',
          {
            scenario: 'a task before',
            with: { 'wait-for-task-stopped': 'true' },
            log: 'succeeded: container "app" ended with exit code 0',
          },
          {
            scenario: 'a task that fails',
            with: { 'wait-for-task-stopped': 'true' },
            failed: 'TASK_FAILED',
            notSent: ['UpdateService'],
          },
        ),
        'enable-ecs-managed-tags': same({
          with: { 'enable-ecs-managed-tags': 'true' },
          calls: { UpdateService: { enableECSManagedTags: true } },
        }),
        'propagate-tags': wider('Small letters are accepted.', {
          with: { 'propagate-tags': 'service' },
          calls: { UpdateService: { propagateTags: 'SERVICE' } },
        }),
        'keep-null-value-keys': differs('Not needed: empty values are always kept.', {
          with: { 'keep-null-value-keys': 'command,entryPoint' },
          log: 'keep-null-value-keys is not used',
        }),
        'max-retries': differs(
          'By default, 8 attempts for most calls, not 3. 0 is refused.',
          {
            scenario: 'a throttled account',
            with: { 'max-retries': '2' },
            refused: 'was throttled 2 times in a row',
            times: { DescribeServices: 2 },
          },
          { with: { 'max-retries': '0' }, refused: 'max-retries must be from 1 to 20' },
        ),
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
        'run-task-arn': same({
          scenario: 'a task before',
          with: { 'run-task': 'true' },
          outputs: {
            'run-task-arn': '^\\["arn:aws:ecs:us-east-1:123456789012:task/main/[0-9a-f]{32}"\\]$',
          },
        }),
      },
    },
  },
};
