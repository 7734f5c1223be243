import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '../errors/landfall-error.ts';
import { explain } from './origins.ts';
import { sentenceOf } from './problem.ts';
import { readManifest } from './read-manifest.ts';
import { type ResolveOptions, resolveEnvironment } from './resolve-environment.ts';
import type { TemplateEngine } from './template-engine.ts';

const web = JSON.stringify({
  family: '${environment}-web',
  containerDefinitions: [
    { name: 'web', image: 'placeholder', cpu: '${cpu}', command: ['sh', '-c', 'echo $${HOME}'] },
  ],
});

/** `{{name}}` alone: what an engine does is tested with the engine. */
const renderTemplate: TemplateEngine['renderTemplate'] = (text, variables) => ({
  ok: true,
  text: text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(variables[name])),
});
const engine: TemplateEngine = {
  variablesOf: () => [],
  renderTemplate,
  async renderDocument(...given) {
    const rendered = renderTemplate(...given);
    return rendered.ok ? { ok: true, document: JSON.parse(rendered.text) } : rendered;
  },
};

interface Given extends Partial<Omit<ResolveOptions, 'vars' | 'env'>> {
  readonly files?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly environment?: string;
}

async function resolve(text: string, given: Given = {}) {
  const { files = { 'web.json': web }, vars = {}, env = {}, environment = 'dev', ...rest } = given;
  const manifest = await readManifest(text, 'landfall.yml');
  expect(manifest.problems.map(sentenceOf)).toEqual([]);
  const resolved = await resolveEnvironment(manifest, environment, {
    vars: new Map(Object.entries(vars)),
    env: new Map(Object.entries(env)),
    engine: async () => engine,
    async read(path) {
      const text = files[path];
      if (text === undefined) throw new LandfallError('PATH_MISSING', { summary: `${path} does not exist` });
      return text;
    },
    ...rest,
  });
  const services = Object.fromEntries(
    resolved.waves.flatMap((wave) => wave.services.map((one) => [one.key, one] as const)),
  );
  return { ...resolved, services, sentences: resolved.problems.map(sentenceOf) };
}

const shop = (rest: string) => `landfall: 1\nname: shop\n${rest}`;

describe('variables', () => {
  const layered = shop(`vars: { a: vars, b: vars, c: vars, d: vars, e: vars, f: vars }
services:
  web:
    taskDefinition: web.json
    vars: { cpu: 1, b: service, c: service, d: service, e: service, f: service }
environments:
  dev:
    vars: { c: environment, d: environment, e: environment, f: environment }
    services:
      web:
        vars: { d: override, e: override, f: override }
`);

  test('go from what Landfall knows up to the process, and each knows where it was set', async () => {
    const { origins, sentences } = await resolve(layered, {
      vars: { e: 'input', f: 'input' },
      env: { f: 'process' },
    });
    expect(sentences).toEqual([]);
    expect(
      'environment service item a b c d e f'.split(' ').flatMap((one) => explain(origins, `web.${one}`)[0]),
    ).toEqual([
      'web.environment = "dev" from built-in',
      'web.service = "web" from built-in',
      'web.item = "web" from built-in',
      'web.a = "vars" from vars, landfall.yml:3',
      'web.b = "service" from services.web.vars, landfall.yml:7',
      'web.c = "environment" from environments.dev.vars, landfall.yml:10',
      'web.d = "override" from environments.dev.services.web.vars, landfall.yml:13',
      'web.e = "input" from the input vars',
      'web.f = "process" from the variable f of the process',
    ]);
    expect(explain(origins, 'web.d')).toEqual([
      'web.d = "override" from environments.dev.services.web.vars, landfall.yml:13',
      '  over "environment" from environments.dev.vars, landfall.yml:10',
      '  over "service" from services.web.vars, landfall.yml:7',
      '  over "vars" from vars, landfall.yml:3',
    ]);
  });

  test('merge maps deeply; a list replaces the whole list', async () => {
    const { origins } = await resolve(
      shop(`vars: { db: { host: a, port: 1 }, zones: [a, b] }
services: { web: { taskDefinition: web.json, vars: { cpu: 1 } } }
environments: { dev: { vars: { db: { host: b }, zones: [c] } } }
`),
    );
    expect([...explain(origins, 'web.db'), ...explain(origins, 'web.zones')]).toEqual([
      'web.db.host = "b" from environments.dev.vars.db, landfall.yml:5',
      '  over "a" from vars.db, landfall.yml:3',
      'web.db.port = 1 from vars.db, landfall.yml:3',
      'web.zones = ["c"] from environments.dev.vars, landfall.yml:5',
      '  over ["a","b"] from vars, landfall.yml:3',
    ]);
  });

  test('use one another, and what comes from outside is data', async () => {
    const { services, sentences, origins } = await resolve(
      shop(`vars: { cpu: "\${size}", said: "\${text}", size: 64, registry: example.com, image: "\${registry}/web:\${tag}" }
services: { web: { taskDefinition: web.json, images: { web: "\${image}" } } }
environments: { dev: }
`),
      { vars: { tag: '1', text: '${registry}' } },
    );
    expect(sentences).toEqual([]);
    expect(services.web?.taskDefinition).toEqual({
      family: 'dev-web',
      containerDefinitions: [
        { name: 'web', image: 'example.com/web:1', cpu: 64, command: ['sh', '-c', 'echo ${HOME}'] },
      ],
    });
    expect(origins['web.vars.said']?.value).toBe('${registry}');
  });

  test('that use themselves, are not defined, or are no text inside one are reported', async () => {
    const { sentences } = await resolve(
      shop(`vars: { cpu: 1, a: "\${b}", b: "x\${a}", list: [1] }
services:
  web:
    taskDefinition: web.json
    cluster: "\${clutser}"
    serviceName: web-\${list}
    vars: { cluster: app }
environments: { dev: }
`),
    );
    expect(sentences).toEqual([
      'landfall.yml:3:17: vars.a uses itself: a → b → a',
      'landfall.yml:7:5: services.web.cluster uses ${clutser}, which is not defined (did you mean "cluster"?): add it to vars, pass it with the input vars, or write $${clutser} for the text itself',
      'landfall.yml:8:5: services.web.serviceName has ${list} inside a text, but its value is a list',
    ]);
  });
});

