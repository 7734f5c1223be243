import { describe, expect, test } from '@jest/globals';
import type { FakeAws } from '../testing/fake-world.ts';
import { definition, errorOf, images, registry, render } from '../testing/render-fixture.ts';

describe('containers and images', () => {
  test('several images are set at once, and everything else stays', async () => {
    const { rendered, result, log } = await render({ images });
    expect(rendered).toEqual({
      ...definition,
      containerDefinitions: definition.containerDefinitions.map((one) => ({
        ...one,
        image: `${registry}/web:2`,
      })),
    });
    expect(result.outputs).toEqual({
      family: 'web',
      changed: 'true',
      'task-definition': '/temporary/task-definition-1.json',
    });
    expect(log).toContain(`info: + containers.worker.image: "${registry}/web:2"`);
  });

  test('container-name and image work as in the official action, with spaces after commas', async () => {
    const { rendered } = await render({ 'container-name': 'web, worker', image: 'nginx:1.27' });
    expect(rendered.containerDefinitions.map(({ image }: { image: string }) => image)).toEqual([
      'nginx:1.27',
      'nginx:1.27',
    ]);
  });

  test('R07: an unknown container, or one that differs by case, is refused with the existing names and the nearest one', async () => {
    expect(await errorOf({ 'container-name': 'Web', image: 'a:1' })).toEqual([
      'CONTAINER_NOT_FOUND: task definition web has no container Web (did you mean "web"?); it has web, worker',
    ]);
    expect(await errorOf({ images: 'sidecar=a:1\nwrker=a:1' })).toEqual([
      'CONTAINER_NOT_FOUND: task definition web has no container sidecar, wrker (did you mean "worker"?); it has web, worker',
    ]);
    const twice = {
      family: 'web',
      containerDefinitions: [
        { name: 'web', image: 'a' },
        { name: 'web', image: 'a' },
      ],
    };
    expect(await errorOf({ images: 'web=a:1' }, twice)).toEqual([
      'TASKDEF_INVALID: the task definition is invalid: container web is defined more than once',
    ]);
    expect(await errorOf({ patch: '{"containerDefinitions": {"wbe": {}}}', images })).toEqual([
      'CONTAINER_NOT_FOUND: the patch names container wbe, which does not exist (did you mean "web"?); the task definition has web, worker',
    ]);
  });

  test('edits without container-name need a choice when there are several containers and no images', async () => {
    expect(await errorOf({ 'environment-variables': 'A=1' })).toEqual([
      'INPUT_INVALID: container-name is required, because the task definition has several containers: web, worker',
    ]);
    const { rendered } = await render({ images, 'environment-variables': 'A=1' });
    for (const { environment } of rendered.containerDefinitions) {
      expect(environment.at(-1)).toEqual({ name: 'A', value: '1' });
    }
  });

  test('R12: an image with tag and digest is kept as it is; a placeholder is refused wherever it comes from', async () => {
    const pinned = `${registry}/web:2@sha256:${'a'.repeat(64)}`;
    expect((await render({ images: `web=${pinned}` })).web.image).toBe(pinned);
    expect(await errorOf({ images: 'web=$IMAGE' })).toEqual([
      'INPUT_INVALID: images for container web: the image is a placeholder that was not filled in, got "$IMAGE"',
    ]);
    expect(await errorOf({ 'container-name': 'web', image: '<IMAGE1_NAME>' })).toEqual([
      'INPUT_INVALID: image is a placeholder that was not filled in, got "<IMAGE1_NAME>"',
    ]);
    expect(await errorOf({ images: 'worker=web:2' })).toEqual([
      'TASKDEF_INVALID: the task definition is invalid: container web: image is a placeholder that was not filled in, got "<IMAGE1_NAME>"',
    ]);
    expect(await errorOf({ images: 'web=web:' })).toEqual([
      'INPUT_INVALID: images for container web: the image must have a tag of at most 128 letters, digits, . _ and -, not starting with . or -, got "web:"',
    ]);
  });
});

