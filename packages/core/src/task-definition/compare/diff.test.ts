import { expect, test } from '@jest/globals';
import { diffTaskDefinitions } from './diff.ts';

const before = {
  family: 'web',
  revision: 7,
  networkMode: 'awsvpc',
  cpu: '1024',
  containerDefinitions: [
    {
      name: 'web',
      image: 'example/web:1',
      cpu: 0,
      essential: true,
      command: ['node', 'server.js'],
      environment: [
        { name: 'B', value: 'hunter2-old' },
        { name: 'A', value: 'kept-value' },
      ],
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
      logConfiguration: {
        logDriver: 'splunk',
        options: { 'splunk-token': 'token-old', 'splunk-url': 'https://a' },
      },
      mountPoints: [],
    },
  ],
};

test('a diff shows what means something, by name, and never a value of the environment', () => {
  const after = {
    family: 'web',
    networkMode: 'awsvpc',
    cpu: '1 vCPU',
    memory: '2 GB',
    containerDefinitions: [
      {
        name: 'web',
        image: 'example/web:2',
        command: ['node', 'server.js', ''],
        environment: [
          { name: 'A', value: 'kept-value' },
          { name: 'B', value: 'hunter2-new' },
          { name: 'C', value: 'hunter3' },
        ],
        secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:eu-west-1:012345678901:parameter/token' }],
        portMappings: [{ containerPort: 8080 }],
        logConfiguration: {
          logDriver: 'splunk',
          options: { 'splunk-token': 'token-new', 'splunk-url': 'https://a' },
        },
      },
      { name: 'logs', image: 'example/logs:1' },
    ],
  };
  const lines = diffTaskDefinitions(before, after);
  expect(lines).toEqual([
    '+ memory: "2048"',
    '+ containers.logs.image: "example/logs:1"',
    '- containers.web.command: ["node","server.js"]',
    '+ containers.web.command: ["node","server.js",""]',
    '- containers.web.environment.B: "(hidden)"',
    '+ containers.web.environment.B: "(hidden, changed)"',
    '+ containers.web.environment.C: "(hidden)"',
    '- containers.web.image: "example/web:1"',
    '+ containers.web.image: "example/web:2"',
    '- containers.web.logConfiguration.options.splunk-token: "(hidden)"',
    '+ containers.web.logConfiguration.options.splunk-token: "(hidden, changed)"',
    '+ containers.web.secrets.TOKEN: "arn:aws:ssm:eu-west-1:012345678901:parameter/token"',
  ]);
  expect(lines.join('\n')).not.toMatch(/hunter|kept-value|token-/);
});

test('what ECS fills in and another order are no difference', () => {
  const [web] = before.containerDefinitions;
  const { cpu: _, essential: __, mountPoints: ___, ...written } = web!;
  const same = {
    family: 'web',
    networkMode: 'awsvpc',
    cpu: '1 vCPU',
    containerDefinitions: [{ ...written, environment: [...web!.environment].reverse() }],
  };
  expect(diffTaskDefinitions(before, same)).toEqual([]);
});
