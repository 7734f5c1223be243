import { describe, expect, test } from '@jest/globals';
import { boolean, choice, duration, text } from '@landfall/core/inputs/kinds';
import { parse } from 'yaml';
import type { TestSources } from './definition/check-proofs.ts';
import type { Definition } from './definition/definition.ts';
import { generate, isGenerated } from './generate.ts';

const anchor: Definition = {
  name: 'drop-anchor',
  title: 'Drop an anchor',
  description: 'Drops the anchor of a ship and waits until it holds.',
  promises: ['Green means that the anchor holds.'],
  inputs: {
    ship: text({ required: true, description: 'The ship.', example: 'HMS Beagle' }),
    'wait-timeout': duration({ min: '10s', max: '1h' }, { default: '5m', description: 'How long to wait.' }),
    side: choice(['off', 'bow', 'stern'], { description: 'Where | or `<off>`, not <b>.' }),
    'dry-run': boolean({ default: 'false', description: 'Say only what would be done.' }),
    chain: boolean({ description: 'Use a chain.' }),
  },
  outputs: { depth: { description: 'The depth in metres.' } },
  permissions: [
    { action: 'ecs:UpdateService', resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/${ship}' },
    { action: 'ecs:DescribeServices', resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/${ship}' },
    { action: 'ecs:ListTasks', resource: '*', when: 'when `side` is set', optional: true },
  ],
  errors: ['STALLED'],
  branding: { icon: 'anchor', color: 'blue' },
  cleanUp: async () => {},
};

const scenario = "import { dropAnchor } from '@landfall/core/operations/drop-anchor';";
const proof = "export const cases = {\n  'drop-anchor': [\n  ],\n};";
const tests: TestSources = new Map([
  ['test/anchors/drop-anchor.test.ts', scenario],
  ['test/permissions/cases.ts', proof],
]);

const generated = (definition: Definition = anchor) => generate([definition], tests, []);
const file = (path: string, definition?: Definition) => {
  const found = generated(definition).get(path);
  if (found === undefined) throw new Error(`${path} was not generated`);
  return found;
};

describe('what is generated from a definition', () => {
  test('an action has its inputs with their defaults, its outputs, Node 24, and a post step where something must be undone', () => {
    expect(parse(file('actions/drop-anchor/action.yml'))).toEqual({
      name: 'Landfall: Drop an anchor',
      description: 'Drops the anchor of a ship and waits until it holds.',
      author: 'Landfall',
      branding: { icon: 'anchor', color: 'blue' },
      inputs: {
        ship: { description: 'The ship.', required: true },
        'wait-timeout': {
          description: 'How long to wait. Rule: 10s to 1h.',
          required: false,
          default: '5m',
        },
        side: { description: 'Where | or `<off>`, not <b>. One of off, bow, stern.', required: false },
        'dry-run': { description: 'Say only what would be done.', required: false, default: 'false' },
        chain: { description: 'Use a chain.', required: false },
      },
      outputs: { depth: { description: 'The depth in metres.' } },
      runs: { using: 'node24', main: 'main.js', post: 'post.js', 'post-if': 'always()' },
    });
    expect(file('actions/drop-anchor/post.js')).toBe(
      "import { post } from '../../dist/action.js';\n\nawait post('drop-anchor');\n",
    );
  });

  test('an action with nothing to undo has no post step', () => {
    const { cleanUp, ...rest } = anchor;
    expect(parse(file('actions/drop-anchor/action.yml', rest)).runs).toEqual({
      using: 'node24',
      main: 'main.js',
    });
    expect(generated(rest).has('actions/drop-anchor/post.js')).toBe(false);
  });

  test('an orb command hands every parameter over as an environment variable and none as part of a script', () => {
    const command = parse(file('orbs/landfall/src/commands/drop_anchor.yml'), {
      version: '1.1',
      merge: false,
    });
    expect(command.parameters).toEqual({
      ship: { type: 'string', description: 'The ship.' },
      wait_timeout: { type: 'string', description: 'How long to wait. Rule: 10s to 1h.', default: '5m' },
      // A reader of YAML 1.1 takes an unquoted `off` for false.
      side: {
        type: 'enum',
        description: 'Where | or `<off>`, not <b>.',
        enum: ['', 'off', 'bow', 'stern'],
        default: '',
      },
      dry_run: { type: 'boolean', description: 'Say only what would be done.', default: false },
      chain: { type: 'enum', description: 'Use a chain.', enum: ['', 'true', 'false'], default: '' },
    });
    expect(command.steps).toEqual([
      {
        run: {
          name: 'Landfall: Drop an anchor',
          environment: {
            LANDFALL_PARAM_SHIP: '<< parameters.ship >>',
            LANDFALL_PARAM_WAIT_TIMEOUT: '<< parameters.wait_timeout >>',
            LANDFALL_PARAM_SIDE: '<< parameters.side >>',
            LANDFALL_PARAM_DRY_RUN: '<< parameters.dry_run >>',
            LANDFALL_PARAM_CHAIN: '<< parameters.chain >>',
          },
          command: 'landfall drop-anchor',
        },
      },
    ]);
  });

  test('an IAM policy has one statement per resource and occasion, and its Sid says the occasion', () => {
    expect(JSON.parse(file('docs/iam/drop-anchor.json'))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Always',
          Effect: 'Allow',
          Action: ['ecs:DescribeServices', 'ecs:UpdateService'],
          Resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/${ship}',
        },
        { Sid: 'WhenSideIsSet', Effect: 'Allow', Action: 'ecs:ListTasks', Resource: '*' },
      ],
    });
  });

  test('a table keeps a bar and a tag in a description inside its cell', () => {
    expect(file('actions/drop-anchor/README.md')).toContain(
      '| `side` | choice |  | Where \\| or `<off>`, not &lt;b>. One of `off`, `bow`, `stern`. |',
    );
  });

  test('the page of errors names the operations that raise a code', () => {
    const section = file('docs/errors.md').split('### STALLED')[1]!.split('###')[0]!;
    expect(section).toContain('Raised by [`drop-anchor`](../actions/drop-anchor/README.md).');
  });

  test('every generated file is known again as generated, so that it goes when its definition goes', () => {
    const strangers = [...generated()]
      .filter(([path, text]) => !isGenerated(path, text))
      .map(([path]) => path);
    expect(strangers).toEqual([]);
  });
});

