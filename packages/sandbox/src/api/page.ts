/** One page of a list whose items have a unique key and are sorted by it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/**
 * The items after the one the token names, `limit` at most. A token stays good when items come and go. Throws
 * what `invalid` makes when the token is not one of ours.
 */
export function page<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
  options: { limit: number; token: unknown; invalid: () => Error; descending?: boolean },
): Page<Item> {
  const after = options.token === undefined ? undefined : readToken(options.token, options.invalid);
  const passed = (item: Item) => (options.descending ? key(item) < after! : key(item) > after!);
  const rest = after === undefined ? items : items.filter(passed);
  const shown = rest.slice(0, options.limit);
  return {
    items: shown,
    nextToken:
      rest.length > shown.length
        ? Buffer.from(`after:${key(shown.at(-1)!)}`).toString('base64url')
        : undefined,
  };
}

function readToken(token: unknown, invalid: () => Error): string {
  const text = typeof token === 'string' ? Buffer.from(token, 'base64url').toString('utf8') : '';
  if (!text.startsWith('after:')) throw invalid();
  return text.slice('after:'.length);
}
