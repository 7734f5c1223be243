import { asLandfallError } from '../../errors/as-landfall-error.ts';
import { isLandfallError, type LandfallError } from '../../errors/landfall-error.ts';
import { type BuildValues, resolveBuildRequest } from '../../image/build/build-request.ts';
import type { ImageNames } from '../../image/tags/name-image.ts';
import type { World } from '../../world/world.ts';
import { type BuildTarget, targetContext } from './build-target.ts';

/**
 * What can be seen to be wrong with each build before any is begun, by its target's name: a context that is not
 * there, an input that no builder here can serve. Otherwise it would come out after others were pushed.
 */
export async function wrongBuilds(
  world: World,
  builds: readonly TargetBuild[],
  { push, load }: { readonly push: boolean; readonly load: boolean },
): Promise<ReadonlyMap<string, LandfallError>> {
  const wrong = new Map<string, LandfallError>();
  for (const { target, values, names } of builds) {
    // What another target makes is not there yet.
    const buildContexts = values.buildContexts?.filter(({ value }) => targetContext(value) === undefined);
    const described = { labels: names.labels, dockerfile: target.dockerfile };
    try {
      // Nothing is written: a folder of its own it gets when it is built.
      const folder = world.host.temporaryFolder;
      const asked = await resolveBuildRequest({ ...values, buildContexts }, described, folder, silent(world));
      const { outputFiles: _, ...rest } = asked;
      const wishes = { ...rest, buildContexts: values.buildContexts ?? [], besideOutputs: push || load };
      await world.docker.chooseBuilder(wishes, { signal: world.host.cancellation });
    } catch (thrown) {
      if (isLandfallError(thrown, 'CANCELLED')) throw thrown;
      wrong.set(target.name, asLandfallError(thrown));
    }
  }
  return wrong;
}

/** Notices are reported when the image is built. */
function silent(world: World): World {
  const nothing = () => {};
  const { log } = world.host;
  const quiet = { info: nothing, notice: nothing, warning: nothing, error: nothing, debug: nothing };
  return { ...world, host: { ...world.host, log: { ...log, ...quiet } } };
}

/** One image of a file, with all that its build is given and the names it gets. */
export interface TargetBuild {
  readonly target: BuildTarget;
  readonly values: BuildValues;
  readonly names: ImageNames;
}
