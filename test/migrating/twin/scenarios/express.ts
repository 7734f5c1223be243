import type { TwinScenario } from '../scenario.ts';

const roles = {
  'execution-role-arn': 'arn:aws:iam::123456789012:role/execution',
  'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/infrastructure',
};

const scenario = (title: string, more: Omit<TwinScenario, 'peer' | 'title'>): TwinScenario => ({
  peer: 'amazon-ecs-deploy-express-service',
  title,
  ...more,
  with: { 'service-name': 'web', image: 'example/web:2', cluster: 'main', ...more.with },
});

export const expressScenarios: readonly TwinScenario[] = [
  scenario('A new service', { with: roles }),
  scenario('A new service with every setting', {
    with: {
      ...roles,
      'container-port': '8080',
      'environment-variables': '[{ "name": "LEVEL", "value": "info" }]',
      secrets:
        '[{ "name": "TOKEN", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:web" }]',
      command: '["node", "server.js"]',
      tags: '[{ "key": "team", "value": "web" }]',
      cpu: '1024',
      memory: '2048',
      'task-role-arn': 'arn:aws:iam::123456789012:role/task',
      subnets: 'subnet-12345678,subnet-87654321',
      'security-groups': 'sg-12345678',
      'health-check-path': '/health',
      'min-task-count': '2',
      'max-task-count': '10',
      'auto-scaling-metric': 'AVERAGE_CPU',
      'auto-scaling-target-value': '70',
    },
    prepare: async ({ ask }) => {
      await ask('CreateSecret', { Name: 'web', SecretString: 'only-a-sandbox' }, 'secretsmanager');
    },
  }),
  scenario('A new service of an image that does not exist', {
    with: roles,
    prepare: async ({ sandbox }) =>
      sandbox.ecs.setTaskRules([
        { match: { image: 'example/web:2' }, outcome: { kind: 'pull-error', cause: 'not-found' } },
      ]),
    differs: [
      {
        what: 'end: green / red',
        why: 'the deployment failed. The official action stops waiting after 15 minutes, without an `endpoint`.',
      },
    ],
  }),
  scenario('A new service without roles', { with: {} }),
];
