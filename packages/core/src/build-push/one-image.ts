import { LandfallError } from '../errors/landfall-error.ts';
import { buildFolders, buildImage, type ImageResult, metadataOf } from '../image/build/build-image.ts';
import { nameOf, referenceOf } from '../image/reference/image-reference.ts';
import { type ImageNames, nameImage } from '../image/tags/name-image.ts';
import { pushReferences } from '../registry/push/push-references.ts';
import { verifyDigest, verifyPush } from '../registry/push/verify-push.ts';
import { patientRegistry } from '../registry/read/patient-registry.ts';
import type { RepositoryName } from '../world/registry.ts';
import type { BaseImage } from './base-images.ts';
import { keepImage, type ReusedImage } from './existing-image.ts';
import { type BuildCall, destinations, isPushUnset, notPushed } from './inputs-and-outputs.ts';

/** Builds the image that the inputs describe, and pushes it where they say so. */
export async function publishOne(call: BuildCall, bases: readonly BaseImage[]): Promise<void> {
  const { world, inputs: given, output } = call;
  const { push, load, byDigest, repositories } = destinations(given);
  // Without a tag it needs no commit to be named after.
  const untagged = byDigest && given.tags === undefined;
  const names = await nameImage(untagged ? { ...given, repository: undefined } : given, world);
  const places = repositories.length > 0 ? repositories : names.targets;
  if (names.version !== undefined) await output('version', names.version);
  if (given.skipIfExists) {
    const kept = await keepImage(world, names.targets, { bases, platforms: given.platforms });
    if (kept) return await report(call, names, { ...kept, built: false });
  }
  const image = { values: given, names, push, load, ...(byDigest && { byDigest: places.map(nameOf) }) };
  const built = await buildImage(world, image, buildFolders(world));
  if (built.files.length > 0) await output('output-files', built.files.join('\n'));
  for (const file of built.files) world.host.log.info(`wrote ${file}`);
  if (given.call !== 'build') return;
  if (built.imageId !== undefined) await output('imageid', built.imageId);
  if (!push) {
    if (isPushUnset(given)) world.host.log.warning(notPushed);
    if (built.inEngine && names.targets.length > 0)
      world.host.log.info(`kept in the engine, not pushed: ${names.targets.map(referenceOf).join(', ')}`);
    return await output('metadata', JSON.stringify(metadataOf(built, names)));
  }

  if (byDigest) return await reportDigest(call, built, places);

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
  await report(call, names, { digest: first!.digest, pushed, verified, built: true });
}

/** The image has no name but its digest, to be listed by an index. */
async function reportDigest(
  { world, output, record }: BuildCall,
  built: ImageResult,
  places: readonly RepositoryName[],
): Promise<void> {
  const { digest } = built;
  const [first] = places;
  if (digest === undefined)
    throw new LandfallError('DIGEST_UNKNOWN', {
      summary: 'the builder did not report which image it pushed',
    });
  const verified = await verifyDigest(world, await patientRegistry(world), places, digest);
  const images = places.map((place) => `${nameOf(place)}@${digest}`);
  const metadata = { ...built.metadata, 'image.name': places.map(nameOf).join(',') };
  await output('metadata', JSON.stringify(metadata));
  await output('image', images[0]!);
  await output('digest', digest);
  await output('repository', first!.repository);
  await output('verified', String(verified));
  record.note({ images: [{ references: images, digest, built: true, pushed: images }] });
  for (const image of images) world.host.log.info(`pushed ${image}, without a tag`);
  record.summary({ kind: 'heading', text: 'Image pushed by digest' }, { kind: 'list', items: images });
}

async function report(
  { output, record, world: { host } }: BuildCall,
  { targets }: ImageNames,
  { digest, pushed, verified, built }: ReusedImage & { readonly built: boolean },
): Promise<void> {
  const [first] = targets;
  const image = `${nameOf(first!)}@${digest}`;
  const references = targets.map(referenceOf);
  await output('image', image);
  await output('digest', digest);
  await output('tags', references.join('\n'));
  await output('repository', first!.repository);
  await output('verified', String(verified));
  const moved = pushed.filter((one) => one.moved).map(referenceOf);
  record.note({ images: [{ references, digest, built, pushed: moved }] });
  const names = references.join(', ');
  // Of what was not built it is not known whether it is the same.
  if (!built) host.log.info(`not built, because it already exists: ${names} (${digest})`);
  else host.log.info(moved.length > 0 ? `pushed ${image}` : `${names} already held this image: ${image}`);
  if (!built && moved.length > 0) host.log.info(`tags set to it: ${moved.join(', ')}`);
  record.summary(
    { kind: 'heading', text: moved.length > 0 && built ? 'Image pushed' : 'Image already in the registry' },
    {
      kind: 'table',
      head: ['Reference', 'Digest', ''],
      rows: references.map((reference) => [
        reference,
        pushed.find((one) => referenceOf(one) === reference)?.digest ?? digest,
        moved.includes(reference) ? 'pushed' : 'already there',
      ]),
    },
  );
}
