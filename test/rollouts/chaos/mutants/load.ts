import { registerHooks } from 'node:module';
import type { runTimeline } from '../run-timeline.ts';
import { mutants } from './all.ts';
import type { Mutant } from './mutant.ts';

const root = new URL('../../../../', import.meta.url);
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
    let source = String(loaded.source);
    for (const { file, replace, by } of here) {
      if (source.split(replace).length !== 2)
        throw new Error(`"${replace}" is not once in ${file}: the mutant is out of date`);
      source = source.replace(replace, () => by);
    }
    return { ...loaded, source };
  },
});

const program = new URL('../run-timeline.ts', import.meta.url).href;

/** Plays a timeline with this mutant in the product; without one, with the product as it is. */
export const playerWith = async (mutant?: Mutant): Promise<typeof runTimeline> =>
  (await import(mutant ? `${program}${mark}${mutants.indexOf(mutant)}` : program)).runTimeline;
