import facts from '../facts/amazon-ecs-render-task-definition.json' with { type: 'json' };
import { differs, type Migration, same, use, wider } from '../migration.ts';

/** The container of the file that the test starts from. */
const container = (members: object) => ({ containerDefinitions: [{ name: 'app', ...members }] });

export const renderTaskDefinition: Migration = {
  name: 'amazon-ecs-render-task-definition',
  title: 'aws-actions/amazon-ecs-render-task-definition',
  kind: 'action',
  summary:
    'Change the `uses:` line. Everything the file holds is kept, empty values and unknown keys included; the official action drops them.',
  facts,
  suite:
    'Of its own 32 tests, 30 have the same result here (1 December 2026). The other two are inputs that only the original refuses: a comma after the last container name, and the name of a role.',
  parts: {
    '': {
      use: [
        use('render-task-definition', {
          'task-definition': 'task-definition.json',
          'container-name': 'web',
          image: 'example/web:2',
        }),
      ],
      inputs: {
        'task-definition': wider(
          'Also YAML, and a file that holds the task definition in `taskDefinition`.',
          {
            with: { 'task-definition': 'task.yaml' },
            rendered: { family: 'web' },
          },
        ),
        'task-definition-arn': same(
          {
            scenario: 'by ARN',
            with: { 'task-definition-arn': 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1' },
            rendered: { family: 'web' },
          },
          {
            scenario: 'two sources',
            with: { 'task-definition-arn': 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1' },
            log: 'task-definition is used, and task-definition-arn ignored',
          },
        ),
        'task-definition-family': same({
          scenario: 'by family',
          with: { 'task-definition-family': 'web' },
          rendered: { family: 'web' },
        }),
        'task-definition-revision': differs(
          'Anything but a number is refused; the official action silently takes the latest revision.',
          {
            scenario: 'by revision',
            with: { 'task-definition-family': 'web', 'task-definition-revision': '1' },
            rendered: container({ cpu: 1 }),
          },
          {
            scenario: 'no revision',
            with: { 'task-definition-family': 'web', 'task-definition-revision': 'newest' },
            refused: 'task-definition-revision must be a whole number',
          },
        ),
        'container-name': wider('By default, the only container.', {
          with: { 'container-name': 'app' },
          rendered: container({}),
        }),
        image: wider('May be omitted when only other settings change.', {
          with: { image: 'example/web:2' },
          rendered: container({ image: 'example/web:2' }),
        }),
        'environment-variables': differs(
          'A line that starts with `#` is a comment, and a name given twice or with spaces is refused.',
          {
            with: { 'environment-variables': '# the mode\nMODE=a=b  ' },
            rendered: container({ environment: [{ name: 'MODE', value: 'a=b' }] }),
          },
          { with: { 'environment-variables': 'A=1\nA=2' }, refused: 'environment-variables' },
        ),
        'log-configuration-log-driver': differs(
          'Only drivers that ECS has; another driver than before starts without options.',
          {
            with: { 'log-configuration-log-driver': 'awslogs' },
            rendered: container({ logConfiguration: { logDriver: 'awslogs' } }),
          },
          { with: { 'log-configuration-log-driver': 'logentries' }, refused: 'log-configuration-log-driver' },
        ),
        'log-configuration-options': wider('A value may hold `=`; the official action cuts it there.', {
          with: { 'log-configuration-options': 'awslogs-group=/ecs/web\nawslogs-datetime-format=%H=%M' },
          rendered: container({
            logConfiguration: {
              options: { 'awslogs-group': '/ecs/web', 'awslogs-datetime-format': '%H=%M' },
            },
          }),
        }),
        'docker-labels': wider('A value may hold `=`; the official action cuts it there.', {
          with: { 'docker-labels': 'rule=a=b' },
          rendered: container({ dockerLabels: { rule: 'a=b' } }),
        }),
        command: wider('Words with quotes, or a JSON array; the official action splits at every space.', {
          with: { command: 'sh -c "echo hi  there"' },
          rendered: container({ command: ['sh', '-c', 'echo hi  there'] }),
        }),
        'task-role-arn': wider(
          'Also the name of a role, and the log says what it became.',
          {
            with: { 'task-role-arn': 'arn:aws:iam::123456789012:role/web' },
            rendered: { taskRoleArn: 'arn:aws:iam::123456789012:role/web' },
          },
          {
            scenario: 'a shortened ARN',
            with: { 'task-role-arn': 'role/web' },
            refused: 'task-role-arn must be',
          },
        ),
        'execution-role-arn': wider('Also the name of a role, and the log says what it became.', {
          with: { 'execution-role-arn': 'arn:aws:iam::123456789012:role/execution' },
          rendered: { executionRoleArn: 'arn:aws:iam::123456789012:role/execution' },
        }),
        'env-files': same({
          with: { 'env-files': 'arn:aws:s3:::Old_bucket/web.env' },
          rendered: container({
            environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::Old_bucket/web.env' }],
          }),
        }),
        secrets: differs(
          'A name that is also an environment variable is refused, as ECS would.',
          {
            with: { secrets: 'KEY=arn:aws:ssm:us-east-1:123456789012:parameter/key' },
            rendered: container({
              secrets: [{ name: 'KEY', valueFrom: 'arn:aws:ssm:us-east-1:123456789012:parameter/key' }],
            }),
          },
          {
            scenario: 'a name twice',
            with: { secrets: 'MODE=/web/mode', 'environment-variables': 'MODE=live' },
            refused: 'MODE',
          },
        ),
      },
      outputs: {
        'task-definition': same({ with: {}, outputs: { 'task-definition': '^/' } }),
      },
    },
  },
};
