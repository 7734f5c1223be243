import { expect, test } from '@jest/globals';
import { allPages, type Page } from './pages.ts';

const served = async (pages: Readonly<Record<string, Page<number>>>) => {
  const asked: (string | undefined)[] = [];
  const items = await allPages(async (token) => {
    asked.push(token);
    return pages[token ?? 'first']!;
  });
  return { items, asked };
};

test('every page is read, an empty one too, until no token is named', async () => {
  const pages = {
    first: { items: [1, 2], next: 'second' },
    second: { items: undefined, next: 'third' },
    third: { items: [3], next: undefined },
  };
  expect(await served(pages)).toEqual({ items: [1, 2, 3], asked: [undefined, 'second', 'third'] });
});

test('an empty token ends the list', async () => {
  expect(await served({ first: { items: [1], next: '' } })).toEqual({ items: [1], asked: [undefined] });
});
