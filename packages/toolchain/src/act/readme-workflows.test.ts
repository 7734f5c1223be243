import { describe, expect, test } from '@jest/globals';
import { readmeWorkflows, withOurActions } from './readme-workflows.ts';

describe('the workflow of an official README with our actions', () => {
  test.each(readmeWorkflows())('$name differs in lines with `uses:` alone', ({ text }) => {
    const lines = withOurActions(text).split('\n');
    const changed = text.split('\n').filter((line, index) => line !== lines[index]);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.filter((line) => !/^ +(?:- )?uses: \S+@v\d+$/.test(line))).toEqual([]);
  });

  test('an action without a replacement is refused', () => {
    expect(() => withOurActions('      - uses: acme/deploy@v1')).toThrow(
      'acme/deploy@v1 has no replacement.',
    );
  });
});
