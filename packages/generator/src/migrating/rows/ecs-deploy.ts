import facts from '../facts/ecs-deploy.json' with { type: 'json' };
import { instead, type Migration, notThere, type Row, use } from '../migration.ts';

const rendered = { from: 'render-task-definition', output: 'task-definition' } as const;
const service = { cluster: 'main', service: 'web' };
const render = (inputs: Readonly<Record<string, string>>, why?: string) =>
  instead(use('render-task-definition', inputs), why);
const deploy = (inputs: Readonly<Record<string, string>>, why?: string) =>
  instead(use('deploy-service', inputs), why);
const run = (inputs: Readonly<Record<string, string>>, why?: string) => instead(use('run-task', inputs), why);
const patch = (container: string, why = 'Container by container, in a JSON Merge Patch.') =>
  render({ patch: `{"containerDefinitions":{"web":${container}}}` }, why);

const noArgument = notThere('Credentials come from the environment, never from an argument.');
const assume = notThere('Assume the role before; `allowed-account-ids` refuses any other account.');
const noReport = notThere('Report with a step of the pipeline, which reads the outputs and the exit code.');
const onlyWithContainers = 'For the containers of `container-name`.';

const credentials: Readonly<Record<string, Row>> = {
  '--access-key-id': noArgument,
  '--secret-access-key': noArgument,
  '--profile': notThere('Set `AWS_PROFILE`.'),
  '--account': assume,
  '--assume-role': assume,
};

/** What changes the task definition. */
const edits: Readonly<Record<string, Row>> = {
  '--command': render({ 'container-name': 'web', command: 'node server.js' }, onlyWithContainers),
  '--env': render({ 'container-name': 'web', 'environment-variables': 'MODE=live' }, onlyWithContainers),
  '--env-file': render(
    { 'environment-variables': 'MODE=live' },
    'The content of the file, one `NAME=value` per line.',
  ),
  '--s3-env-file': render({ 'env-files': 'arn:aws:s3:::bucket/web.env' }),
  '--secret': render({ secrets: 'KEY=arn:aws:ssm:eu-west-1:123456789012:parameter/key' }, onlyWithContainers),
  '--secrets-env-file': render(
    { secrets: 'KEY=arn:aws:ssm:eu-west-1:123456789012:parameter/key' },
    'The content of the file, one `NAME=valueFrom` per line.',
  ),
  '--docker-label': render({ 'docker-labels': 'team=web' }, onlyWithContainers),
  '--exclusive-env': render({ 'environment-replace': 'true' }),
  '--exclusive-secrets': render({ 'secrets-remove': 'OLD' }, 'Name those to remove.'),
  '--exclusive-docker-labels': patch(
    '{"dockerLabels":{"OLD":null}}',
    'Name those to remove, in a JSON Merge Patch.',
  ),
  '--exclusive-s3-env-file': render(
    { 'env-files': 'arn:aws:s3:::bucket/web.env' },
    'The list always replaces the old one.',
  ),
  '--diff/--no-diff': notThere('What changes is always shown, without the values of secrets.'),
};
const images: Readonly<Record<string, Row>> = {
  '--image': render({ images: 'web=example/web:2' }),
  '--tag': render(
    { images: 'web=example/web:2' },
    'The whole reference of each image, preferably by digest.',
  ),
};
const roles: Readonly<Record<string, Row>> = {
  '--role': render({ 'task-role-arn': 'arn:aws:iam::123456789012:role/web' }),
};
const moreEdits: Readonly<Record<string, Row>> = {
  '--cpu': render({ 'container-name': 'web', 'container-cpu': '256' }, onlyWithContainers),
  '--memory': render({ 'container-name': 'web', 'container-memory': '512' }, onlyWithContainers),
  '--memoryreservation': render(
    { 'container-name': 'web', 'container-memory-reservation': '256' },
    onlyWithContainers,
  ),
  '--task-cpu': render({ cpu: '512' }),
  '--task-memory': render({ memory: '1024' }),
  '--privileged': patch('{"privileged":false}'),
  '--ulimit': patch('{"ulimits":[{"name":"nofile","softLimit":1024,"hardLimit":2048}]}'),
  '--system-control': patch('{"systemControls":[{"namespace":"net.core.somaxconn","value":"1024"}]}'),
  '--port': patch('{"portMappings":[{"containerPort":80}]}'),
  '--mount': patch('{"mountPoints":[{"sourceVolume":"data","containerPath":"/data"}]}'),
  '--log': render({
    'log-configuration-log-driver': 'awslogs',
    'log-configuration-options': 'awslogs-group=/ecs/web',
  }),
  '--execution-role': render({ 'execution-role-arn': 'arn:aws:iam::123456789012:role/execution' }),
  '--exclusive-ulimits': patch('{"ulimits":[]}', 'A list in the patch replaces the list.'),
  '--exclusive-system-controls': patch('{"systemControls":[]}', 'A list in the patch replaces the list.'),
  '--exclusive-ports': patch('{"portMappings":[]}', 'A list in the patch replaces the list.'),
  '--exclusive-mounts': patch('{"mountPoints":[]}', 'A list in the patch replaces the list.'),
  '--volume': render(
    { patch: '{"volumes":[{"name":"data","host":{"sourcePath":"/data"}}]}' },
    'In a JSON Merge Patch.',
  ),
};
const platform = render({ 'cpu-architecture': 'ARM64', 'operating-system-family': 'LINUX' });
const noContainer = notThere('The containers are those of the source; start from a file to change them.');
const kept = notThere('Revisions are kept: a rollback needs them.');

