import { describe, expect, test } from '@jest/globals';
import { renderDocument } from '../../template/render-document.ts';
import { renderTemplate, variablesOf } from '../../template/render-template.ts';
import { explain } from '../origins.ts';
import { sentenceOf } from '../problem.ts';
import { resolveServicesYaml } from './resolve-services-yaml.ts';

/** The files of the write-up of 2016, without the scheduled task. */
const servicesYaml = `---

aliases:
  - &cluster_applications app

services:
  web:
    cluster: *cluster_applications
    serviceGroup: web
    templateGroup: repo
    desiredCount: 2
    minimumHealthyPercent: 50
    maximumPercent: 100
    registrator: true
    distinctInstance: true
    taskDefinitionTemplate: default
    vars:
      startupScript: ./script/startup_web.sh
      portMappings:
        - hostPort: 0
          containerPort: 3000
          protocol: tcp

taskDefinitionTemplates:
  default: |
    {
      "family": "{{environment}}-{{item}}",
      "containerDefinitions": [
        {
          "name": "{{environment}}-{{item}}",
          "cpu": {{cpu}},
          "memoryReservation": {{memoryReservation}},
          "image": "mydomain/myimage:{{environment}}{% if environment == 'production' %}-{{serviceGroup}}{% endif %}",
          "command": [
            "{{startupScript}}",
            "{{conf}}"
          ],
          "portMappings": {{portMappings|default([])|tojson}},
          "logConfiguration": {
            "logDriver": "syslog",
            "options": {
              "tag": "docker/{{environment}}/{{item}}/{% raw %}{{.ID}}{% endraw %}"
            }
          },
          "volumesFrom": [],
          "mountPoints": [],
          "essential": true
        }
      ]
    }
`;
const environmentYaml = `---
environment: dev
cpu: 64
memoryReservation: 64
conf: dev.yaml

services:
  web:
    desiredCount: 4
    vars:
      cpu: 96
      memoryReservation: 96
`;

interface Given {
  readonly services?: string;
  readonly environment?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
}

async function resolve({
  services = servicesYaml,
  environment = environmentYaml,
  env = {},
  vars = {},
}: Given) {
  const resolved = await resolveServicesYaml(
    { file: 'services.yml', text: services },
    { file: 'dev.yml', text: environment },
    {
      engine: { renderTemplate, renderDocument, variablesOf },
      env: (name) => env[name],
      vars: new Map(Object.entries(vars)),
    },
  );
  return {
    ...resolved,
    services: resolved.waves.flatMap((wave) => wave.services),
    sentences: resolved.problems.map(sentenceOf),
  };
}

