import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import type { runTimeline } from '../run-timeline.ts';
import { mutants } from './all.ts';
import type { Mutant } from './mutant.ts';

const root = new URL('../../../', import.meta.url);
const packages = new URL('packages/', root).href;
const mark = '?mutant=';

/**
 * Every mutant has a copy of the whole program in this process: what a marked module imports of this repository is
 * marked, too, and the files that the mutant breaks are broken as they are loaded.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const found = nextResolve(specifier, context);
    const at = context.parentURL?.indexOf(mark) ?? -1;
    const isOurs = found.url.startsWith(root.href) && !found.url.includes('/node_modules/');
    if (at < 0 || !isOurs || found.url.includes(mark)) return found;
    return { ...found, url: found.url + context.parentURL!.slice(at) };
  },
  load(url, context, nextLoad) {
    const [path, number] = url.split(mark) as [string, string?];
    const loaded = nextLoad(url, context);
    const edits = number === undefined ? [] : mutants[Number(number)]!.edits;
    const here = edits.filter(({ file }) => path === `${packages}${file}`);
    if (here.length === 0) return loaded;
    const source = here.reduce(
      (text, { replace, by }) => text.replace(replace, () => by),
      String(loaded.source),
    );
    return { ...loaded, source };
  },
});

const program = new URL('../run-timeline.ts', import.meta.url).href;

/**
 * Simulates a timeline with this mutant in the product; without one, with the product as it is.
 * @throws an Error when the mutant is of another state of the product
 */
export async function playerWith(mutant?: Mutant): Promise<typeof runTimeline> {
  for (const { file, replace } of mutant?.edits ?? [])
    if (readFileSync(new URL(file, packages), 'utf8').split(replace).length !== 2)
      throw new Error(`"${replace}" is not once in ${file}: the mutant "${mutant?.name}" is out of date`);
  return (await import(mutant ? `${program}${mark}${mutants.indexOf(mutant)}` : program)).runTimeline;
}
