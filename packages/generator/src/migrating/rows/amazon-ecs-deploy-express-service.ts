import facts from '../facts/amazon-ecs-deploy-express-service.json' with { type: 'json' };
import { differs, type Migration, type Proof, same, use, wider } from '../migration.ts';

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf';

/** The input reaches the request that creates the service. */
const sent = (input: string, value: string, request: object): Proof => ({
  with: { [input]: value },
  calls: { CreateExpressGatewayService: request },
});
/** The same as one `NAME=value` per line, which needs a run of its own. */
const asLine = (input: string, value: string, request: object): Proof => ({
  scenario: 'lines',
  ...sent(input, value, request),
});

const environment = { primaryContainer: { environment: [{ name: 'MODE', value: 'live' }] } };
const secrets = { primaryContainer: { secrets: [{ name: 'TOKEN', valueFrom: secret }] } };
const command = { primaryContainer: { command: ['node', 'server.js'] } };
const tags = { tags: [{ key: 'team', value: 'web' }] };

export const deployExpressService: Migration = {
  name: 'amazon-ecs-deploy-express-service',
  title: 'aws-actions/amazon-ecs-deploy-express-service',
  kind: 'action',
  summary:
    'Change the `uses:` line. An image that does not exist, and any other rollback, fails the step at once with its cause; the official action can end green after fifteen minutes.',
  facts,
  parts: {
    '': {
      use: [
        use('deploy-express-service', {
          'service-name': 'web',
          image: 'example/web:2',
          'execution-role-arn': role('ecsTaskExecutionRole'),
          'infrastructure-role-arn': role('ecsInfrastructureRoleForExpressServices'),
        }),
      ],
      inputs: {
        'service-name': wider(
          'Also the ARN of a service.',
          sent('service-name', 'web', { serviceName: 'web' }),
        ),
        image: same(sent('image', 'example/web:2', { primaryContainer: { image: 'example/web:2' } })),
        'execution-role-arn': wider(
          'Required only when the service is created; an existing one keeps its own.',
          sent('execution-role-arn', role('execution'), { executionRoleArn: role('execution') }),
        ),
        'infrastructure-role-arn': wider(
          'Required only when the service is created.',
          sent('infrastructure-role-arn', role('infra'), { infrastructureRoleArn: role('infra') }),
        ),
        cluster: wider('Also an ARN.', sent('cluster', 'main', { cluster: 'main' })),
        'container-port': same(sent('container-port', '8080', { primaryContainer: { containerPort: 8080 } })),
        'environment-variables': wider(
          'Also one `NAME=value` per line.',
          sent('environment-variables', '[{"name":"MODE","value":"live"}]', environment),
          asLine('environment-variables', 'MODE=live', environment),
        ),
        secrets: wider(
          'Also one `NAME=valueFrom` per line.',
          sent('secrets', `[{"name":"TOKEN","valueFrom":"${secret}"}]`, secrets),
          asLine('secrets', `TOKEN=${secret}`, secrets),
        ),
        command: wider(
          'Also words with quotes.',
          sent('command', '["node","server.js"]', command),
          asLine('command', 'node server.js', command),
        ),
        'log-group': same(
          sent('log-group', '/ecs/web', {
            primaryContainer: { awsLogsConfiguration: { logGroup: '/ecs/web' } },
          }),
        ),
        'log-stream-prefix': same({
          scenario: 'a prefix',
          with: { 'log-group': '/ecs/web', 'log-stream-prefix': 'api' },
          calls: {
            CreateExpressGatewayService: {
              primaryContainer: { awsLogsConfiguration: { logGroup: '/ecs/web', logStreamPrefix: 'api' } },
            },
          },
        }),
        'repository-credentials': same(
          sent('repository-credentials', secret, {
            primaryContainer: { repositoryCredentials: { credentialsParameter: secret } },
          }),
        ),
        tags: same(sent('tags', '[{"key":"team","value":"web"}]', tags), asLine('tags', 'team=web', tags)),
        'mutate-tags-on-update': same({
          scenario: 'an existing service',
          with: { 'mutate-tags-on-update': 'true', tags: 'team=api' },
          calls: { TagResource: { tags: [{ key: 'team', value: 'api' }] } },
        }),
        cpu: same(sent('cpu', '512', { cpu: '512' })),
        memory: same(sent('memory', '1024', { memory: '1024' })),
        'task-role-arn': same(sent('task-role-arn', role('web'), { taskRoleArn: role('web') })),
        subnets: same(
          sent('subnets', 'subnet-0a1,subnet-0a2', {
            networkConfiguration: { subnets: ['subnet-0a1', 'subnet-0a2'] },
          }),
        ),
        'security-groups': same(
          sent('security-groups', 'sg-0a1', { networkConfiguration: { securityGroups: ['sg-0a1'] } }),
        ),
        'health-check-path': same(sent('health-check-path', '/health', { healthCheckPath: '/health' })),
        'min-task-count': differs(
          'A minimum above the maximum, and anything but a number, is refused before any call.',
          sent('min-task-count', '2', { scalingTarget: { minTaskCount: 2 } }),
          {
            scenario: 'a minimum above the maximum',
            with: { 'min-task-count': '5', 'max-task-count': '2' },
            refused: 'min-task-count',
          },
          {
            scenario: 'no number',
            with: { 'min-task-count': 'two' },
            refused: 'min-task-count must be a whole number',
          },
        ),
        'max-task-count': same(sent('max-task-count', '4', { scalingTarget: { maxTaskCount: 4 } })),
        'auto-scaling-metric': same(
          sent('auto-scaling-metric', 'AVERAGE_CPU', { scalingTarget: { autoScalingMetric: 'AVERAGE_CPU' } }),
        ),
        'auto-scaling-target-value': same(
          sent('auto-scaling-target-value', '70', { scalingTarget: { autoScalingTargetValue: 70 } }),
        ),
      },
      outputs: {
        'service-arn': same({
          scenario: 'live',
          with: {},
          outputs: { 'service-arn': ':service/default/web$' },
        }),
        endpoint: same({ scenario: 'live', with: {}, outputs: { endpoint: '^[^:/]+$' } }),
      },
    },
  },
};
