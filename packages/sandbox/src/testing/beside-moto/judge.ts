import type { Difference } from './compare.ts';
import { ecsDifferences } from './known/ecs.ts';
import { otherDifferences } from './known/other-services.ts';

const knownDifferences = [...ecsDifferences, ...otherDifferences];

/** What is explained by no known difference, and which known differences no longer explain anything. */
export function judge(found: readonly Difference[]): {
  readonly unexplained: readonly string[];
  readonly outdated: readonly string[];
} {
  const used = new Set<string>();
  const unexplained = found.filter(({ call, what }) => {
    const name = what.replaceAll(/(\w+?)s\[\]/g, '$1');
    const known = knownDifferences.filter(
      (one) => one.what.includes(name) && one.calls.some((beginning) => call.startsWith(beginning)),
    );
    for (const one of known) used.add(`${one.why} ${name}`);
    return known.length === 0;
  });
  return {
    unexplained: unexplained.map(({ call, what }) => `${call}: ${what}`),
    outdated: knownDifferences.flatMap(({ why, what }) =>
      what.filter((name) => !used.has(`${why} ${name}`)).map((name) => `${name} (${why})`),
    ),
  };
}
