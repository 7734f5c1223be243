/**
 * Runs one after the other where more than `most` would run at once. The first failure stops the rest through
 * the signal that each is given, and is thrown when none of them runs: a retry starts with nothing running.
 */
export async function bounded<T, R>(
  { most, signal }: { readonly most: number; readonly signal: AbortSignal },
  items: readonly T[],
  act: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let failure: { readonly thrown: unknown } | undefined;
  let next = 0;
  const work = async () => {
    while (next < items.length && !failure) {
      const index = next;
      next += 1;
      try {
        results[index] = await act(items[index]!, either);
      } catch (thrown) {
        failure ??= { thrown };
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  if (failure) throw failure.thrown;
  return results;
}
