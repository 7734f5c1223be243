import { describe, expect, test } from '@jest/globals';
import { checkManifest } from '@landfall/core/operations/check-manifest';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { type OnHostOptions, onHost } from '@landfall/hosts/testing/on-host';
import { runReported } from '@landfall/report/run-reported';
import { seedTemplate } from '../templates/seed.ts';

const files = {
  'ecs/shop.yml': `landfall: 1
name: shop
defaults: { cluster: app }
vars: { cpu: 64 }
services:
  web:
    taskDefinition: web.json
    images: { web: "\${image}" }
    wave: 20
    before: { run: migrate }
    desiredCount: { initial: 2 }
  worker: { taskDefinition: web.json, images: { web: "\${image}" } }
tasks:
  migrate: { taskDefinition: web.json, images: { web: "\${image}" } }
environments:
  dev: { services: { web: { desiredCount: 4, vars: { cpu: 96 } } } }
  production: { cluster: live }
`,
  'ecs/web.json': JSON.stringify({
    family: '${environment}-${item}',
    containerDefinitions: [{ name: 'web', image: '', cpu: '${cpu}', memory: 128 }],
  }),
};

async function check(inputs: Readonly<Record<string, string>>, edit = (text: string) => text) {
  const manifest = edit(files['ecs/shop.yml']);
  const world = fakeWorld({
    inputs: { manifest: 'ecs/shop.yml', ...inputs },
    files: { ...files, 'ecs/shop.yml': manifest },
  });
  const record = await runReported(checkManifest, world);
  return { record, lines: world.host.lines, annotations: world.host.annotations, requests: world.requests };
}

describe('check-manifest', () => {
  test('shows every environment as it would be deployed, without a call to AWS', async () => {
    const { record, lines, requests } = await check({});
    expect(lines).toEqual([
      'info: dev: 2 services in 2 waves, 1 task',
      'info:   wave 0: dev-worker in app, count unchanged',
      'info:   before wave 20: migrate',
      'info:   wave 20: dev-web in app, 4 tasks',
      'info: production: 2 services in 2 waves, 1 task',
      'info:   wave 0: production-worker in live, count unchanged',
      'info:   before wave 20: migrate',
      'info:   wave 20: production-web in live, 2 tasks when created',
    ]);
    expect(record.ok).toBe(true);
    expect(JSON.parse(record.outputs.environments ?? '')).toEqual(['dev', 'production']);
    expect(JSON.parse(record.outputs.services ?? '').dev[1]).toEqual({
      key: 'web',
      serviceName: 'dev-web',
      cluster: 'app',
      wave: 20,
      groups: [],
      family: 'dev-web',
      desiredCount: { kind: 'wanted', count: 4 },
    });
    expect(requests).toEqual([]);
  });

  test('explains where a value comes from', async () => {
    const { lines } = await check({ environment: 'dev', explain: 'web.cpu,web.cluster' });
    expect(lines.slice(0, 3)).toEqual([
      'info: dev: web.cpu = 96 from environments.dev.services.web.vars, ecs/shop.yml:16',
      'info: dev:   over 64 from vars, ecs/shop.yml:4',
      'info: dev: web.cluster = "app" from defaults, ecs/shop.yml:3',
    ]);
  });

  test('names all problems at once, and the environments that have them', async () => {
    const { record, annotations } = await check({}, (text) =>
      text
        .replace('cluster: live', 'clutser: live')
        .replace('cpu: 96', 'cpu: "${size}"')
        .replace('wave: 20', 'wave: x'),
    );
    expect(record).toMatchObject({
      exitCode: 2,
      error: { code: 'MANIFEST_INVALID', summary: 'ecs/shop.yml has 3 problems' },
    });
    expect(annotations.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      '9:5 services.web.wave must be a whole number from 0 to 1000, got "x"',
      '16:54 environments.dev.services.web.vars.cpu uses ${size}, which is not defined: add it to vars, pass it with the input vars, or write $${size} for the text itself (in dev)',
      '17:17 environments.production.clutser is unknown (did you mean "cluster"?)',
      expect.stringMatching(/^undefined:undefined ecs\/shop.yml has 3 problems/),
    ]);
  });

  test.each([
    [
      'environment',
      'productoin',
      'environment productoin is not in ecs/shop.yml (did you mean "production"?): it has dev, production',
    ],
    [
      'explain',
      'web.cpuu',
      'explain web.cpuu is not a field or variable of a service (did you mean "web.cpu"?)',
    ],
    ['services-yaml', 'services.yml', 'services-yaml and environment-yaml need each other'],
    ['env-vars', 'A-B', 'env-vars holds "A-B", which is not the name of a variable (letters, digits and _)'],
  ])('refuses %s: %s', async (input, value, summary) => {
    expect((await check({ [input]: value })).record.error).toMatchObject({ code: 'INPUT_INVALID', summary });
  });

  test('takes variables of the process only by name', async () => {
    const world = fakeWorld({
      inputs: { manifest: 'ecs/shop.yml', environment: 'dev', 'env-vars': 'cpu\nUNSET', explain: 'web.cpu' },
      environment: { cpu: '512', environment: 'other' },
      files,
    });
    await runReported(checkManifest, world);
    expect(world.host.lines).toContain('info: dev: web.cpu = 512 from the variable cpu of the process');
    expect(world.host.lines).toContain('info:   wave 20: dev-web in app, 4 tasks');
  });
});

