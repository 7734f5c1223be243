import { timelinesWith } from './load.ts';
import { mutants } from './mutants.ts';

/** How many timelines a mutant may survive. */
const most = Number(process.argv[2] ?? 120);

/** One line of JSON for each mutant: what was seen of it that is not seen without it, and from which seed. */
const asItIs = await timelinesWith();
for (const mutant of mutants) {
  const play = await timelinesWith(mutant);
  let seen: string | undefined;
  let seed = 1;
  for (; seed <= most && seen === undefined; seed += 1) {
    const found = (await play(seed, mutant.choice)).breaches.find((one) => one.kind === mutant.sees);
    if (!found) continue;
    const { breaches } = await asItIs(seed, mutant.choice);
    if (!breaches.some((one) => one.kind === mutant.sees)) seen = found.what;
  }
  console.log(JSON.stringify({ name: mutant.name, sees: mutant.sees, seen, seed: seed - 1 }));
}