describe('services-yaml and environment-yaml', () => {
  test('are read unchanged: the example of the write-up', async () => {
    const { services, sentences, name } = await resolve({});
    expect(sentences).toEqual([]);
    expect(name).toBe('dev');
    expect(services).toEqual([
      {
        key: 'web',
        cluster: 'app',
        serviceName: 'dev-web-service',
        groups: ['web'],
        wave: 10,
        before: [],
        stopBeforeDeploy: false,
        desiredCount: { kind: 'wanted', count: 4 },
        service: {
          deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 },
          placementConstraints: [{ type: 'distinctInstance' }],
        },
        taskDefinition: {
          family: 'dev-web',
          containerDefinitions: [
            {
              name: 'dev-web',
              cpu: 96,
              memoryReservation: 96,
              image: 'mydomain/myimage:dev',
              command: ['./script/startup_web.sh', 'dev.yaml'],
              portMappings: [{ hostPort: 0, containerPort: 3000, protocol: 'tcp' }],
              logConfiguration: { logDriver: 'syslog', options: { tag: 'docker/dev/web/{{.ID}}' } },
              volumesFrom: [],
              mountPoints: [],
              essential: true,
              environment: [
                { name: 'ENVIRONMENT', value: 'dev' },
                { name: 'SERVICE_NAME', value: 'dev' },
                { name: 'SERVICE_TAGS', value: 'web' },
                { name: 'CLUSTER_NAME', value: 'app' },
                { name: 'SERVICE_GROUP', value: 'web' },
                { name: 'TEMPLATE_GROUP', value: 'repo' },
                { name: 'DESIRED_COUNT', value: '4' },
                { name: 'MINIMUM_HEALTHY_PERCENT', value: '50' },
                { name: 'MAXIMUM_PERCENT', value: '100' },
                { name: 'DISTINCT_INSTANCE', value: 'true' },
              ],
            },
          ],
        },
      },
    ]);
  });

  test('give way to the process wherever a template names a variable, and nowhere else', async () => {
    const { services, name } = await resolve({
      environment: environmentYaml
        .replace('desiredCount: 4', 'desiredCount: "{{count}}"')
        .replace('conf: dev.yaml', 'conf: "{{environment}}.yaml"'),
      env: { cpu: '512', environment: 'production', count: '7', cluster: 'other', HOME: '/root' },
      vars: { memoryReservation: '128', cpu: '1' },
    });
    expect(name).toBe('production');
    expect(services).toMatchObject([
      {
        cluster: 'app',
        serviceName: 'production-web-service',
        desiredCount: { kind: 'wanted', count: 7 },
        taskDefinition: {
          containerDefinitions: [
            {
              image: 'mydomain/myimage:production-web',
              cpu: 512,
              memoryReservation: 128,
              command: ['./script/startup_web.sh', 'production.yaml'],
              environment: expect.arrayContaining([{ name: 'ENVIRONMENT', value: 'production' }]),
            },
          ],
        },
      },
    ]);
  });

  test('have further settings: placement, balancers, network, order, and services that are off', async () => {
    const { services, waves, sentences } = await resolve({
      services: `services:
  first: &service
    cluster: "{{cluster_app}}"
    desiredCount: "1"
    primaryPlacement: "yes"
    stopBeforeDeploy: on
    placementStrategy: [{ field: memory, type: binpack }]
    placementConstraints: [{ type: memberOf, expression: "attribute:x == {{item}}" }]
    loadBalancers: [{ targetGroupArn: "arn:{{item}}", containerName: app, containerPort: "{{port}}" }]
    networkConfiguration: { awsvpcConfiguration: { subnets: ["{{subnet}}"] } }
    taskDefinitionTemplate: app
  second: { cluster: app, desiredCount: 0, taskDefinitionTemplate: app }
  third: { cluster: app, desiredCount: 0, taskDefinitionTemplate: app, disabled: "{{off}}" }
scheduledTasks: { nightly: {} }
taskDefinitionTemplates:
  app: '{"family": "{{item}}", "containerDefinitions": [{"name": "app", "image": "app:1", "environment": [{"name": "ENVIRONMENT", "value": "mine"}]}]}'
`,
      environment: 'environment: dev\ncluster_app: app\nport: 80\nsubnet: subnet-1\noff: true\n',
    });
    expect(sentences).toEqual([
      'services.yml:14:1: scheduledTasks are not deployed: describe them as schedules of a manifest',
    ]);
    expect(waves.map((one) => [one.wave, one.services.map(({ key }) => key)])).toEqual([
      [0, ['first']],
      [10, ['second']],
    ]);
    expect(services[0]).toMatchObject({
      cluster: 'app',
      stopBeforeDeploy: true,
      service: {
        deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 200 },
        placementConstraints: [{ type: 'memberOf', expression: 'attribute:x == first' }],
        placementStrategy: [{ field: 'memory', type: 'binpack' }],
        loadBalancers: [{ targetGroupArn: 'arn:first', containerName: 'app', containerPort: 80 }],
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      },
      taskDefinition: { networkMode: 'awsvpc' },
    });
    expect(services[0]?.taskDefinition.containerDefinitions?.[0]?.environment).toEqual([
      { name: 'CLUSTER_NAME', value: 'app' },
      { name: 'DESIRED_COUNT', value: '1' },
      { name: 'PLACEMENT_STRATEGY', value: 'true' },
      { name: 'PLACEMENT_CONSTRAINTS', value: 'true' },
      { name: 'PRIMARY_PLACEMENT', value: 'true' },
      { name: 'LOAD_BALANCER', value: 'true' },
      { name: 'ENVIRONMENT', value: 'mine' },
    ]);
  });

  test('explain where a value comes from', async () => {
    const { origins } = await resolve({ vars: { memoryReservation: '128' } });
    expect(['web.cpu', 'web.memoryReservation'].flatMap((field) => explain(origins, field))).toEqual([
      'web.cpu = 96 from services.web.vars, dev.yml:11',
      '  over 64 from dev.yml:3',
      'web.memoryReservation = 128 from the input vars',
      '  over 96 from services.web.vars, dev.yml:12',
      '  over 64 from dev.yml:4',
    ]);
  });

  test('have problems, each at its line', async () => {
    const { sentences } = await resolve({
      services: `services:
  a: { cluster: app, desiredCount: two, taskDefinitionTemplate: app }
  b: { taskDefinitionTemplate: gone }
  c: { cluster: app, desiredCount: 1, taskDefinitionTemplate: bad, vars: { x: "{{y}}" } }
  d: { cluster: "{{where}}", desiredCount: 1, taskDefinitionTemplate: bad }
taskDefinitionTemplates:
  app: '{}'
  bad: '{"family": {{fmaily}}}'
`,
      environment: 'cpu: 1\n',
    });
    expect(sentences).toEqual([
      'dev.yml: has no "environment", which is required',
      'services.yml:2:22: services.a.desiredCount must be a whole number from 0 to 10000, got "two"',
      'services.yml:3:3: services.b has no "cluster", which is required',
      'services.yml:3:3: services.b has no "desiredCount", which is required',
      'services.yml:3:8: services.b.taskDefinitionTemplate names the template gone, which does not exist: the templates are app, bad',
      'services.yml:4:76: services.c.vars.x cannot be rendered: "y" is not defined (did you mean "x"?)',
      'services.yml:5:8: services.d.cluster cannot be rendered: "where" is not defined',
      'services.yml:8:3: taskDefinitionTemplates.bad line 1 of it: "fmaily" is not defined',
    ]);
  });
});
