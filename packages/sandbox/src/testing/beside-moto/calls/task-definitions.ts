import type { Calls } from '../ask.ts';

const web = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  taskRoleArn: 'arn:aws:iam::123456789012:role/task',
  runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
  ephemeralStorage: { sizeInGiB: 30 },
  volumes: [{ name: 'data' }],
  containerDefinitions: [
    {
      name: 'app',
      image: 'example/web:1',
      cpu: 128,
      memory: 256,
      essential: true,
      portMappings: [{ containerPort: 80, protocol: 'tcp' }],
      environment: [{ name: 'LEVEL', value: 'info' }],
      mountPoints: [{ sourceVolume: 'data', containerPath: '/data', readOnly: false }],
      healthCheck: { command: ['CMD-SHELL', 'true'], interval: 5, retries: 2, timeout: 2 },
    },
  ],
};

export const taskDefinitionCalls: Calls = async (ask) => {
  await ask('for Fargate, with tags', 'RegisterTaskDefinition', {
    ...web,
    tags: [{ key: 'team', value: 'web' }],
  });
  await ask('with the least there can be', 'RegisterTaskDefinition', {
    family: 'least',
    containerDefinitions: [{ name: 'app', image: 'example/least:1', memory: 128 }],
  });
  await ask('with secrets and logs', 'RegisterTaskDefinition', {
    ...web,
    family: 'more',
    containerDefinitions: [
      {
        ...web.containerDefinitions[0],
        secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:token' }],
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': '/ecs/web',
            'awslogs-region': 'us-east-1',
            'awslogs-stream-prefix': 'web',
          },
        },
      },
    ],
  });
  await ask('without a container', 'RegisterTaskDefinition', { family: 'none', containerDefinitions: [] });
  await ask('for Fargate without cpu and memory', 'RegisterTaskDefinition', {
    family: 'small',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: [{ name: 'app', image: 'example/small:1' }],
  });
  await ask('for Fargate in a size that there is not', 'RegisterTaskDefinition', {
    ...web,
    cpu: '256',
    memory: '8192',
  });
  await ask('by family, with tags', 'DescribeTaskDefinition', { taskDefinition: 'web', include: ['TAGS'] });
  await ask('by revision, of the least', 'DescribeTaskDefinition', { taskDefinition: 'least:1' });
  await ask('a family that is missing', 'DescribeTaskDefinition', { taskDefinition: 'gone' });
  await ask('a revision that is missing', 'DescribeTaskDefinition', { taskDefinition: 'web:99' });
  await ask('all', 'ListTaskDefinitions', {});
  await ask('of a family', 'ListTaskDefinitions', { familyPrefix: 'web', sort: 'DESC' });
  await ask('all', 'ListTaskDefinitionFamilies', {});
  await ask('one that is active', 'DeregisterTaskDefinition', { taskDefinition: 'least:1' });
  await ask('one that is missing', 'DeregisterTaskDefinition', { taskDefinition: 'gone:1' });
  await ask('without a revision', 'DeregisterTaskDefinition', { taskDefinition: 'web' });
  await ask('one that is inactive', 'DescribeTaskDefinition', { taskDefinition: 'least:1' });
  await ask('one that is inactive', 'DeleteTaskDefinitions', { taskDefinitions: ['least:1'] });
  await ask('one that is active', 'DeleteTaskDefinitions', { taskDefinitions: ['web:1'] });
};
