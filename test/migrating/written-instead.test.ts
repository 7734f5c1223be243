import { describe, expect, test } from '@jest/globals';
import { readInputs } from '@landfall/app/flags/read-inputs';
import { snakeCase } from '@landfall/core/inputs/input';
import { parseInputs } from '@landfall/core/inputs/parse-inputs';
import { loadOperation } from '@landfall/core/operations/index';
import type { ComparedPart, Use } from '@landfall/generator/migrating/migration';
import { migrations } from '@landfall/generator/migrating/migrations';
import { packOrb } from '@landfall/toolchain/orb/pack';

/** Something to write: alone, or with what its operation has in the example above the table. */
type Written = readonly [alone: Use, together: Use];

function written(kind: 'command line' | 'orb'): readonly (readonly [string, ...Written])[] {
  return migrations
    .filter((migration) => migration.kind === kind)
    .flatMap(({ name, parts }) =>
      Object.entries(parts).flatMap(([part, compared]) =>
        'use' in compared
          ? [
              ...compared.use.map((one) => [`${name} ${part}`, one, one] as const),
              ...rowsOf(compared).map(([row, ...uses]) => [`${name} ${part} ${row}`, ...uses] as const),
            ]
          : [],
      ),
    );
}

const rowsOf = (part: ComparedPart): readonly (readonly [string, ...Written])[] =>
  Object.entries(part.inputs).flatMap(([row, { use = [] }]) =>
    use.map((one) => {
      const above = part.use.find(({ operation }) => operation === one.operation);
      return [row, one, { ...one, with: { ...above?.with, ...one.with } }] as const;
    }),
  );

/** Literals, with a word for the output of an earlier step. */
const literals = ({ with: inputs }: Use) =>
  Object.entries(inputs).map(
    ([name, value]) => [name, typeof value === 'string' ? value : 'output'] as const,
  );

const problemIn = (parse: () => unknown): string | undefined => {
  try {
    parse();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

async function commandProblem(use: Use): Promise<string | undefined> {
  const operation = await loadOperation(use.operation);
  const { operation: judged, inputs } = readInputs(
    operation,
    literals(use).flatMap(([name, value]) => [`--${name}`, value]),
    {},
  );
  return problemIn(() => parseInputs(judged.inputs, inputs, operation.check));
}

describe('what is written instead of a flag', () => {
  test.each(written('command line'))('%s: a command that Landfall accepts', async (_, alone, together) => {
    if ((await commandProblem(alone)) === undefined) return;
    expect(await commandProblem(together)).toBeUndefined();
  });
});

interface Parameter {
  readonly type: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
}

describe('what is written instead of a parameter', () => {
  test.each(written('orb'))('%s: a step that the orb accepts', async (_, alone, together) => {
    const { commands } = (await packOrb('orbs/landfall/src')) as {
      commands: Record<string, { parameters: Record<string, Parameter> }>;
    };
    const parameters = commands[snakeCase(together.operation)]?.parameters ?? {};
    const given = new Map(literals(together).map(([name, value]) => [snakeCase(name), value]));
    const refused = [...given].filter(([name, value]) => !accepts(parameters[name], value));
    const missing = Object.entries(parameters).filter(
      ([name, parameter]) => parameter.default === undefined && !given.has(name),
    );
    expect({ refused, missing }).toEqual({ refused: [], missing: [] });
    if ((await commandProblem(alone)) === undefined) return;
    expect(await commandProblem(together)).toBeUndefined();
  });
});

const accepts = (parameter: Parameter | undefined, value: string) =>
  parameter !== undefined &&
  (parameter.type === 'boolean' ? ['true', 'false'] : (parameter.enum ?? [value])).includes(value);
