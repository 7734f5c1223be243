import { expect, test } from '@jest/globals';
import { inputVariable } from '@landfall/core/inputs/variable-names';
import { loadOperation, operationNames } from '@landfall/core/operations/index';

/** Variables and flags with a meaning of their own, for every operation. */
const reserved = new Set([
  'LANDFALL_CLOCK_URL',
  'LANDFALL_DEBUG',
  'LANDFALL_ENV_FILE',
  'LANDFALL_EVENT',
  'LANDFALL_RUN_ID',
  'LANDFALL_SUMMARY',
]);

test.each(operationNames)(
  'no input of %s takes the name of a variable or flag that means something else',
  async (name) => {
    const { inputs } = await loadOperation(name);
    for (const one of Object.keys(inputs)) {
      expect(reserved).not.toContain(inputVariable(one));
      expect(one).not.toMatch(/^(?:param|out)-/);
    }
    expect(Object.keys(inputs)).not.toContain('output');
    expect(Object.keys(inputs)).not.toContain('help');
  },
);
