import { asLandfallError } from '../errors/as-landfall-error.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { type BuildFolders, buildImage } from '../image/build/build-image.ts';
import { nameOf, referenceOf } from '../image/reference/image-reference.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import { type PushedReference, pushReferences } from '../registry/push/push-references.ts';
import { verifyPush } from '../registry/push/verify-push.ts';
import { patientRegistry } from '../registry/read/patient-registry.ts';
import type { Host } from '../world/host.ts';
import type { World } from '../world/world.ts';
import type { BaseImage } from './base-images.ts';
import { basesOf, targetContext } from './build-file/build-target.ts';
import { type TargetBuild, wrongBuilds } from './build-file/check-builds.ts';
import { keepImage } from './existing-image.ts';

export interface TargetResult extends TargetBuild {
  /** Undefined when nothing was pushed. */
  readonly digest?: string;
  readonly pushed: readonly PushedReference[];
  readonly built: boolean;
  /** Whether every tag was read back; undefined when nothing was pushed. */
  readonly verified?: boolean;
  /** Whether it lies under its names where a build on it finds it, without having been pushed. */
  readonly inEngine?: boolean;
}

interface Plan {
  readonly folders: BuildFolders;
  readonly push: boolean;
  readonly load: boolean;
  readonly skipIfExists: boolean;
  readonly bases: readonly BaseImage[];
  readonly atOnce: number;
  /** What is built before, and is not pushed: when one of these fails, none of the others is begun. */
  readonly before: readonly TargetBuild[];
  /** Told of each image when it is done. */
  done(result: TargetResult): Promise<void>;
}

/**
 * Builds and pushes the images, some at a time. When one fails, those in progress finish, and no
 * other starts. @throws the first failure, with what became of each image in its details and facts
 */
export async function buildImages(
  world: World,
  builds: readonly TargetBuild[],
  plan: Plan,
): Promise<readonly TargetResult[]> {
  const { before } = plan;
  const all = [...before, ...builds];
  // What is there already is not built, so nothing of its build need be there.
  const wrong = await wrongBuilds(world, plan.skipIfExists ? before : all, plan);
  const [first] = wrong.values();
  if (first !== undefined) throw partial(first, all, wrong);
  const ends = new Map<string, TargetResult | LandfallError>();
  const said = new Set<string>();
  const unpushed = { ...plan, push: false, load: false, skipIfExists: false };
  const failure =
    (await buildSide(world, before, unpushed, ends, said)) ??
    (await buildSide(world, builds, plan, ends, said));
  if (failure) throw partial(failure, all, ends);
  return all.map(({ target }) => ends.get(target.name) as TargetResult);
}

/** @returns the first failure; `ends` has what became of each, and `said` the notices that were written */
async function buildSide(
  world: World,
  builds: readonly TargetBuild[],
  plan: Plan,
  ends: Map<string, TargetResult | LandfallError>,
  said: Set<string>,
): Promise<LandfallError | undefined> {
  const running = new Map<string, Promise<void>>();
  let next = 0;
  let failure: LandfallError | undefined;
  const work = async () => {
    while (next < builds.length && !failure) {
      const build = builds[next]!;
      next += 1;
      const ended = one(build);
      running.set(build.target.name, ended);
      await ended;
    }
  };
  const one = async (build: TargetBuild) => {
    const bases = basesOf(build.target);
    // They stand before it in the order, so that another worker has begun them.
    await Promise.all(bases.map((base) => running.get(base)));
    if (failure) return;
    try {
      const here = labelled(world, build.target.name, said);
      const result = await buildOne(here, onBases(build, ends), plan);
      ends.set(build.target.name, result);
      await plan.done(result);
    } catch (thrown) {
      const error = asLandfallError(thrown);
      ends.set(build.target.name, error);
      failure ??= error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(plan.atOnce, builds.length) }, work));
  return failure;
}

/**
 * With the references of the base images instead of their names. @throws INPUT_INVALID where a builder keeps
 * them
 */
