import { describe, expect, test } from '@jest/globals';
import { boolean, list, text } from '@landfall/core/inputs/kinds';
import { environmentInputs } from './environment-inputs.ts';

const inputs = {
  repository: text({ description: 'The repository.' }),
  tags: list({ description: 'Tags.' }),
  load: boolean({ default: 'false', description: 'Load.' }),
};
const found = (env: Record<string, string>) => Object.fromEntries(environmentInputs(inputs, env));

describe('an environment', () => {
  test('sets an input as LANDFALL_<INPUT>, regardless of earlier outputs', () => {
    expect(
      found({ LANDFALL_REPOSITORY: 'web', LANDFALL_OUT_REPOSITORY: 'worker', LANDFALL_OUT_TAGS: 'stage-1' }),
    ).toEqual({ repository: { text: 'web' } });
  });

  test('gives a parameter of the orb before it, with its variables replaced and booleans as CircleCI has them', () => {
    expect(
      found({
        LANDFALL_TAGS: 'a',
        LANDFALL_PARAM_TAGS: 'stage-$CIRCLE_BRANCH',
        CIRCLE_BRANCH: 'main',
        LANDFALL_PARAM_LOAD: '1',
      }),
    ).toEqual({ tags: { text: 'stage-main' }, load: { text: 'true' } });
  });

  test('reports the unset variable that a parameter refers to', () => {
    expect(found({ LANDFALL_PARAM_TAGS: '$GONE' })).toEqual({
      tags: { problem: 'refers to $GONE, which is not set (write $$ for a dollar)' },
    });
  });
});
