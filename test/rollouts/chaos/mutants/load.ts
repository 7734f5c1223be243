import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { runTimeline } from '../run-timeline.ts';
import { type Mutant, mutants } from './mutants.ts';

const root = new URL('../../../../', import.meta.url);
const core = new URL('packages/core/src/', root).href;
const mark = '?mutant=';

/**
 * Every mutant has a copy of the whole program in this process: what a marked module imports of this repository is
 * marked, too, and the one file of it that the mutant breaks is broken as it is loaded.
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
    const [path, name] = url.split(mark) as [string, string?];
    if (name === undefined) return nextLoad(url, context);
    const loaded = nextLoad(url, context);
    const mutant = mutants[Number(name)];
    if (!mutant || path !== `${core}${mutant.file}`) return loaded;
    const source = String(loaded.source);
    if (source.split(mutant.replace).length !== 2)
      throw new Error(`"${mutant.replace}" is not once in ${mutant.file}: the mutant is out of date`);
    return { ...loaded, source: source.replace(mutant.replace, () => mutant.by) };
  },
});

const timelines = pathToFileURL(new URL('../run-timeline.ts', import.meta.url).pathname).href;

/** The timelines with this mutant in the core; without one, with the core as it is. */
export const timelinesWith = async (mutant?: Mutant): Promise<typeof runTimeline> =>
  (await import(mutant ? `${timelines}${mark}${mutants.indexOf(mutant)}` : timelines)).runTimeline;
