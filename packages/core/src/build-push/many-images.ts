import { buildFolders } from '../image/build/build-image.ts';
import { nameOf, referenceOf } from '../image/reference/image-reference.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import type { BaseImage } from './base-images.ts';
import { type BuildTarget, basesOf } from './build-file/build-target.ts';
import { loadBuildFile } from './build-file/load-build-file.ts';
import { nameTargets, unnamedTargets } from './build-file/name-targets.ts';
import { buildImages, images, type TargetResult } from './build-images.ts';
import { type BuildCall, destinations, isPushUnset, notPushed } from './inputs-and-outputs.ts';

/** Several images, each with a repository and a digest of its own. */
export async function publishMany(call: BuildCall, bases: readonly BaseImage[]): Promise<void> {
  const { world, inputs: given, output, record } = call;
  const { host } = world;
  const { push, load } = destinations(given);
  const file = await loadBuildFile(given, world);
  for (const note of file.notes) host.log.notice(note);
  const { before, rest } = splitTargets(file.targets, given);
  for (const { name, images: named } of before) {
    const sentence = `${name} is not pushed, because targets-before-push names it`;
    if (named.length > 0) host.log.warning(`${sentence}, although the file gives it the image ${named[0]}`);
    else host.log.notice(sentence);
  }
  const builds = await nameTargets(rest, given, push, world);
  await output('version', builds[0]!.names.version!);
  const done: TargetResult[] = [];
  const atOnce = Math.min(given.buildsAtOnce, builds.length);
  const title = `Build ${before.length === 0 ? '' : `${names(before)}, then `}${images(builds.length)}${atOnce > 1 ? `, ${atOnce} at once` : ''}`;
  const results = await host.log.group(title, () =>
    buildImages(world, builds, {
      folders: buildFolders(world),
      push,
      load,
      skipIfExists: given.skipIfExists,
      bases,
      before: unnamedTargets(before, given),
      atOnce: given.buildsAtOnce,
      async done(result) {
        done.push(result);
        if (result.digest === undefined) return;
        // In the order of the file, whichever is done first: a later run says the same.
        const pushed = builds.flatMap(({ target }) =>
          done.filter((one) => one.target === target && one.digest !== undefined),
        );
        const byName = (name: (one: TargetResult) => string) =>
          JSON.stringify(
            Object.fromEntries(pushed.map((one) => [one.target.name, `${name(one)}@${one.digest}`])),
          );
        await output(
          'images',
          byName(({ names }) => nameOf(names.targets[0]!)),
        );
        await output(
          'digests',
          byName(({ names }) => names.targets[0]!.repository),
        );
        await output('tags', pushed.flatMap(({ names }) => names.targets.map(referenceOf)).join('\n'));
      },
    }),
  );
  if (isPushUnset(given)) host.log.warning(notPushed);
  record.note({
    images: results.map(({ target, names, digest, built, pushed }) => ({
      name: target.name,
      references: names.targets.map(referenceOf),
      ...(digest !== undefined && { digest }),
      built,
      pushed: pushed.filter(({ moved }) => moved).map(referenceOf),
    })),
  });
  for (const result of results) {
    const { target, names, digest } = result;
    const [first] = names.targets;
    const image = digest === undefined || first === undefined ? '' : ` ${nameOf(first)}@${digest}`;
    host.log.info(`${target.name}: ${stateOf(result)}${image}`);
  }
  const checked = results.flatMap(({ verified }) => (verified === undefined ? [] : [verified]));
  if (checked.length > 0) await output('verified', String(checked.every(Boolean)));
  const moved = results.some(({ pushed }) => pushed.some((one) => one.moved));
  record.summary(
    {
      kind: 'heading',
      text: push ? (moved ? 'Images pushed' : 'Images already in the registry') : 'Images built',
    },
    {
      kind: 'table',
      head: ['Image', 'References', 'Digest', ''],
      rows: results.map((result) => [
        result.target.name,
        result.names.targets.map(referenceOf).join(', '),
        result.digest ?? '',
        stateOf(result),
      ]),
    },
  );
}

const stateOf = ({ digest, pushed }: TargetResult) =>
  digest === undefined ? 'built' : pushed.some(({ moved }) => moved) ? 'pushed' : 'already there';

/** @throws INPUT_INVALID for an image that is built on one of the other side */
function splitTargets(
  targets: readonly BuildTarget[],
  { targets: asked = [], targetsBeforePush: first = [] }: BuildCall['inputs'],
) {
  const isFirst = ({ name }: BuildTarget) => first.includes(name);
  const across = targets.flatMap((target) =>
    basesOf(target).flatMap((base) =>
      first.includes(base) === isFirst(target) ? [] : [`${target.name} is built on ${base}`],
    ),
  );
  if (across.length > 0) {
    const problem = `must name both or neither, because ${across.join(' and ')}`;
    throw invalidInputs([{ input: 'targets-before-push', problem }]);
  }
  const rest = targets.filter((target) => !isFirst(target));
  if (rest.length === 0)
    throw invalidInputs([{ input: 'targets-before-push', problem: 'leaves nothing to push' }]);
  const both = asked.filter((name) => first.includes(name));
  if (both.length > 0) {
    const problem = `names ${both.join(', ')}, as targets does: what is built before the push is not pushed`;
    throw invalidInputs([{ input: 'targets-before-push', problem }]);
  }
  return { before: targets.filter(isFirst), rest };
}

const names = (targets: readonly BuildTarget[]) => targets.map(({ name }) => name).join(', ');
