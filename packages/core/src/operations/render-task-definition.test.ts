import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadDocument } from '../documents/load-document.ts';
import { toRegisterRequest } from '../task-definition/parse/parse.ts';
import type { FakeAws } from '../testing/fake-world.ts';
import { definition, errorOf, images, registry, render } from '../testing/render-fixture.ts';

describe('the document', () => {
  test.each([
    ['', 'it must be an object, but the document is empty'],
    ['# only a comment\n', 'it must be an object, but the document is empty'],
    ['null', 'it must be an object, but the document is empty'],
    ['[]', 'it must be an object, but the document is a list'],
    ['"str"', 'it must be an object, but the document is a string'],
    ['{}', 'family must be 1 to 255 letters, digits, - and _, but it is empty'],
  ])('R01: %j is not a task definition', async (text, problem) => {
    const [summary, ...details] = await errorOf({}, text);
    expect([summary, ...details].join('\n')).toContain(problem);
    expect(summary).toMatch(/^TASKDEF_INVALID: /);
  });

  test('R02: BOM, CRLF and tabs are accepted; a comma too many is refused at its line and column', async () => {
    const text = `\uFEFF${JSON.stringify(definition, undefined, '\t').replaceAll('\n', '\r\n')}`;
    expect((await render({ images }, text)).rendered.family).toBe('web');
    expect(await errorOf({}, '{\n  "family": "web",\n}')).toEqual([
      'FILE_UNREADABLE: td.json, line 3, column 1: a property name in double quotes is expected, but the list ends here: is there an extra comma before it?',
    ]);
  });

  test('R03: a duplicate key is refused with both positions', async () => {
    const text =
      '{"family": "web",\n "containerDefinitions": [{"name": "web",\n "image": "a",\n "image": "b"}]}';
    expect(await errorOf({}, text)).toEqual([
      'FILE_UNREADABLE: td.json, line 4, column 2: the key "image" was already given at line 3, column 2',
    ]);
  });

  test('R04: an account id keeps its leading zero in YAML, and what has no meaning as text is refused', async () => {
    const yaml = [
      'family: web',
      'cpu: 256',
      'tags: [{key: account, value: 012345678901}, {key: version, value: 1.10}]',
      'containerDefinitions:',
      '- name: web',
      '  image: web:1',
      '  environment:',
      '  - {name: ACCOUNT, value: 012345678901}',
      '  - {name: VERSION, value: 1.10}',
      '  - {name: PORT, value: 8080}',
      '  - {name: DEBUG, value: false}',
    ].join('\n');
    const { rendered, web, log } = await render({}, yaml, {}, 'td.yaml');
    expect(rendered.cpu).toBe('256');
    expect(rendered.tags).toEqual([
      { key: 'account', value: '012345678901' },
      { key: 'version', value: '1.10' },
    ]);
    expect(web.environment).toEqual([
      { name: 'ACCOUNT', value: '012345678901' },
      { name: 'VERSION', value: '1.10' },
      { name: 'PORT', value: '8080' },
      { name: 'DEBUG', value: 'false' },
    ]);
    expect(log).toContain(
      'notice: td.yaml: converted numbers and booleans to strings in: cpu, container web: environment PORT, container web: environment DEBUG',
    );
    expect(await errorOf({}, yaml.replace('cpu: 256', 'cpu: 0256'), {}, 'td.yaml')).toEqual([
      'TASKDEF_INVALID: the task definition is invalid: cpu must be a whole number or a size with its unit, got "0256"',
    ]);
    expect(await errorOf({}, yaml.replace('  image', '  memory: 0512\n  image'), {}, 'td.yaml')).toEqual([
      'TASKDEF_INVALID: the task definition is invalid: container web: memory must be a whole number, got "0512"',
    ]);
  });

  test('R06: __proto__ in the file, the patch or a variable is refused, and no object is changed', async () => {
    const problem = 'the key __proto__ is refused';
    expect(await errorOf({}, '{"family": "web", "__proto__": {"polluted": 1}}')).toEqual([
      `FILE_UNREADABLE: td.json, line 1, column 19: ${problem}`,
    ]);
    expect(await errorOf({ patch: '{"volumes": {"__proto__": {"polluted": 1}}}' })).toEqual([
      `INPUT_INVALID: patch is not JSON that can be read (line 1, column 14: ${problem})`,
    ]);
    expect(await errorOf({ 'environment-variables': '__proto__=1' })).toEqual([
      'INPUT_INVALID: environment-variables line 1: the name __proto__ is refused',
    ]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('the wrapper that `aws ecs describe-task-definition` prints is opened, and its tags are kept', async () => {
    const wrapper = { taskDefinition: definition, tags: [{ key: 'team', value: 'a' }] };
    const { rendered } = await render({ images }, wrapper);
    expect(rendered).toMatchObject({ family: 'web', tags: [{ key: 'team', value: 'a' }] });
  });

  test('R13: fields that ECS only prints go with one note, whatever their order', async () => {
    const extra = { status: 'ACTIVE', revision: 7, registeredAt: 1 };
    const turned = { registeredAt: 1, revision: 7, status: 'ACTIVE' };
    const one = await render({ images }, { ...extra, ...definition });
    const two = await render({ images }, { ...definition, ...turned });
    for (const { rendered, log } of [one, two]) {
      expect(Object.keys(rendered)).not.toContain('revision');
      expect(log).toContain(
        'notice: td.json: dropped fields that only ECS sets: registeredAt, revision, status',
      );
    }
  });

  test('R16: a field of a newer API is kept and reported', async () => {
    const newer = structuredClone(definition) as Record<string, unknown>;
    newer.quantumMode = { enabled: true };
    (newer.containerDefinitions as Record<string, unknown>[])[0]!.teleport = ['a', ''];
    const { rendered, web, log } = await render({ images }, newer);
    expect(rendered.quantumMode).toEqual({ enabled: true });
    expect(web.teleport).toEqual(['a', '']);
    expect(log).toContain(
      'notice: td.json: kept, although unknown to this version: quantumMode, teleport of container web',
    );
  });

  test('every problem of a task definition is named at once', async () => {
    const bad = {
      family: 'a b',
      memory: {},
      containerDefinitions: [
        { name: 'web', image: 'web:1', cpu: '256', essential: 'yes', command: 'run', environment: { A: 1 } },
        { name: 'web', image: 'web:1', environment: [{ value: 'x' }, { name: 'B', value: ['hunter2'] }] },
        { name: 'a b' },
        'x',
      ],
    };
    const [summary, ...details] = await errorOf({}, bad);
    expect(summary).toBe('TASKDEF_INVALID: the task definition has 11 problems');
    expect(details).toEqual([
      'family must be 1 to 255 letters, digits, - and _, but it is "a b"',
      'memory must be a whole number or a size with its unit, got an object',
      'container web: cpu must be a whole number, got "256"',
      'container web: essential must be true or false, got "yes"',
      'container web: command must be a list of strings',
      'container web: environment must be a list of { name, value }, but it is an object',
      'container web: environment[0] must have a name',
      'container web: value of environment B must be a string, but it is a list',
      'containerDefinitions[2].name must be 1 to 255 letters, digits, - and _, but it is "a b"',
      'containerDefinitions[3] must be an object, but it is a string',
      'container web is defined more than once',
    ]);
  });

  test('eleven containers and 64 KiB are refused', async () => {
    const many = Array.from({ length: 11 }, (_, at) => ({ name: `c${at}`, image: 'web:1' }));
    expect(await errorOf({}, { family: 'web', containerDefinitions: many })).toEqual([
      'TASKDEF_INVALID: the task definition is invalid: containerDefinitions has 11 containers; ECS takes at most 10',
    ]);
    const large = { name: 'web', image: 'web:1', environment: [{ name: 'A', value: 'é'.repeat(33_000) }] };
    expect(await errorOf({}, { family: 'web', containerDefinitions: [large] })).toEqual([
      'TASKDEF_INVALID: the task definition is invalid: it has 66112 bytes; ECS takes at most 65536',
    ]);
  });
});

describe('sources and outputs', () => {
  const live = {
    ...definition,
    containerDefinitions: definition.containerDefinitions.map((one) => ({
      ...one,
      image: `${registry}/web:1`,
    })),
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:012345678901:task-definition/web:7',
    revision: 7,
    status: 'ACTIVE',
    registeredAt: new Date(0),
  };
  const system = { key: 'aws:cloudformation:stack-name', value: 's' };
  const ecs: FakeAws['ecs'] = {
    describeTaskDefinition: async () =>
      ({ taskDefinition: live, tags: [system, { key: 'team', value: 'a' }] }) as never,
    describeServices: async () =>
      ({
        services: [
          {
            status: 'ACTIVE',
            taskDefinition: 'arn:old',
            deployments: [
              { status: 'ACTIVE', taskDefinition: 'arn:old' },
              { status: 'PRIMARY', taskDefinition: live.taskDefinitionArn },
            ],
          },
        ],
      }) as never,
  };

  test('a service alone gives what its primary deployment runs, with the tags that may be registered', async () => {
    const { rendered, world, log } = await render({ service: 'web', cluster: 'main', images }, '', { ecs });
    expect(rendered.tags).toEqual([{ key: 'team', value: 'a' }]);
    expect(rendered.containerDefinitions[1].image).toBe(`${registry}/web:2`);
    expect(world.requests).toEqual([
      { operation: 'ecs:DescribeServices', input: { cluster: 'main', services: ['web'] } },
      {
        operation: 'ecs:DescribeTaskDefinition',
        input: { taskDefinition: live.taskDefinitionArn, include: ['TAGS'] },
      },
    ]);
    expect(log).toContain('notice: web:7: dropped a tag that only AWS may set');
  });

  test('a family and a revision are read as family:revision', async () => {
    const { world } = await render(
      { 'task-definition-family': 'web', 'task-definition-revision': '7', images },
      '',
      { ecs },
    );
    expect(world.requests[0]?.input).toEqual({ taskDefinition: 'web:7', include: ['TAGS'] });
  });

  test('of several sources the first is used, in the order of the official action', async () => {
    const registered = {
      'task-definition-arn': live.taskDefinitionArn,
      'task-definition-family': 'other',
      'task-definition-revision': '3',
      images,
    };
    const byArn = await render(registered, '', { ecs });
    expect(byArn.world.requests.map(({ input }) => input)).toEqual([
      { taskDefinition: live.taskDefinitionArn, include: ['TAGS'] },
    ]);
    expect(byArn.log).toContain(
      'info: task-definition-arn is used, and task-definition-family and task-definition-revision ignored',
    );
    const byFile = await render({ 'task-definition': 'td.json', ...registered });
    expect(byFile.world.requests).toEqual([]);
    expect(byFile.log).toContain(
      'info: task-definition is used, and task-definition-arn and task-definition-family and task-definition-revision ignored',
    );
  });

  test('a revision beside a file is ignored, and the log says so', async () => {
    const { log } = await render({ 'task-definition': 'td.json', 'task-definition-revision': '3', images });
    expect(log).toContain('info: task-definition is used, and task-definition-revision ignored');
  });

  test('a file given together with a service is compared with what the service runs', async () => {
    const same = await render(
      { 'task-definition': 'td.json', service: 'web', images: images.replaceAll(':2', ':1') },
      definition,
      { ecs },
    );
    expect(same.result.outputs.changed).toBe('false');
    expect(same.log).toContain('info: no difference from web:7, which service web runs');
  });

  test('a missing or inactive service is an error', async () => {
    const missing = { ecs: { describeServices: async () => ({ services: [], failures: [] }) as never } };
    expect(await errorOf({ service: 'wbe' }, '', missing)).toEqual([
      'NOT_FOUND: service wbe was not found in cluster default (region eu-west-1)',
    ]);
    const gone = { ecs: { describeServices: async () => ({ services: [{ status: 'INACTIVE' }] }) as never } };
    expect(await errorOf({ service: 'web' }, '', gone)).toEqual([
      'SERVICE_NOT_ACTIVE: service web in cluster default is INACTIVE, so it runs no task definition',
    ]);
  });

  test('output-file writes the same bytes as an artifact', async () => {
    const { world, written, result } = await render({ images, 'output-file': 'out/td.json' });
    expect(world.files.contents['/workspace/out/td.json']).toBe(written);
    expect(result.outputs['output-file']).toBe('/workspace/out/td.json');
  });

  test('R15: rendering twice gives the same bytes, and a rendered file renders to itself', async () => {
    const name = fc
      .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)
      .filter((one) => !/^(?:constructor|prototype)$/.test(one));
    const pair = fc.record({ name, value: fc.string({ unit: 'binary' }) });
    const containers = fc.uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[a-z]{1,8}$/).filter((one) => !/^(?:constructor|prototype)$/.test(one)),
        image: fc.stringMatching(/^[a-z]{1,8}:[a-z0-9]{1,8}$/),
        environment: fc.uniqueArray(pair, { selector: (one) => one.name }),
        command: fc.array(fc.string()),
        unknownField: fc
          .jsonValue({ maxDepth: 2, noUnicodeString: true } as never)
          .map((one) => JSON.stringify(one)),
      }),
      { minLength: 1, maxLength: 4, selector: (one) => one.name },
    );
    await fc.assert(
      fc.asyncProperty(containers, fc.constantFrom('256', '1 vCPU', undefined), async (list, cpu) => {
        const source = { family: 'web', ...(cpu && { cpu }), containerDefinitions: list };
        const first = await render({}, source);
        const again = await render({}, source);
        expect(again.written).toBe(first.written);
        expect((await render({}, first.written)).written).toBe(first.written);
        expect(toRegisterRequest(await loadDocument(first.written!, 'x.json')).request).toEqual(source);
      }),
      { numRuns: 60 },
    );
  });
});
