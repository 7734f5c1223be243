/** `v0.25.0`, `20.10.24+dfsg1` → its three numbers; what is no number counts as 0. */
const numbers = (release: string) =>
  (/^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(release) ?? []).slice(1, 4).map((part) => Number(part ?? 0));

/** A release without numbers, or 0.0.0 (a build from source), counts as the newest. */
export function isBefore(release: string, other: string): boolean {
  const [mine, theirs] = [numbers(release), numbers(other)];
  if (mine.every((number) => number === 0)) return false;
  for (const [index, number] of mine.entries()) {
    if (number !== theirs[index]) return number < (theirs[index] ?? 0);
  }
  return false;
}
