import type { TwinScenario } from '../scenario.ts';

const definition = {
  family: 'web',
  containerDefinitions: [
    {
      name: 'app',
      image: 'example/app:1',
      memory: 128,
      environment: [{ name: 'LEVEL', value: 'info' }],
      dockerLabels: { team: 'web' },
    },
    { name: 'sidecar', image: 'example/sidecar:1', memory: 64 },
  ],
};

const scenario = (
  title: string,
  inputs: TwinScenario['with'],
  more: Partial<TwinScenario> = {},
): TwinScenario => ({
  peer: 'amazon-ecs-render-task-definition',
  title,
  files: {
    'web.json': JSON.stringify(definition),
    'web.js': `module.exports = ${JSON.stringify(definition)}`,
  },
  with: { 'task-definition': 'web.json', 'container-name': 'app', image: 'example/app:2', ...inputs },
  ...more,
});

const registered: TwinScenario['prepare'] = async ({ ask }) => {
  await ask('RegisterTaskDefinition', { ...definition, tags: [{ key: 'team', value: 'web' }] });
  await ask('RegisterTaskDefinition', { ...definition, cpu: '256' });
};
const fromEcs = { 'task-definition': '' };

export const renderScenarios: readonly TwinScenario[] = [
  scenario('An image', {}),
  scenario('An image in two containers', { 'container-name': 'app,sidecar' }),
  scenario('Environment, files of it, and secrets', {
    'environment-variables': 'LEVEL=debug\nURL=https://example.com/?a=b',
    'env-files': 'arn:aws:s3:::acme-config/web.env',
    secrets: 'TOKEN=arn:aws:secretsmanager:us-east-1:123456789012:secret:web-AbCdEf',
  }),
  scenario('Labels and log options', {
    'docker-labels': 'SERVICE=web\nVERSION=2',
    'log-configuration-log-driver': 'awslogs',
    'log-configuration-options':
      'awslogs-create-group=true\nawslogs-group=/ecs/web\nawslogs-region=us-east-1\nawslogs-stream-prefix=ecs',
  }),
  scenario('A command and roles', {
    command: 'npm run start',
    'task-role-arn': 'arn:aws:iam::123456789012:role/task',
    'execution-role-arn': 'arn:aws:iam::123456789012:role/execution',
  }),
  scenario(
    'The newest revision of a family',
    { ...fromEcs, 'task-definition-family': 'web' },
    {
      prepare: registered,
      differs: [{ what: 'outputs: task-definition.tags: []', why: 'An empty list of tags is omitted.' }],
    },
  ),
  scenario(
    'A revision of a family',
    { ...fromEcs, 'task-definition-family': 'web', 'task-definition-revision': '1' },
    { prepare: registered },
  ),
  scenario(
    'An ARN',
    { ...fromEcs, 'task-definition-arn': 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1' },
    { prepare: registered },
  ),
  scenario(
    'A file, an ARN and a family at once',
    {
      'task-definition-arn': 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1',
      'task-definition-family': 'web',
    },
    { prepare: registered },
  ),
  scenario(
    'A label whose value holds `=`',
    { 'docker-labels': 'rule=Query(`k=v`)' },
    {
      differs: [
        {
          what: 'outputs: task-definition.containerDefinitions.0.dockerLabels.rule',
          why: 'The official action drops everything from the second `=`.',
        },
      ],
    },
  ),
  scenario(
    'A command with quotes',
    { command: 'sh -c "echo hi  there"' },
    {
      differs: [
        {
          what: 'outputs: task-definition.containerDefinitions.0.command',
          why: 'The official action splits at every space, within quotes, too.',
        },
      ],
    },
  ),
  scenario('Trailing spaces in a variable', { 'environment-variables': 'LEVEL=debug  ' }),
  scenario(
    'Two containers, separated by a comma and a space',
    { 'container-name': 'app, sidecar' },
    {
      differs: [{ what: 'end', why: 'spaces around a name are ignored.' }],
    },
  ),
  scenario('A container that does not exist', { 'container-name': 'nowhere' }),
  scenario(
    'A JavaScript file',
    { 'task-definition': 'web.js' },
    {
      differs: [
        { what: 'end', why: 'a file is read as JSON or YAML, never executed.' },
        { what: 'outputs: task-definition', why: 'Only a step that succeeds renders.' },
      ],
    },
  ),
  scenario(
    'The revision `latest`',
    { ...fromEcs, 'task-definition-family': 'web', 'task-definition-revision': 'latest' },
    {
      prepare: registered,
      differs: [
        { what: 'end', why: 'a revision is a number. The official action ignores any other value.' },
        { what: 'outputs: task-definition', why: 'Only a step that succeeds renders.' },
      ],
    },
  ),
];
