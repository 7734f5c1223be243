import { describe, expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import fc from 'fast-check';
import { LandfallError } from '../errors/landfall-error.ts';
import { type FakeAws, fakeWorld } from '../testing/fake-world.ts';
import { renderImageDefinitions } from './render-image-definitions.ts';

const registry = '012345678901.dkr.ecr.eu-west-1.amazonaws.com';
const web = `${registry}/web@sha256:${'a'.repeat(64)}`;
const logs = `${registry}/logs:1.2`;
const definition = {
  family: 'web',
  revision: 3,
  containerDefinitions: [
    { name: 'web', image: `${registry}/web:1` },
    { name: 'worker', image: `${registry}/web:1` },
    { name: 'logs', image: `${registry}/logs:1` },
  ],
};

async function render(
  inputs: Record<string, string>,
  files: Record<string, string> = {},
  ecs: FakeAws['ecs'] = {},
) {
  const world = fakeWorld({
    inputs,
    files: { 'td.json': JSON.stringify(definition), ...files },
    aws: { ecs },
  });
  const result = await runReported(renderImageDefinitions, world);
  const written = Object.fromEntries(
    Object.entries(world.files.contents).flatMap(([path, text]) =>
      path === '/workspace/td.json' || Object.keys(files).some((one) => path === `/workspace/${one}`)
        ? []
        : [[path.replace('/workspace/', ''), text]],
    ),
  );
  return { result, written, log: world.host.lines.join('\n'), world };
}

const errorOf = async (...given: Parameters<typeof render>) => {
  const { result, written } = await render(...given);
  expect(written).toEqual({});
  return [`${result.error?.code}: ${result.error?.summary}`, ...(result.error?.details ?? [])];
};

describe('imagedefinitions.json', () => {
  test('it holds exactly name and imageUri of each container, in order, as UTF-8', async () => {
    const { written, result } = await render({ images: `web=${web}\nlogs= ${logs}` });
    expect(written).toEqual({
      'imagedefinitions.json': `[
  {
    "name": "web",
    "imageUri": "${web}"
  },
  {
    "name": "logs",
    "imageUri": "${logs}"
  }
]
`,
    });
    expect(result.outputs).toEqual({ 'image-definitions': '/workspace/imagedefinitions.json' });
  });

  test('container-name and image work too, and the folder and file can be named', async () => {
    const { written } = await render({
      'container-name': 'web, worker',
      image: logs,
      'output-folder': 'out',
      'image-definitions-file': 'images.json',
    });
    expect(JSON.parse(written['out/images.json']!)).toEqual([
      { name: 'web', imageUri: logs },
      { name: 'worker', imageUri: logs },
    ]);
  });

  test('any set of containers and images round-trips', async () => {
    const pair = fc.tuple(
      fc.stringMatching(/^[a-z][a-z0-9_-]{0,10}$/).filter((one) => !/^(?:constructor|prototype)$/.test(one)),
      fc.stringMatching(/^[a-z]{1,8}(?:\.[a-z]{2,3}\/[a-z]{1,5})?:[a-z0-9]{1,8}$/),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(pair, { minLength: 1, maxLength: 20, selector: ([one]) => one }),
        async (pairs) => {
          const images = pairs.map(([name, image]) => `${name}=${image}`).join('\n');
          const { written } = await render({ images });
          expect(JSON.parse(written['imagedefinitions.json']!)).toEqual(
            pairs.map(([name, imageUri]) => ({ name, imageUri })),
          );
          expect((await render({ images })).written).toEqual(written);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('more than 100 KB is refused, because CodePipeline would', async () => {
    const images = Array.from({ length: 900 }, (_, at) => `c${at}=${web}`).join('\n');
    expect(await errorOf({ images })).toEqual([
      'INPUT_INVALID: imagedefinitions.json would have 151093 bytes; CodePipeline reads at most 102400',
    ]);
  });

  test('R12: a placeholder, a duplicate or an invalid image is refused before any file is written', async () => {
    expect(await errorOf({ images: 'web=$IMAGE' })).toEqual([
      'INPUT_INVALID: images for container web: the image is a placeholder that was not filled in, got "$IMAGE"',
    ]);
    expect(await errorOf({ images: 'web=a:1\nweb=b:1' })).toEqual([
      'INPUT_INVALID: images line 2: web is set twice',
    ]);
    expect(await errorOf({})).toEqual([
      'INPUT_INVALID: images is required, or container-name and image instead',
    ]);
    expect(await errorOf({ image: 'a:1' })).toEqual([
      'INPUT_INVALID: 2 inputs are invalid: images, container-name',
      'images is required, or container-name and image instead',
      'container-name is required by image',
    ]);
    expect(await errorOf({ images: 'web=a:1', 'image-definitions-file': '../a.json' })).toEqual([
      'INPUT_INVALID: image-definitions-file must be a file name without folders, got "../a.json"',
    ]);
  });
});

describe('blue/green', () => {
  const images = `web=${web}\nworker=${web}\nlogs=${logs}`;

  test('taskdef.json has one placeholder per image, and imageDetail.json is in a separate folder per image', async () => {
    const { written, result, log } = await render({
      images,
      'image-detail': 'true',
      'task-definition': 'td.json',
      'app-spec-container': 'web',
      'app-spec-port': '8080',
    });
    expect(Object.keys(written)).toEqual([
      'imagedefinitions.json',
      'IMAGE1_NAME/imageDetail.json',
      'IMAGE2_NAME/imageDetail.json',
      'taskdef.json',
      'appspec.yaml',
    ]);
    expect(JSON.parse(written['IMAGE1_NAME/imageDetail.json']!)).toEqual({ ImageURI: web });
    expect(JSON.parse(written['taskdef.json']!)).toEqual({
      family: 'web',
      containerDefinitions: [
        { name: 'web', image: '<IMAGE1_NAME>' },
        { name: 'worker', image: '<IMAGE1_NAME>' },
        { name: 'logs', image: '<IMAGE2_NAME>' },
      ],
    });
    expect(written['appspec.yaml']).toBe(`version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: web
          ContainerPort: 8080
`);
    expect(result.outputs['image-detail']).toBe(
      '/workspace/IMAGE1_NAME/imageDetail.json\n/workspace/IMAGE2_NAME/imageDetail.json',
    );
    expect(log).toContain('info: Image1ContainerName: IMAGE1_NAME (container web, worker)');
    expect(log).toContain('notice: td.json: dropped fields that only ECS sets: revision');
  });

  test('a single imageDetail.json has its fixed name, and placeholders can be named', async () => {
    const { written } = await render({
      images: `web=${web}`,
      'image-detail': 'true',
      'task-definition': 'td.json',
      'image-placeholders': 'IMAGE',
    });
    expect(written['imageDetail.json']).toBe(`{\n  "ImageURI": "${web}"\n}\n`);
    expect(JSON.parse(written['taskdef.json']!).containerDefinitions[0].image).toBe('<IMAGE>');
  });

  test('an AppSpec of the user keeps its hooks and its settings, and keys are found whatever their case', async () => {
    const appSpec = `version: 0.0
resources:
- targetService:
    type: AWS::ECS::Service
    properties:
      taskDefinition: arn:aws:ecs:eu-west-1:012345678901:task-definition/web:1
      loadBalancerInfo: {containerName: web, containerPort: 8080}
      platformVersion: "1.4.0"
Hooks:
- BeforeInstall: arn:aws:lambda:eu-west-1:012345678901:function:check
`;
    const { written } = await render(
      { images, 'task-definition': 'td.json', 'app-spec': 'a.yaml' },
      { 'a.yaml': appSpec },
    );
    expect(written['appspec.yaml']).toBe(`version: 0.0
Resources:
  - targetService:
      type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        loadBalancerInfo:
          containerName: web
          containerPort: 8080
        platformVersion: 1.4.0
Hooks:
  - BeforeInstall: arn:aws:lambda:eu-west-1:012345678901:function:check
`);
  });

  test.each([
    [
      '[]',
      'a.yaml is not an AppSpec for an Amazon ECS deployment: it must be an object with a list of Resources',
    ],
    [
      'version: 1\nResources: [{}]',
      'a.yaml is not an AppSpec for an Amazon ECS deployment: it must say version: 0.0',
    ],
    [
      'version: 0.0\nResources: [{}]',
      'a.yaml is not an AppSpec for an Amazon ECS deployment: it must have one TargetService in each of its Resources',
    ],
    [
      'version: 0.0\nResources: [{TargetService: {Type: x}}]',
      'a.yaml is not an AppSpec for an Amazon ECS deployment: it has no Properties in TargetService',
    ],
    [
      'version: 0.0\nResources: [{TargetService: {Properties: {LoadBalancerInfo: {ContainerName: web, ContainerPort: 080}}}}]',
      'a.yaml is not an AppSpec for an Amazon ECS deployment: it must have a ContainerName and a ContainerPort from 1 to 65535 in LoadBalancerInfo',
    ],
    [
      'version: 0.0\nResources: [{TargetService: {Properties: {LoadBalancerInfo: {ContainerName: wbe, ContainerPort: 80}}}}]',
      'a.yaml names container wbe (did you mean "web"?); the task definition has web, worker, logs',
    ],
  ])('an AppSpec that CodeDeploy would refuse is refused: %j', async (text, message) => {
    const { result, written } = await render(
      { images, 'task-definition': 'td.json', 'app-spec': 'a.yaml' },
      { 'a.yaml': text },
    );
    expect(result.error?.summary).toBe(message);
    expect(written).toEqual({});
  });

  test('R07: a container that the task definition does not have is named with the nearest', async () => {
    expect(await errorOf({ images: 'wbe=a:1', 'task-definition': 'td.json' })).toEqual([
      'CONTAINER_NOT_FOUND: task definition web has no container wbe (did you mean "web"?); it has web, worker, logs',
    ]);
  });

  test('five images, and placeholders that do not fit the images, are refused', async () => {
    const five = Array.from({ length: 5 }, (_, at) => `c${at}=web:${at}`).join('\n');
    expect(await errorOf({ images: five, 'image-detail': 'true' })).toEqual([
      'INPUT_INVALID: images holds 5 different images; the blue/green action takes at most 4',
    ]);
    expect(await errorOf({ images, 'image-placeholders': 'A' })).toEqual([
      'INPUT_INVALID: image-placeholders must have one name for each different image: 2, got 1',
    ]);
    expect(await errorOf({ images, 'image-placeholders': 'A,A', 'app-spec-port': '80' })).toEqual([
      'INPUT_INVALID: 2 inputs are invalid: image-placeholders, app-spec-container',
      'image-placeholders names a placeholder twice',
      'app-spec-container and app-spec-port go together',
    ]);
  });

  test('a container without an image of its own must have one that can be pulled', async () => {
    const source = {
      ...definition,
      containerDefinitions: [{ name: 'web' }, { name: 'logs', image: '<IMAGE2_NAME>' }],
    };
    const { result } = await render(
      { images: `web=${web}`, 'task-definition': 'td.yaml' },
      { 'td.yaml': JSON.stringify(source) },
    );
    expect(result.error?.summary).toBe(
      'the task definition is invalid: container logs: image is a placeholder that was not filled in, got "<IMAGE2_NAME>"',
    );
  });
});

describe('with a service to check against', () => {
  const ecs = (controller?: string): FakeAws['ecs'] => ({
    describeServices: async () =>
      ({
        services: [
          {
            serviceName: 'web',
            status: 'ACTIVE',
            taskDefinition: 'web:7',
            ...(controller && { deploymentController: { type: controller } }),
          },
        ],
      }) as never,
    describeTaskDefinition: async () =>
      ({
        taskDefinition: {
          ...definition,
          taskDefinitionArn: 'arn:aws:ecs:eu-west-1:012345678901:task-definition/web:7',
        },
      }) as never,
  });

  test('a container that the running revision does not have is a warning, because the ECS action would fail', async () => {
    const { log, result, written } = await render({ images: `wbe=${web}`, service: 'web' }, {}, ecs());
    expect(result.ok).toBe(true);
    expect(Object.keys(written)).toEqual(['imagedefinitions.json']);
    expect(log).toContain(
      'warning: service web runs web:7, which has no container wbe (did you mean "web"?); the Amazon ECS action of CodePipeline would fail, because it changes the images of that revision only (it has web, worker, logs)',
    );
  });

  test('a service of the other deployment controller is a warning', async () => {
    const codeDeploy = await render({ images: `web=${web}`, service: 'web' }, {}, ecs('CODE_DEPLOY'));
    expect(codeDeploy.log).toContain('warning: service web is deployed by CodeDeploy: the Amazon ECS action');
    const rolling = await render(
      { images: `web=${web}`, service: 'web', 'task-definition': 'td.json' },
      {},
      ecs(),
    );
    expect(rolling.log).toContain(
      'warning: service web is not deployed by CodeDeploy but by the ECS controller',
    );
    const right = await render({ images: `web=${web}`, service: 'web' }, {}, ecs());
    expect(right.log).not.toContain('warning');
  });

  test('a missing permission is a warning, a missing service an error', async () => {
    const denied = await render(
      { images: `web=${web}`, service: 'web' },
      {},
      {
        describeServices: async () => {
          throw new LandfallError('ACCESS_DENIED', { summary: 'ecs:DescribeServices is not allowed' });
        },
      },
    );
    expect(denied.result.ok).toBe(true);
    expect(denied.log).toContain(
      'warning: the container names could not be checked against service web: ecs:DescribeServices is not allowed',
    );
    const missing = { describeServices: async () => ({ services: [] }) as never };
    expect(await errorOf({ images: `web=${web}`, service: 'wbe' }, {}, missing)).toEqual([
      'NOT_FOUND: service wbe was not found in cluster default (region eu-west-1)',
    ]);
  });
});