function onBases(build: TargetBuild, ends: ReadonlyMap<string, TargetResult | LandfallError>): TargetBuild {
  const buildContexts = build.values.buildContexts?.map((context) => {
    const base = targetContext(context.value);
    const end = base === undefined ? undefined : ends.get(base);
    if (end === undefined || end instanceof LandfallError) return context;
    const [first] = end.names.targets;
    if (first !== undefined && end.digest !== undefined)
      return { ...context, value: `docker-image://${nameOf(first)}@${end.digest}` };
    if (first !== undefined && end.inEngine)
      return { ...context, value: `docker-image://${referenceOf(first)}` };
    throw invalidInputs([
      {
        input: 'push',
        problem: `is required: ${build.target.name} is built on ${base}, which this builder does not load into the engine`,
      },
    ]);
  });
  return { ...build, values: { ...build.values, buildContexts } };
}

async function buildOne(world: World, build: TargetBuild, plan: Plan): Promise<TargetResult> {
  const { values, names } = build;
  const { dockerfile } = build.target;
  if (plan.skipIfExists) {
    const { bases } = plan;
    const kept = await keepImage(world, names.targets, { bases, platforms: values.platforms });
    if (kept) return { ...build, ...kept, built: false };
  }
  const { push, load } = plan;
  const built = await buildImage(world, { values, names, push, load, dockerfile }, plan.folders);
  if (!push) return { ...build, pushed: [], built: true, inEngine: built.inEngine && built.readsEngine };
  const registry = await patientRegistry(world);
  const pushed = await pushReferences(world, registry, built, names.targets, async () => {});
  const verified = await verifyPush(world, registry, built, pushed);
  return { ...build, digest: pushed[0]!.digest, pushed, built: true, verified };
}

/**
 * Builds run side by side, so each line says whose it is; folds cannot overlap, so there are none within. A
 * notice that applies to all of them is reported for the first.
 */
function labelled(world: World, label: string, said: Set<string>): World {
  const { log } = world.host;
  const say = (write: (text: string) => void) => (text: string) => write(text.replace(/^/gm, `${label} | `));
  const host: Host = {
    ...world.host,
    log: {
      info: say((text) => log.info(text)),
      notice(text) {
        if (!said.has(text)) say((one) => log.notice(one))(text);
        said.add(text);
      },
      warning: say((text) => log.warning(text)),
      error: say((text) => log.error(text)),
      debug: say((text) => log.debug(text)),
      output: say((text) => log.output(text)),
      progress: (key, text) => log.progress(`${label} ${key}`, `${label} | ${text}`),
      async group(title, body) {
        log.info(`${label} | ${title}`);
        return await body();
      },
    },
  };
  return { ...world, host };
}

function partial(
  failure: LandfallError,
  builds: readonly TargetBuild[],
  ends: ReadonlyMap<string, TargetResult | LandfallError>,
): LandfallError {
  const said = builds.map(({ target, names }) => {
    const end = ends.get(target.name);
    if (end === undefined) return { name: target.name, state: 'not tried', text: 'not tried' };
    if (end instanceof LandfallError)
      return { name: target.name, state: 'failed', text: `${end.code}: ${end.summary}` };
    const state = end.digest === undefined ? 'built' : end.built ? 'pushed' : 'already there';
    const [first] = names.targets;
    if (first === undefined) return { name: target.name, state, text: state };
    const image = `${nameOf(first)}${end.digest === undefined ? '' : `@${end.digest}`}`;
    return { name: target.name, state, text: `${state}: ${image}` };
  });
  const failed = said.filter(({ state }) => state === 'failed').map(({ name }) => name);
  return new LandfallError(failure.code, {
    summary: `${failed.join(', ')} failed (${failed.length} of ${images(builds.length)}): ${failure.summary}`,
    remedy: failure.remedy,
    details: [...failure.details, ...said.map(({ name, text }) => `${name}: ${text}`)],
    facts: { ...failure.facts, targets: Object.fromEntries(said.map(({ name, state }) => [name, state])) },
    cause: failure,
  });
}

export const images = (count: number) => `${count} ${count === 1 ? 'image' : 'images'}`;