describe('a template', () => {
  const manifest = `landfall: 1
name: shop
defaults: { cluster: app }
vars: { cpu: 64, ports: [80] }
templates: { web: { file: web.json.j2 } }
services: { web: { template: web } }
environments: { dev: { services: { web: { vars: { cpu: 96 } } } } }
`;
  const template = `{
  "family": "{{ environment }}-{{ item }}",
  "containerDefinitions": [{ "name": "web", "image": "shop/web:1", "cpu": {{ cpu }}, "memory": 128,
    "portMappings": [{% for port in ports %}{ "containerPort": {{ port }} }{{ "," if not loop.last }}{% endfor %}] }]
}
`;
  const checked = async (text: string) => {
    const world = fakeWorld({ files: { 'landfall.yml': manifest, 'web.json.j2': text } });
    const record = await runReported(checkManifest, world);
    return { record, annotations: world.host.annotations };
  };

  test('makes the task definition of a service', async () => {
    const { record } = await checked(template);
    expect(JSON.parse(record.outputs.services ?? '').dev).toMatchObject([{ key: 'web', family: 'dev-web' }]);
  });

  test('has all its problems at its own lines', async () => {
    const { record, annotations } = await checked(
      template.replace('{{ environment }}', '{{ enviroment }}').replace('{{ cpu }}', '{{ cpu|round }}'),
    );
    expect(record.error).toMatchObject({ code: 'MANIFEST_INVALID', summary: 'landfall.yml has 2 problems' });
    expect(annotations.slice(0, 2)).toMatchObject([
      {
        file: 'web.json.j2',
        line: 2,
        column: 17,
        message: '"enviroment" is not defined (did you mean "environment"?)',
      },
      {
        file: 'web.json.j2',
        line: 3,
        column: 82,
        message: 'the filter round is not supported; write // for whole numbers',
      },
    ]);
  });
});

test('the files of 2016 name the same services and families', async () => {
  const world = fakeWorld({
    inputs: { 'services-yaml': 'services.yml', 'environment-yaml': 'dev.yml' },
    files: {
      'services.yml': `services:
  web:
    cluster: "{{cluster_app}}"
    serviceGroup: service
    templateGroup: sample
    desiredCount: 1
    minimumHealthyPercent: 50
    maximumPercent: 300
    taskDefinitionTemplate: app
taskDefinitionTemplates:
  app: |
${seedTemplate.replace(/^(?=.)/gm, '    ')}`,
      'dev.yml': `environment: dev
cpu: 32
memoryReservation: 64
cluster_app: app
services: { web: { desiredCount: 4, vars: { cpu: 96 } } }
`,
    },
  });
  const { error, outputs } = await runReported(checkManifest, world);
  expect(error).toBeUndefined();
  expect(JSON.parse(outputs.services ?? '').dev).toMatchObject([
    {
      key: 'web',
      serviceName: 'dev-web-service',
      cluster: 'app',
      family: 'dev-web',
      desiredCount: { kind: 'wanted', count: 4 },
    },
  ]);
});

describe('a problem', () => {
  const both = (text: string) =>
    text.replace('wave: 20', 'wave: x').replace('cluster: live', 'clusters: live');
  const log = async (name: 'github' | 'terminal', edit = both) => {
    const inputs = { manifest: 'ecs/shop.yml' };
    const { host, log: text } = await onHost(name, { inputs } satisfies OnHostOptions);
    const bad = edit(files['ecs/shop.yml']);
    const world = { ...fakeWorld({ files: { ...files, 'ecs/shop.yml': bad } }), host };
    await runReported(checkManifest, world);
    host.close();
    return text()
      .split('\n')
      .filter((line) => line !== '');
  };

  test('is an annotation on its line on GitHub', async () => {
    expect((await log('github')).filter((line) => line.includes('file='))).toEqual([
      '::error file=ecs/shop.yml,line=9,col=5::services.web.wave must be a whole number from 0 to 1000, got "x"',
      '::error file=ecs/shop.yml,line=17,col=17::environments.production.clusters is unknown (did you mean "cluster"?)',
    ]);
  });

  test('is a line with its place in a terminal', async () => {
    expect(await log('terminal')).toEqual([
      'ecs/shop.yml:9:5: services.web.wave must be a whole number from 0 to 1000, got "x"',
      'ecs/shop.yml:17:17: environments.production.clusters is unknown (did you mean "cluster"?)',
      'MANIFEST_INVALID: ecs/shop.yml has 2 problems',
      '→ Correct the lines listed; nothing was changed.',
    ]);
  });

  test('that is the only one is reported once, by the error', async () => {
    const only = (text: string) => text.replace('wave: 20', 'wave: x');
    const sentence = 'ecs/shop.yml:9:5: services.web.wave must be a whole number from 0 to 1000, got "x"';
    const remedy = '→ Correct the lines listed; nothing was changed.';
    expect(await log('terminal', only)).toEqual([`MANIFEST_INVALID: ${sentence}`, remedy]);
    expect((await log('github', only)).filter((line) => line.startsWith('::'))).toEqual([
      `::error title=MANIFEST_INVALID,file=ecs/shop.yml,line=9,col=5::${sentence}%0A${remedy}`,
    ]);
  });
});
