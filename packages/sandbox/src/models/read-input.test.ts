import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { models } from '../services/services.ts';
import { sandboxForTests, sdkOptions } from '../testing/started.ts';
import { readInput } from './read-input.ts';

const read = (operation: string, input: unknown) => readInput(models.ecs!, operation, input);
const container = (changes: object) => ({
  family: 'web',
  containerDefinitions: [{ name: 'app', image: 'web:1', ...changes }],
});

describe('a request', () => {
  test('is taken as it is, unknown members too, but for nulls, which count as absent', () => {
    expect(read('RunTask', { cluster: undefined, count: 1 })).toEqual({ count: 1 });
    expect(
      read('RunTask', {
        cluster: null,
        count: 1,
        tags: [{ key: 'a', value: 'b' }, null],
        overrides: { containerOverrides: [], memory: null },
        fromTheFuture: { a: [null] },
      }),
    ).toEqual({
      count: 1,
      tags: [{ key: 'a', value: 'b' }],
      overrides: { containerOverrides: [] },
      fromTheFuture: { a: [null] },
    });
  });

  test('with a name that only JavaScript objects have is passed through', () => {
    const input = JSON.parse('{ "constructor": 1, "__proto__": { "a": 1 } }');
    expect(read('RunTask', input)).toEqual(input);
    expect(read('constructor', input)).toBe(input);
  });

  test.each<[string, unknown, string]>([
    ['RegisterTaskDefinition', container({ cpu: '256' }), 'STRING_VALUE cannot be converted to Integer'],
    ['RegisterTaskDefinition', container({ image: 1 }), 'NUMBER_VALUE cannot be converted to String'],
    [
      'RegisterTaskDefinition',
      container({ essential: 'yes' }),
      'STRING_VALUE cannot be converted to Boolean',
    ],
    [
      'RegisterTaskDefinition',
      container({ command: 'sh' }),
      'STRING_VALUE cannot be converted to Collection',
    ],
    ['RegisterTaskDefinition', container({ name: true }), 'TRUE_VALUE cannot be converted to String'],
    [
      'RegisterTaskDefinition',
      container({ logConfiguration: { options: { a: 1 } } }),
      'NUMBER_VALUE cannot be converted to String',
    ],
    ['DescribeServices', { services: {} }, 'Start of structure or map found where not expected.'],
    ['DescribeServices', { cluster: ['main'] }, 'Start of list found where not expected.'],
  ])('%s %j is refused', (operation, input, message) => {
    expect(() => read(operation, input)).toThrow(
      expect.objectContaining({ code: 'SerializationException', message, status: 400 }),
    );
  });
});

describe('over HTTP', () => {
  const sandbox = sandboxForTests({ seed: 1 });

  test('a number that is a text is refused, and nothing is done', async () => {
    const ecs = new ECSClient(sdkOptions(sandbox()));
    await expect(
      ecs.send(new RegisterTaskDefinitionCommand(container({ memory: '128' }) as never)),
    ).rejects.toMatchObject({
      name: 'SerializationException',
      message: 'STRING_VALUE cannot be converted to Integer',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(
      ecs.send(new RunTaskCommand({ taskDefinition: 'web', count: '1' as never })),
    ).rejects.toMatchObject({ name: 'SerializationException' });
    expect(
      sandbox()
        .journal()
        .map(({ code, applied }) => [code, applied]),
    ).toEqual([
      ['SerializationException', false],
      ['SerializationException', false],
    ]);
  });
});