export const ecsDeploy: Migration = {
  name: 'ecs-deploy',
  title: 'ecs-deploy (fabfuel)',
  kind: 'command line',
  summary:
    '`ecs deploy` is two commands: one renders the task definition from what the service runs, one deploys it. It follows the deployment that it created, by its id, and a rollback fails it.',
  facts,
  parts: {
    deploy: {
      use: [
        use('render-task-definition', { ...service, images: 'web=example/web:2' }),
        use('deploy-service', { ...service, 'task-definition': rendered }),
      ],
      inputs: {
        '<cluster>': deploy({ cluster: 'main' }),
        '<service>': deploy({ service: 'web' }),
        ...images,
        ...edits,
        ...moreEdits,
        ...roles,
        ...credentials,
        '--health-check': patch(
          '{"healthCheck":{"command":["CMD-SHELL","curl -f localhost"],"interval":30}}',
        ),
        '--essential': patch('{"essential":true}'),
        '--runtime-platform': platform,
        '--task': render({ 'task-definition-family': 'web' }),
        '--region': deploy({ region: 'eu-west-1' }),
        '--timeout': deploy({ 'wait-timeout': '20m' }, 'By default, 20 minutes and what the strategy adds.'),
        '--ignore-warnings': notThere('A warning never fails the step.'),
        '--newrelic-apikey': noReport,
        '--newrelic-appid': noReport,
        '--newrelic-region': noReport,
        '--newrelic-revision': noReport,
        '--comment': noReport,
        '--user': noReport,
        '--slack-url': noReport,
        '--slack-service-match': noReport,
        '--deregister/--no-deregister': kept,
        '--rollback/--no-rollback': deploy(
          { 'rollback-on': 'failure,timeout' },
          'A circuit breaker of the service is preferable.',
        ),
        '--sleep-time': notThere('One poller paces itself.'),
        '--add-container': noContainer,
        '--remove-container': noContainer,
      },
    },
    cron: { note: 'Not there: scheduled tasks are not updated.' },
    update: {
      use: [
        use('render-task-definition', { 'task-definition-family': 'web', images: 'web=example/web:2' }),
        use('register-task-definition', { 'task-definition': rendered }),
      ],
      inputs: {
        '<task>': render({ 'task-definition-family': 'web' }),
        ...images,
        ...edits,
        ...roles,
        ...credentials,
        '--runtime-platform': platform,
        '--region': instead(use('register-task-definition', { region: 'eu-west-1' })),
        '--deregister/--no-deregister': kept,
      },
    },
    scale: {
      use: [use('scale-service', { ...service, 'desired-count': '2' })],
      inputs: {
        '<cluster>': instead(use('scale-service', { cluster: 'main' })),
        '<service>': instead(use('scale-service', { service: 'web' })),
        '<desired_count>': instead(use('scale-service', { 'desired-count': '2' })),
        ...credentials,
        '--region': instead(use('scale-service', { region: 'eu-west-1' })),
        '--timeout': instead(use('scale-service', { 'wait-timeout': '15m' })),
        '--ignore-warnings': notThere('A warning never fails the step.'),
        '--sleep-time': notThere('One poller paces itself.'),
      },
    },
    run: {
      use: [
        use('render-task-definition', { 'task-definition-family': 'web' }),
        use('run-task', { ...service, 'task-definition': rendered }),
      ],
      note: 'Without edits, `--task-definition web` alone will do.',
      inputs: {
        ...edits,
        ...credentials,
        '<cluster>': run({ cluster: 'main' }),
        '<task>': run({ 'task-definition': 'web' }),
        '<count>': run({ count: '2' }),
        '--command': run({ container: 'web', command: './migrate' }),
        '--env': run({ container: 'web', environment: 'MODE=live' }),
        '--launchtype': run({ 'launch-type': 'EC2' }, 'By default, that of the service or of the cluster.'),
        '--subnet': run({ subnets: 'subnet-0a1' }, 'By default, those of `service`.'),
        '--securitygroup': run({ 'security-groups': 'sg-0a1' }, 'By default, those of `service`.'),
        '--public-ip': run({ 'assign-public-ip': 'ENABLED' }),
        '--platform-version': run({ 'platform-version': '1.4.0' }),
        '--region': run({ region: 'eu-west-1' }),
      },
    },
    diff: {
      note: 'Not there: `plan-service` compares a revision with what the service runs, not with another revision.',
    },
  },
};