describe('variables that double each other', () => {
  const doubling = (wrap: (one: string) => string, first: string) =>
    shop(`vars:
  cpu: 1
  v0: ${first}
${Array.from({ length: 40 }, (_, at) => `  v${at + 1}: ${wrap(`\${v${at}}`)}`).join('\n')}
services: { web: { taskDefinition: web.json } }
environments: { dev: }
`);

  test.each([
    ['texts', doubling((one) => `"${one}${one}"`, 'x'.repeat(1000))],
    ['lists', doubling((one) => `["${one}", "${one}"]`, '[1]')],
    ['maps', doubling((one) => `{ a: "${one}", b: "${one}" }`, '[1]')],
  ])('are refused before they fill the memory: %s', async (_, text) => {
    const { sentences } = await resolve(text);
    expect(sentences[0]).toMatch(
      /^landfall\.yml:\d+:3: vars\.v\d+ has more than 262144 characters with its variables filled in$/,
    );
  });

  test('nor does one text that repeats a long one', async () => {
    const { sentences } = await resolve(
      shop(`vars: { cpu: 1, long: ${'x'.repeat(50_000)}, many: "${'${long}'.repeat(5000)}" }
services: { web: { taskDefinition: web.json } }
environments: { dev: }
`),
    );
    expect(sentences).toEqual([
      'landfall.yml:3:50025: vars.many has more than 262144 characters with its variables filled in',
    ]);
  });
});

test('variables that use each other in a long chain are refused', async () => {
  const chain = Array.from({ length: 3000 }, (_, at) => `  v${at}: "\${v${at + 1}}"`).join('\n');
  const { sentences } = await resolve(
    shop(`vars:
  cpu: 1
${chain}
  v3000: 1
services: { web: { taskDefinition: web.json } }
environments: { dev: }
`),
  );
  expect(sentences[0]).toBe('landfall.yml:69:3: vars.v64 is the end of a chain of more than 64 variables');
});