describe('a definition that says too little is refused', () => {
  test.each<[string, Partial<Definition>, string]>([
    [
      'a description that is not a sentence',
      { description: 'drops it' },
      'drop-anchor: the operation has no description that is a sentence',
    ],
    ['no promise', { promises: [] }, 'drop-anchor: promises are missing'],
    [
      'an input without a description',
      { inputs: { ship: text({ required: true, description: '', example: 'a' }) } },
      'drop-anchor: input ship has no description that is a sentence',
    ],
    [
      'a required input without an example',
      { inputs: { ship: text({ required: true, description: 'The ship.' }) } },
      'drop-anchor: input ship is required and has no example',
    ],
    [
      'a default that its own parser refuses',
      { inputs: { wait: duration({ min: '10s', max: '1h' }, { default: '5', description: 'How long.' }) } },
      'drop-anchor: input wait has a default that its own parser refuses: it must be a duration like 90s, 10m or 1h30m, got "5"',
    ],
    [
      'an expression in the text of an input',
      { inputs: { chain: boolean({ description: 'Use a chain: `${{ github.ref }}`.' }) } },
      'drop-anchor: input chain has "${{" in its description: GitHub does not load an action whose texts have expressions',
    ],
    [
      'an expression in its own description',
      { description: 'Drops the anchor of `${{ github.repository }}`.' },
      'drop-anchor: the operation has "${{" in its description: GitHub does not load an action whose texts have expressions',
    ],
    [
      'an output without a description',
      { outputs: { depth: { description: '' } } },
      'drop-anchor: output depth has no description that is a sentence',
    ],
    [
      'a permission that IAM does not know the form of',
      { permissions: [{ action: 'UpdateService', resource: '*' }] },
      'drop-anchor: permission UpdateService is not an IAM action',
    ],
  ])('%s', (_, change, problem) => {
    expect(() => generate([{ ...anchor, ...change }], tests, [])).toThrow(problem);
  });
});

describe('an operation without its tests is refused', () => {
  const noScenario = 'drop-anchor: no scenario runs it; write test/<topic>/drop-anchor.test.ts';
  const noProof =
    "drop-anchor: nothing proves its permissions; add 'drop-anchor' to test/permissions/cases.ts or test/permissions/image-cases.ts";

  test.each<[string, TestSources, readonly string[]]>([
    ['neither', new Map(), [noScenario, noProof]],
    ['no scenario', new Map([['test/permissions/cases.ts', proof]]), [noScenario]],
    ['no proof under its own policy', new Map([['test/anchors/drop-anchor.test.ts', scenario]]), [noProof]],
    [
      'a scenario only where permissions are proven',
      new Map([
        ['test/permissions/least-privilege.test.ts', scenario],
        ['test/permissions/image-cases.ts', proof],
      ]),
      [noScenario],
    ],
    [
      'tests of an operation whose name is longer',
      new Map([
        ['test/anchors/drop.test.ts', scenario.replace('drop-anchor', 'drop-anchor-twice')],
        ['test/permissions/cases.ts', proof.replace('drop-anchor', 'not-drop-anchor')],
      ]),
      [noScenario, noProof],
    ],
  ])('%s', (_, sources, details) => {
    expect(() => generate([anchor], sources, [])).toThrow(expect.objectContaining({ details }));
  });
});
