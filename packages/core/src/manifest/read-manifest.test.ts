import { describe, expect, test } from '@jest/globals';
import { sentenceOf } from './problem.ts';
import { readManifest } from './read-manifest.ts';

const problemsOf = async (text: string) =>
  (await readManifest(text, 'landfall.yml')).problems.map(sentenceOf);

const small = `landfall: 1
name: shop
services:
  web: { taskDefinition: web.json }
environments:
  dev:
`;

describe('readManifest', () => {
  test('takes the smallest manifest', async () => {
    const manifest = await readManifest(small, 'landfall.yml');
    expect(manifest).toMatchObject({ name: 'shop', environments: ['dev'], problems: [] });
  });

  test('takes every key that the format has', async () => {
    const text = `landfall: 1
name: shop
defaults: { cluster: app, group: web, wave: 10, service: { enableExecuteCommand: true } }
vars: { cpu: 256, tags: [a, b] }
templates: { web: { file: ecs/web.json.j2 }, batch: { inline: '{}' } }
services:
  web:
    template: web
    images: { web: "\${image}" }
    group: [web, front]
    wave: 20
    stopBeforeDeploy: false
    before: { run: migrate }
    desiredCount: { initial: 2 }
    serviceName: shop-web
    service:
      deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: "\${most}" }
      placementConstraints: [ { type: distinctInstance } ]
    vars: { startupScript: ./start.sh }
tasks:
  migrate:
    template: web
    cluster: app
    overrides: { containerOverrides: [ { name: web, command: [rake, "db:migrate"] } ] }
    task: { launchType: FARGATE }
environments:
  dev: { region: eu-west-1, vars: { cpu: 64 }, services: { web: { desiredCount: 4, vars: { cpu: 96 } } } }
  production:
    account: 111122223333
    role: arn:aws:iam::111122223333:role/deploy
    region: [eu-west-1, us-east-1]
    protect: true
    cluster: live
    services: { web: { disabled: true } }
    tasks: { migrate: { disabled: true } }
`;
    expect(await problemsOf(text)).toEqual([]);
  });

  test('reports all problems at once, each at its line and with what to write', async () => {
    const text = `landfall: 2
nmae: shop
schedules: { nightly: { cron: 0 18 * * *, deadLetter: lost } }
services:
  web:
    tempalte: web
    template: wbe
    wave: ten
    image: web:1
    loadBalancers: []
    listenerRule: /api
    before: { run: [migrate, 7] }
    desiredCount: -1
    discovery: { registrator: true }
    service:
      desiredCount: 2
      deploymentConfiguratoin: {}
      deploymentConfiguration: { maximumPercent: lots }
      launchType: FARGAET
    vars: { cpu: , 2x: 1 }
templates:
  web: { file: a, inline: b }
environments:
  dev: { services: { wbe: {} } }
`;
    expect(await problemsOf(text)).toEqual([
      'landfall.yml:1:1: landfall must be 1, got 2',
      'landfall.yml:1:1: has no "name", which is required',
      'landfall.yml:2:1: nmae is unknown (did you mean "name"?)',
      'landfall.yml:3:25: schedules.nightly.cron does not belong here: write at: cron(…) or rate(…)',
      'landfall.yml:3:43: schedules.nightly.deadLetter must be the ARN of an SQS queue, or none, got "lost"',
      'landfall.yml:6:5: services.web.tempalte is unknown (did you mean "template"?)',
      'landfall.yml:7:5: services.web.template names the template wbe, which does not exist (did you mean "web"?): the templates are web',
      'landfall.yml:8:5: services.web.wave must be a whole number from 0 to 1000, got "ten"',
      'landfall.yml:9:5: services.web.image does not belong here: write images: { <container>: <image> }',
      `landfall.yml:10:5: services.web.loadBalancers does not belong here: write service.loadBalancers: what ECS's CreateService takes is below service`,
      'landfall.yml:11:5: services.web.listenerRule does not belong here: Landfall does not create load balancers, listener rules or networks; create them with your infrastructure, and name the target group in service.loadBalancers',
      'landfall.yml:12:21: services.web.before.run[0] names the task migrate, which does not exist: the file has no tasks',
      'landfall.yml:12:30: services.web.before.run[1] names the task 7, which does not exist: the file has no tasks',
      'landfall.yml:13:5: services.web.desiredCount must be a whole number from 0 to 10000, got -1',
      'landfall.yml:14:5: services.web.discovery is not available yet: remove it',
      'landfall.yml:16:7: services.web.service.desiredCount does not belong here: write desiredCount next to service',
      'landfall.yml:17:7: services.web.service.deploymentConfiguratoin is not a field of CreateService (did you mean "deploymentConfiguration"?); it is kept',
      'landfall.yml:18:34: services.web.service.deploymentConfiguration.maximumPercent must be a number, but is a string',
      'landfall.yml:19:7: services.web.service.launchType is none of EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES (did you mean "FARGATE"?); it is kept, because a newer ECS may accept it',
      'landfall.yml:20:13: services.web.vars.cpu has no value: give it one, or remove it',
      'landfall.yml:20:20: services.web.vars.2x has a key that is not the name of a variable (letters, digits and _, not starting with a digit)',
      'landfall.yml:22:3: templates.web must have either file or inline, but it has both',
      'landfall.yml:24:22: environments.dev.services.wbe is not one of the services of the file (did you mean "web"?)',
    ]);
  });

  test.each([
    [
      'a: [1',
      ['landfall.yml:1:6: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    [
      'landfall: 1\nlandfall: 1',
      ['landfall.yml:2:1: the key "landfall" was already given at line 1, column 1'],
    ],
    ['[]', ['landfall.yml:1:1: must be a map, got a list']],
    [
      '',
      [
        'landfall.yml:1:1: has no "landfall", which is required',
        'landfall.yml:1:1: has no "name", which is required',
        'landfall.yml:1:1: has no "services", which is required',
        'landfall.yml:1:1: has no "environments", which is required',
      ],
    ],
    [
      small.replace('  web: { taskDefinition: web.json }\n', '').replace('dev:', ''),
      [
        'landfall.yml:3:1: services must name at least one',
        'landfall.yml:4:1: environments must name at least one',
      ],
    ],
  ])('refuses %j', async (text, problems) => {
    expect(await problemsOf(text)).toEqual(problems);
  });
});