describe('an environment', () => {
  const whole =
    shop(`defaults: { cluster: app, group: web, service: { deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 50 } } }
vars: { cpu: 64 }
templates:
  web: { file: ecs/web.json.j2 }
services:
  web:
    template: web
    wave: 20
    before: { run: migrate }
    desiredCount: { initial: 2 }
  worker:
    template: web
    group: [jobs, night]
    stopBeforeDeploy: true
    service: { deploymentConfiguration: { maximumPercent: 100 }, healthCheckGracePeriodSeconds: "\${grace}" }
    vars: { grace: 30 }
  registrator:
    template: web
    serviceName: registrator
    service: { schedulingStrategy: DAEMON }
tasks:
  migrate: { template: web, overrides: { containerOverrides: [ { name: web, command: [rake] } ] } }
environments:
  dev: { region: eu-west-1, services: { web: { desiredCount: 4, vars: { cpu: 96 } } } }
  production: { account: 111122223333, region: [eu-west-1, us-east-1], protect: true, cluster: live, services: { worker: { disabled: true } } }
`);
  const files = {
    'ecs/web.json.j2':
      '{"family": "{{environment}}-{{item}}", "containerDefinitions": [{"name": "web", "image": "web:1", "cpu": {{cpu}}}]}',
  };

  test('is its services in waves, with what each is to be', async () => {
    const { waves, services, tasks, sentences } = await resolve(whole, { files });
    expect(sentences).toEqual([]);
    expect(waves.map(({ wave, services: all }) => [wave, all.map(({ key }) => key)])).toEqual([
      [0, ['worker', 'registrator']],
      [20, ['web']],
    ]);
    expect(services.web).toEqual({
      key: 'web',
      cluster: 'app',
      serviceName: 'dev-web',
      groups: ['web'],
      wave: 20,
      before: ['migrate'],
      stopBeforeDeploy: false,
      desiredCount: { kind: 'wanted', count: 4 },
      service: { deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 50 } },
      taskDefinition: {
        family: 'dev-web',
        containerDefinitions: [{ name: 'web', image: 'web:1', cpu: 96 }],
      },
    });
    expect(services.worker).toMatchObject({
      serviceName: 'dev-worker',
      groups: ['jobs', 'night'],
      stopBeforeDeploy: true,
      desiredCount: { kind: 'kept' },
      service: {
        deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 50 },
        healthCheckGracePeriodSeconds: 30,
      },
    });
    expect(services.registrator?.serviceName).toBe('registrator');
    expect(tasks).toEqual([
      {
        key: 'migrate',
        cluster: 'app',
        overrides: { containerOverrides: [{ name: 'web', command: ['rake'] }] },
        task: {},
        taskDefinition: {
          family: 'dev-migrate',
          containerDefinitions: [{ name: 'web', image: 'web:1', cpu: 64 }],
        },
      },
    ]);
  });

  test('has its own place, and lacks what is disabled in it', async () => {
    const { services, sentences, ...place } = await resolve(whole, { files, environment: 'production' });
    expect(sentences).toEqual([]);
    expect(place).toMatchObject({
      name: 'production',
      account: '111122223333',
      regions: ['eu-west-1', 'us-east-1'],
      protect: true,
    });
    expect(Object.keys(services)).toEqual(['registrator', 'web']);
    expect(services.web).toMatchObject({
      cluster: 'live',
      serviceName: 'production-web',
      desiredCount: { kind: 'initial', count: 2 },
    });
  });

  test('has problems that only show when everything is merged', async () => {
    const { sentences } = await resolve(
      shop(`templates: { web: { inline: "{{x}}" } }
services:
  a: { template: web, serviceName: same, desiredCount: "\${count}", service: { schedulingStrategy: DAEMON } }
  b: { taskDefinition: web.json, serviceName: same }
  c: {}
  d: { taskDefinition: gone.json }
  e: { taskDefinition: bad.json, before: { run: migrate } }
  f: { taskDefinition: web.json, images: { wbe: x }, service: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true } } } }
  g: { taskDefinition: web.json, images: { wbe: x } }
tasks: { migrate: { taskDefinition: web.json } }
vars: { cpu: 1, count: 3 }
environments: { dev: { services: { a: { taskDefinition: web.json } }, tasks: { migrate: { disabled: true } } } }
`),
      { files: { 'web.json': web, 'bad.json': '{\n  "family": "${who}"\n}' } },
    );
    expect(sentences).toEqual([
      'bad.json:2:3: family uses ${who}, which is not defined: add it to vars, pass it with the input vars, or write $${who} for the text itself',
      'landfall.yml:5:3: services.a must have either template or taskDefinition, but it has both',
      'landfall.yml:5:42: services.a.desiredCount cannot be set for a DAEMON service, which runs one task on each instance',
      'landfall.yml:6:34: services.b.serviceName is same in the cluster default, and so is services.a',
      'landfall.yml:7:3: services.c must have either template or taskDefinition, but it has none',
      'landfall.yml:8:8: services.d.taskDefinition cannot be used: gone.json does not exist',
      'landfall.yml:9:34: services.e.before runs the task migrate, which is disabled in dev',
      'landfall.yml:10:92: services.f.service.deploymentConfiguration.deploymentCircuitBreaker has no "rollback", which DeploymentCircuitBreaker requires',
      'landfall.yml:11:8: services.g.taskDefinition cannot be used: task definition dev-web has no container wbe (did you mean "web"?); it has web',
    ]);
  });
});