describe('environment and secrets', () => {
  const web = { images, 'container-name': 'web' };
  const arn = 'arn:aws:secretsmanager:eu-west-1:012345678901:secret:app-AbCdEf';

  test('variables are set in place, added at the end, removed, or replaced as a whole', async () => {
    const set = await render({
      ...web,
      'environment-variables': 'NEW=1\nPORT=9090',
      'environment-remove': 'OLD',
    });
    expect(set.web.environment).toEqual([
      { name: 'PORT', value: '9090' },
      { name: 'NEW', value: '1' },
    ]);
    const replaced = await render({ ...web, 'environment-variables': 'A=1', 'environment-replace': 'true' });
    expect(replaced.web.environment).toEqual([{ name: 'A', value: '1' }]);
  });

  test('R08: secrets are rendered where there is no environment at all', async () => {
    const source = {
      family: 'web',
      executionRoleArn: 'e',
      containerDefinitions: [{ name: 'web', image: 'web:1' }],
    };
    const { rendered } = await render({ secrets: 'TOKEN=/app/token' }, source);
    expect(rendered.containerDefinitions).toEqual([
      { name: 'web', image: 'web:1', secrets: [{ name: 'TOKEN', valueFrom: '/app/token' }] },
    ]);
  });

  test('R09: a name in environment and in secrets is refused, unless the edit takes it out of one', async () => {
    expect(await errorOf({ ...web, secrets: 'PORT=/port' })).toEqual([
      'TASKDEF_INVALID: the task definition is invalid: container web: PORT is in environment and in secrets; ECS takes one of them',
    ]);
    expect(await errorOf({ ...web, secrets: 'A=/a', 'environment-variables': 'A=1' })).toEqual([
      'INPUT_INVALID: secrets sets A, which environment-variables sets too',
    ]);
    const moved = await render({ ...web, secrets: 'PORT= /port ', 'environment-remove': 'PORT' });
    expect(moved.web.secrets).toEqual([{ name: 'PORT', valueFrom: '/port' }]);
    expect(moved.web.environment).toEqual([{ name: 'OLD', value: 'gone' }]);
  });

  test('R10: a value comes out byte for byte, and never in the log', async () => {
    const values = {
      EQUALS: 'a=b==',
      SPACES: '  kept  ',
      EXPRESSION: '${{ secrets.X }} $HOME `id`',
      EMOJI: '🚀é\u200d',
      QUOTES: `"'\\`,
      LONG: 'hunter2'.repeat(4681),
    };
    // Blanks at the end of a line without quotes are cut.
    const lines = Object.entries(values).map(([name, value]) =>
      name === 'SPACES' ? `"${name}=${value}"` : `${name}=${value}`,
    );
    const multiline = 'PEM<<END\n-----BEGIN-----\nhunter2=\n-----END-----\nEND';
    const {
      web: container,
      log,
      result,
      world,
    } = await render({
      ...web,
      'environment-replace': 'true',
      'environment-variables': [...lines, multiline].join('\n'),
    });
    expect(container.environment).toEqual([
      ...Object.entries(values).map(([name, value]) => ({ name, value })),
      { name: 'PEM', value: '-----BEGIN-----\nhunter2=\n-----END-----' },
    ]);
    expect(log + JSON.stringify([result, world.host.summaryLines])).not.toMatch(/hunter2|kept|gone|8080/);
    expect(log).toContain('info: + containers.web.environment.LONG: "(hidden)"');
  });

  test.each([
    [
      'A=1\nhunter2',
      'line 2: must be NAME=value (no "=" found); write a value of several lines as "NAME=value", in double quotes',
    ],
    ['=hunter2', 'line 1: the name is empty'],
    ['\nA B=hunter2', 'line 2: the name "A B" must be a name without spaces or "="'],
  ])(
    'R11: an invalid environment line is refused with its number, without its value: %j',
    async (text, problem) => {
      const { result, log } = await render({ ...web, 'environment-variables': text });
      expect(`${result.error!.code}: ${result.error!.summary}`).toBe(
        `INPUT_INVALID: environment-variables ${problem}`,
      );
      expect(log).not.toContain('hunter2');
    },
  );

  const manager = (content: string | undefined): FakeAws => ({
    secretsManager: { getSecretValue: async () => ({ ARN: arn, SecretString: content }) as never },
  });

  test('secrets-from creates one entry per key; the values are masked and never printed', async () => {
    const content = JSON.stringify({ DB_PASSWORD: 'hunter2-long', PORT_B: 'x', API: 'hunter3-long' });
    const { rendered, log, world, written } = await render(
      { images, 'secrets-from': `worker=${arn}\napp/shared`, secrets: 'API=/own', 'container-name': 'web' },
      definition,
      manager(content),
    );
    const entry = (key: string) => ({ name: key, valueFrom: `${arn}:${key}::` });
    expect(rendered.containerDefinitions[0].secrets).toEqual([
      { name: 'API', valueFrom: '/own' },
      entry('DB_PASSWORD'),
      entry('PORT_B'),
    ]);
    expect(rendered.containerDefinitions[1].secrets).toEqual([
      entry('API'),
      entry('DB_PASSWORD'),
      entry('PORT_B'),
    ]);
    expect(world.host.masks).toEqual(['hunter2-long', 'hunter3-long', 'hunter2-long', 'hunter3-long']);
    expect(log + written).not.toContain('hunter');
    expect(world.requests.map(({ input }) => input)).toEqual([{ SecretId: arn }, { SecretId: 'app/shared' }]);
  });

  test.each([
    [
      '{"a b": "hunter2", "constructor": "x", "C:D": "x"}',
      'has keys that cannot be names of variables: "C:D", "a b", "constructor"',
    ],
    ['hunter2', 'is not a JSON object, so it has no keys to make variables of'],
    ['{"a": "hunter2"', 'is not a JSON object, so it has no keys to make variables of'],
    ['["hunter2"]', 'is not a JSON object, so it has no keys to make variables of'],
    [undefined, 'is not a JSON object, so it has no keys to make variables of'],
    ['{}', 'is an empty JSON object'],
  ])(
    'a secret that cannot be expanded is refused without showing its value: %j',
    async (content, problem) => {
      const { result, log } = await render({ ...web, 'secrets-from': arn }, definition, manager(content));
      expect(result.error).toMatchObject({
        code: 'INPUT_INVALID',
        summary: `secrets-from: secret ${arn} ${problem}`,
      });
      expect(JSON.stringify(result) + log).not.toContain('hunter2');
    },
  );

  test('a secret in another region is read there, and secrets without an execution role get a warning', async () => {
    const other = 'arn:aws:secretsmanager:us-east-1:012345678901:secret:app-AbCdEf';
    const { executionRoleArn: _, ...source } = definition;
    const { world, log } = await render(
      { ...web, 'secrets-from': other },
      source,
      manager('{"A": "value-of-a"}'),
    );
    expect(world.requests).toEqual([
      { operation: 'secretsmanager:GetSecretValue', input: { SecretId: other }, region: 'us-east-1' },
    ]);
    expect(log).toContain(
      'warning: container web has secrets, but the task definition has no executionRoleArn that could read them',
    );
  });
});

