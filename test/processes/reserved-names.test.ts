import { expect, test } from '@jest/globals';
import { loadOperation, operationNames } from '@landfall/core/operations/index';
import { outputsVariable, variableOf } from '@landfall/hosts/variables/output-variable';

/** Variables and flags with a meaning of their own, for every operation. */
const reserved = new Set([
  'LANDFALL_CLOCK_URL',
  'LANDFALL_DEBUG',
  'LANDFALL_ENV_FILE',
  'LANDFALL_EVENT',
  'LANDFALL_RUN_ID',
  'LANDFALL_SUMMARY',
  outputsVariable,
]);

test.each(operationNames)(
  'no input or output of %s takes a name that Landfall itself reads',
  async (name) => {
    const { inputs, outputs } = await loadOperation(name);
    for (const one of [...Object.keys(inputs), ...Object.keys(outputs)]) {
      expect(reserved).not.toContain(variableOf(one));
      expect(one).not.toMatch(/^param-/);
    }
    expect(Object.keys(inputs)).not.toContain('output');
    expect(Object.keys(inputs)).not.toContain('help');
  },
);
