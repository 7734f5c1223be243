import { buildFolders, buildImage, metadataOf } from '../image/build-image.ts';
import { nameOf, referenceOf } from '../image/image-reference.ts';
import { type ImageNames, nameImage } from '../image/name-image.ts';
import { patientRegistry } from '../registry/patient-registry.ts';
import type { BaseImage } from './base-images.ts';
import { imageToKeep } from './existing-image.ts';
import { type PushedReference, pushReferences } from './push-references.ts';
import { type BuildCall, destinations, notPushed, unsaidPush } from './terms.ts';
import { verifyPush } from './verify-push.ts';

/** Builds the image that the inputs describe, and pushes it where they say so. */
export async function publishOne(call: BuildCall, bases: readonly BaseImage[]): Promise<void> {
  const { world, inputs: given, output } = call;
  const { push, load } = destinations(given);
  const names = await nameImage(given, world);
  if (names.version !== undefined) await output('version', names.version);
  if (given.skipIfExists) {
    const digest = await imageToKeep(world, names.targets, { bases, platforms: given.platforms });
    if (digest !== undefined) return await report(call, names, [], { digest, verified: true });
  }
  const built = await buildImage(world, { values: given, names, push, load }, buildFolders(world));
  if (built.files.length > 0) await output('output-files', built.files.join('\n'));
  for (const file of built.files) world.host.log.info(`wrote ${file}`);
  if (given.call !== 'build') return;
  if (built.imageId !== undefined) await output('imageid', built.imageId);
  if (!push) {
    if (unsaidPush(given)) world.host.log.warning(notPushed);
    if (built.inEngine && names.targets.length > 0)
      world.host.log.info(`kept in the engine, not pushed: ${names.targets.map(referenceOf).join(', ')}`);
    return await output('metadata', JSON.stringify(metadataOf(built, names)));
  }

  const references: string[] = [];
  const registry = await patientRegistry(world);
  const pushed = await world.host.log.group('Push', () =>
    pushReferences(world, registry, built, names.targets, async (one) => {
      references.push(referenceOf(one));
      await output('tags', references.join('\n'));
    }),
  );
  const [first] = pushed;
  const verified = await verifyPush(world, registry, built, pushed);
  await output('metadata', JSON.stringify(metadataOf(built, names, first!.digest)));
  await report(call, names, pushed, { digest: first!.digest, verified });
}

async function report(
  { output, summary, fact, world: { host } }: BuildCall,
  { targets }: ImageNames,
  pushed: readonly PushedReference[],
  { digest, verified }: { readonly digest: string; readonly verified: boolean },
): Promise<void> {
  const [first] = targets;
  const image = `${nameOf(first!)}@${digest}`;
  const references = targets.map(referenceOf);
  await output('image', image);
  await output('digest', digest);
  await output('tags', references.join('\n'));
  await output('repository', first!.repository);
  await output('verified', String(verified));
  const built = pushed.length > 0;
  fact('built', built);
  const moved = pushed.some((one) => one.moved);
  const names = references.join(', ');
  // What was not built cannot be said to be the same.
  if (!built) host.log.info(`not built, because it exists: ${names} (${digest})`);
  else host.log.info(moved ? `pushed ${image}` : `${names} held this image already: ${image}`);
  summary(
    { kind: 'heading', text: moved ? 'Image pushed' : 'Image already there' },
    {
      kind: 'table',
      head: ['Reference', 'Digest', ''],
      rows: targets.map((target, index) => [
        referenceOf(target),
        pushed[index]?.digest ?? digest,
        pushed[index]?.moved === true ? 'pushed' : 'already there',
      ]),
    },
  );
}
