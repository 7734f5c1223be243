import { distance } from 'fastest-levenshtein';

/** The known word nearest to a mistyped one, if it is near enough to be meant; or the first that it begins. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((one) => ({ one, far: distance(word.toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  if (best && best.far <= Math.max(2, Math.floor(best.one.length / 3))) return best.one;
  return word.length < 3 ? undefined : known.find((one) => one.startsWith(`${word.toLowerCase()}-`));
}

/** ` (did you mean "private"?)`, or nothing. */
export const near = (word: string, known: readonly string[]) => {
  const found = nearest(word, known);
  return found === undefined ? '' : ` (did you mean "${found}"?)`;
};
