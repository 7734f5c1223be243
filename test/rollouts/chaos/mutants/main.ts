import { scenesWith } from './load.ts';
import { mutants } from './mutants.ts';

/** How many scenes a mutant may survive. */
const most = Number(process.argv[2] ?? 20);

/** One line of JSON for each mutant: what was seen of it, after how many scenes, and whether the core itself is clean there. */
for (const mutant of mutants) {
  const play = await scenesWith(mutant);
  let seen: string | undefined;
  let seed = mutant.seed;
  for (; seed < mutant.seed + most && seen === undefined; seed += 1) {
    const { breaches } = await play(seed, mutant.controller);
    seen = breaches.find((one) => one.kind === mutant.sees)?.what;
  }
  const asItIs = seen === undefined ? [] : (await (await scenesWith())(seed - 1, mutant.controller)).breaches;
  console.log(
    JSON.stringify({ name: mutant.name, sees: mutant.sees, seen, seed: seed - 1, withoutIt: asItIs.length }),
  );
}
