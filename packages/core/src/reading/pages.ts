/** One page of a list, and the token of the next; absent or empty: it was the last. A page may be empty and not be the last. */
export interface Page<T> {
  readonly items: readonly T[] | undefined;
  readonly next: string | undefined;
}

/** Every item of a list that AWS hands out page by page, in the order of the pages. */
export async function allPages<T>(read: (nextToken: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { items = [], next } = await read(token);
    all.push(...items);
    token = next;
  } while (token);
  return all;
}