describe('other edits', () => {
  test('labels, log options, command, sizes, roles, platform and a patch are applied', async () => {
    const { rendered, web, log } = await render({
      images,
      'container-name': 'web',
      'docker-labels': 'rule=Query(`k=v`) \t\nempty= ',
      'log-configuration-options': 'awslogs-datetime-format=%Y=%m',
      // A bucket of us-east-1 from before 2018 may have capitals and underscores.
      'env-files': 'arn:aws:s3:::Old_Bucket/a.env',
      command: 'sh -c "echo hi  there"',
      'entry-point': '["/init", ""]',
      'container-cpu': '128',
      'container-memory': '256',
      cpu: '.5 vCPU',
      memory: '1 GB',
      'task-role-arn': 'app/role',
      'execution-role-arn': 'arn:aws:iam::012345678901:role/e',
      'ephemeral-storage': '30',
      'cpu-architecture': 'arm64',
      patch:
        '{"networkMode": null, "pidMode": "task", "containerDefinitions": {"worker": {"stopTimeout": 60, "environment": null}}}',
    });
    expect(web).toEqual({
      ...definition.containerDefinitions[0],
      image: `${registry}/web:2`,
      dockerLabels: { rule: 'Query(`k=v`)', empty: '' },
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': '/ecs/web', 'awslogs-datetime-format': '%Y=%m' },
      },
      environmentFiles: [{ value: 'arn:aws:s3:::Old_Bucket/a.env', type: 's3' }],
      command: ['sh', '-c', 'echo hi  there'],
      entryPoint: ['/init', ''],
      cpu: 128,
      memory: 256,
    });
    const { containerDefinitions, ...task } = rendered;
    expect(task).toEqual({
      family: 'web',
      cpu: '.5 vCPU',
      memory: '1 GB',
      taskRoleArn: 'arn:aws-cn:iam::012345678901:role/app/role',
      executionRoleArn: 'arn:aws:iam::012345678901:role/e',
      ephemeralStorage: { sizeInGiB: 30 },
      runtimePlatform: { cpuArchitecture: 'ARM64' },
      pidMode: 'task',
    });
    expect(containerDefinitions[1]).toEqual({ name: 'worker', image: `${registry}/web:2`, stopTimeout: 60 });
    expect(log).toContain(
      'info: task-role-arn is the name of a role: set to arn:aws-cn:iam::012345678901:role/app/role',
    );
  });

  test('the name of a role whose account is not known stays a name, with a notice; half an ARN is refused', async () => {
    const { executionRoleArn, ...homeless } = definition;
    const { rendered, log } = await render({ images, 'task-role-arn': 'invalid-arn' }, homeless);
    expect(rendered.taskRoleArn).toBe('invalid-arn');
    expect(log).toContain(
      'notice: task-role-arn is not an ARN: set to the name invalid-arn, which ECS looks up in its own account',
    );
    for (const half of ['role/app', 'iam::012345678901:role/app', '012345678901:role/app'])
      expect(await errorOf({ images, 'task-role-arn': half })).toEqual([
        `INPUT_INVALID: task-role-arn must be an IAM role ARN or name, got "${half}"`,
      ]);
  });

  test('another log driver starts without the options of the one before, and options need a driver', async () => {
    const { web } = await render({
      images,
      'container-name': 'web',
      'log-configuration-log-driver': 'fluentd',
      'log-configuration-options': 'fluentd-address=localhost:24224',
    });
    expect(web.logConfiguration).toEqual({
      logDriver: 'fluentd',
      options: { 'fluentd-address': 'localhost:24224' },
    });
    expect(await errorOf({ images, 'container-name': 'worker', 'log-configuration-options': 'a=b' })).toEqual(
      ['INPUT_INVALID: container worker has no log driver for the options given'],
    );
  });

  test.each([
    ['sh -c "echo', 'has a " that is not closed'],
    ['sh -c "a \\"b\\""', 'has a backslash before a quote or a backslash: write it as a JSON array'],
    ['["a", 1]', 'must be a JSON array of strings: put numbers in quotes'],
    [
      '["a",]',
      'starts with "[" but is not a JSON array (line 1, column 6: a value is expected, but the list ends here: is there an extra comma before it?)',
    ],
  ])('a command that cannot be read for certain is refused: %s', async (command, problem) => {
    expect(await errorOf({ images, command })).toEqual([`INPUT_INVALID: command ${problem}`]);
  });

  test('all problems of the inputs are reported together, before anything is read', async () => {
    const { result, world } = await render({
      'task-definition': 'td.json',
      'task-definition-family': 'web',
      'task-definition-revision': 'latest',
      image: 'UPPER/case',
      'environment-variable': 'A=1',
    });
    expect(result.error?.details).toEqual([
      'environment-variable is not an input of this operation (did you mean "environment-variables"?)',
      'task-definition-revision must be a whole number, got "latest"',
    ]);
    expect(world.requests).toEqual([]);
    expect(await errorOf({ 'task-definition-revision': '3', service: 'web' })).toEqual([
      'INPUT_INVALID: task-definition-revision needs task-definition-family',
    ]);
  });
});
