import { describe, expect, test } from '@jest/globals';
import { convertManifest } from '@landfall/core/operations/convert-manifest';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { runReported } from '@landfall/report/run-reported';

const files = {
  'services.yml': `services:
  web:
    cluster: "{{cluster_app}}"
    serviceGroup: front
    desiredCount: 2
    distinctInstance: true
    primaryPlacement: true
    taskDefinitionTemplate: app
    vars: { command: "./{{item}}.sh" }
  worker:
    cluster: app
    desiredCount: 1
    stopBeforeDeploy: true
    disabled: "{{off}}"
    placementConstraints: [{ type: memberOf, expression: "attribute:zone == a" }]
    taskDefinitionTemplate: app
    vars: { command: work, shell: "\${HOME}" }
taskDefinitionTemplates:
  app: |
    {
      "family": "{{environment}}-{{item}}",
      "containerDefinitions": [
        {
          "name": "app",
          "image": "example/app:{{TARGET}}",
          "cpu": {{cpu}},
          "memory": 64,
          "command": ["{{command}}"{% if serviceGroup is defined %}, "{{serviceGroup}}"{% endif %}]
        }
      ]
    }
`,
  'dev.yml': `environment: dev
cluster_app: app
off: true
cpu: 64
services:
  web: { desiredCount: 4, vars: { cpu: 96 } }
`,
  'production.yml': `environment: production
cluster_app: live
off: false
cpu: 256
services:
  worker: { distinctInstance: true, maximumPercent: 100, serviceGroup: jobs }
`,
};

const given = { 'services-yaml': 'services.yml', 'environment-yaml': 'dev.yml,production.yml', name: 'shop' };

async function convert(
  inputs: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, string>> = {},
) {
  const world = fakeWorld({
    inputs: { ...given, 'env-vars': 'TARGET', ...inputs },
    environment: { TARGET: '7', cpu: '1' },
    files: { ...files, ...more },
  });
  const { error } = await runReported(convertManifest, world);
  return { error, written: world.files.contents['/workspace/landfall.yml'], lines: world.host.lines };
}

describe('convert-manifest', () => {
  test('writes what the files describe, and reads it back', async () => {
    const { error, written, lines } = await convert();
    expect(lines).toEqual([
      'notice: containers no longer get ENVIRONMENT, CLUSTER_NAME, SERVICE_NAME, SERVICE_TAGS and the like: write into the templates those that something reads',
      'info: wrote /workspace/landfall.yml',
    ]);
    expect(error).toBeUndefined();
    expect(
      written,
    ).toEqual(`# yaml-language-server: $schema=https://raw.githubusercontent.com/landfall-ci/landfall/main/docs/landfall.schema.json
landfall: 1
name: shop
templates:
  app:
    inline: |
      {
        "family": "{{environment}}-{{item}}",
        "containerDefinitions": [
          {
            "name": "app",
            "image": "example/app:{{TARGET}}",
            "cpu": {{cpu}},
            "memory": 64,
            "command": ["{{command}}"{% if serviceGroup is defined %}, "{{serviceGroup}}"{% endif %}]
          }
        ]
      }
services:
  web:
    template: app
    cluster: \${cluster_app}
    group: front
    wave: 0
    desiredCount: 2
    service:
      deploymentConfiguration:
        minimumHealthyPercent: 50
        maximumPercent: 200
      placementConstraints:
        - type: distinctInstance
    vars:
      serviceGroup: front
      command: ./\${item}.sh
  worker:
    template: app
    cluster: app
    wave: 10
    stopBeforeDeploy: true
    disabled: \${off}
    desiredCount: 1
    service:
      deploymentConfiguration:
        minimumHealthyPercent: 50
        maximumPercent: 200
      placementConstraints:
        - type: memberOf
          expression: attribute:zone == a
    vars:
      command: work
      shell: $\${HOME}
environments:
  dev:
    vars:
      cluster_app: app
      off: true
      cpu: 64
    services:
      web:
        desiredCount: 4
        serviceName: dev-web-service
        vars:
          cpu: 96
  production:
    vars:
      cluster_app: live
      off: false
      cpu: 256
    services:
      web:
        serviceName: production-web-service
      worker:
        group: jobs
        service:
          deploymentConfiguration:
            maximumPercent: 100
          placementConstraints:
            - type: distinctInstance
            - type: memberOf
              expression: attribute:zone == a
        serviceName: production-worker-service
        vars:
          serviceGroup: jobs
`);
  });

  test('does not replace a file unless it is told to', async () => {
    const there = { 'landfall.yml': 'mine' };
    const { error, written } = await convert({}, there);
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      summary: 'overwrite must be set to replace landfall.yml, which exists',
    });
    expect(written).toBe('mine');
    expect((await convert({ overwrite: 'true' }, there)).written).toMatch(/^# yaml-language-server/);
  });

  test.each([
    [
      'an expression outside of a template',
      (text: string) => text.replace('./{{item}}.sh', '{{item|upper}}'),
      'services.yml:9:13: services.web.vars.command is more than {{name}}, which is all that a manifest takes outside of templates',
    ],
    [
      'a map that would be merged, where it was replaced',
      (text: string) => text.replace('{{cpu}}', '{{sizes.cpu|default(7)}}'),
      'services.yml: services.web would differ: - containers.app.cpu: 7 in dev\nservices.yml: services.web would differ: + containers.app.cpu: 5 in dev',
    ],
  ])('writes nothing for %s', async (_, edit, summary) => {
    const { error, written } = await convert(
      {},
      {
        'services.yml': edit(files['services.yml']),
        'dev.yml': `sizes: { cpu: 5 }\n${files['dev.yml'].replace('cpu: 96', 'sizes: { memory: 8 }')}`,
        'production.yml': `sizes: { cpu: 5 }\n${files['production.yml']}`,
      },
    );
    expect(error?.details.length === 0 ? error.summary : error?.details.join('\n')).toBe(summary);
    expect(written).toBeUndefined();
  });
});
