import { describe, expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import type { Input } from '../inputs/input.ts';
import { fakeWorld } from '../testing/fake-world.ts';
import { loadOperation, operationNames } from './index.ts';

const secret = 's3cret-of-an-input';

/** Of the form that the kind of input takes. */
const holding = ({ type }: Input<unknown>, name: string) => {
  if (name === 'http-proxy') return `http://user:${secret}@proxy.example:3128`;
  return type === 'pairs' ? `KEY=${secret}` : secret;
};

const operations = await Promise.all(operationNames.map(loadOperation));
const sensitive = operations.flatMap((operation) =>
  Object.entries(operation.inputs)
    .filter(([, input]) => input.sensitive)
    .map(([name, input]) => [operation.name, name, operation, input] as const),
);

describe('the record of a run', () => {
  test.each(sensitive)('%s: does not hold the value of %s', async (_operation, name, operation, input) => {
    const required = Object.entries(operation.inputs).flatMap(([one, { required, example }]) =>
      required && example !== undefined ? [[one, example] as const] : [],
    );
    const world = fakeWorld({
      inputs: { ...Object.fromEntries(required), [name]: holding(input, name) },
    });
    const record = await runReported(operation, world);
    expect(JSON.stringify(record)).not.toContain(secret);
    expect(Object.keys(record.inputs)).not.toContain(name);
  });
});
