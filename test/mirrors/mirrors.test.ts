import { expect, test } from '@jest/globals';
import { loadOperation, operationNames } from '@landfall/core/operations/index';
import { models } from '@landfall/sandbox/services/services';
import { mirroredChoices, mirrors, ownChoices } from './mirrors.ts';

type Inputs = Readonly<Record<string, { readonly choices?: readonly string[] | undefined }>>;
const inputsOf = async (name: (typeof operationNames)[number]): Promise<Inputs> =>
  (await loadOperation(name)).inputs as Inputs;

// AWS's models are renewed with `npm run models`: what is new in them must be offered, or not offered for a reason.
test.each(mirrors)(
  '$operation: each member of $shape is an input, or is not offered for a reason',
  async (mirror) => {
    const members = Object.keys(models[mirror.api]!.shapes[mirror.shape]!.members!);
    const notOffered = mirror.notOffered.flatMap(([names]) => names);
    expect([...Object.keys(mirror.inputs), ...notOffered].sort()).toEqual([...members].sort());
    expect(Object.keys(await inputsOf(mirror.operation))).toEqual(
      expect.arrayContaining([...new Set(Object.values(mirror.inputs))]),
    );
  },
);

test.each(mirroredChoices)(
  '$operation: each value of $shape is a choice of $input, or is not offered for a reason',
  async ({ operation, input, api, shape, notOffered = {} }) => {
    const { choices = [] } = (await inputsOf(operation))[input]!;
    expect([...choices, ...Object.keys(notOffered)].sort()).toEqual(
      [...models[api]!.shapes[shape]!.enum!].sort(),
    );
  },
);

test('every input with choices mirrors an enumeration of AWS, or has words of its own', async () => {
  const unknown: string[] = [];
  const mirrored = new Set<readonly string[] | undefined>();
  for (const { operation, input } of mirroredChoices)
    mirrored.add((await inputsOf(operation))[input]?.choices);
  for (const operation of operationNames) {
    // What an operation takes over from another one is that one's own list.
    for (const [input, { choices }] of Object.entries(await inputsOf(operation))) {
      if (choices && !mirrored.has(choices) && !ownChoices.includes(input))
        unknown.push(`${operation} ${input}`);
    }
  }
  expect(unknown).toEqual([]);
});
