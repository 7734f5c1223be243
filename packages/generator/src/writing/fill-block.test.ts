import { expect, test } from '@jest/globals';
import { fillBlock } from './fill-block.ts';

test('what stands between the markers is replaced, and the rest is left alone', () => {
  const page = '# Title\n\n<!-- list -->\nold\n<!-- /list -->\n\nThe end.\n';
  const filled = '# Title\n\n<!-- list -->\n| new |\n<!-- /list -->\n\nThe end.\n';
  expect(fillBlock(page, 'list', '| new |')).toBe(filled);
  expect(fillBlock(filled, 'list', '| new |')).toBe(filled);
});

test.each([
  'no markers',
  '<!-- list -->',
  '<!-- /list --> <!-- list -->',
  '<!-- list --><!-- list --><!-- /list -->',
])('a page without both markers, in order and once, is refused: %s', (page) => {
  expect(() => fillBlock(page, 'list', '')).toThrow(
    'the page must hold <!-- list --> and, after it, <!-- /list -->, each once',
  );
});
