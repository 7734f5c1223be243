type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the fields that are undefined or empty: an absent fact is absent. */
export const present = <T extends object>(facts: T): Present<T> =>
  Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''),
  ) as Present<T>;
