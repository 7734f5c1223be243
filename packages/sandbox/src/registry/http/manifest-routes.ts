import type { IncomingMessage } from 'node:http';
import { digestPattern } from '../storage/digest.ts';
import { immutableTag } from '../storage/immutable-tag.ts';
import { largestManifest, mediaTypes } from '../storage/manifest.ts';
import { findImage, type StoredImage } from '../storage/repository.ts';
import { removeImage, storeImage } from '../storage/store-image.ts';
import { digestInvalid, manifestUnknown, RegistryFault } from './registry-fault.ts';
import type { RegistryAnswer, RouteRequest } from './route.ts';

const tagPattern = /^\w[\w.-]{0,127}$/;

export function getManifest({ route, repository, now }: RouteRequest): RegistryAnswer {
  const image = findImage(repository, route.reference);
  if (!image) throw manifestUnknown();
  const whole = route.operation === 'GetManifest';
  if (whole) image.pulledAt = now;
  return {
    status: 200,
    headers: {
      'Content-Type': image.facts.mediaType,
      'Content-Length': String(Buffer.byteLength(image.text)),
      'Docker-Content-Digest': image.digest,
      ETag: `"${image.digest}"`,
    },
    ...(whole ? { body: image.text } : {}),
  };
}

export async function putManifest(request: RouteRequest): Promise<RegistryAnswer> {
  const { route, repository, message, blobs } = request;
  const { reference } = route;
  const byDigest = reference.includes(':');
  if (byDigest && !digestPattern.test(reference))
    throw digestInvalid(`'${reference.slice(0, 200)}' is not a digest.`);
  if (!byDigest && !tagPattern.test(reference)) {
    throw new RegistryFault(400, 'TAG_INVALID', `'${reference.slice(0, 200)}' is not a tag.`);
  }
  const result = await storeImage(repository, blobs, {
    bytes: await readBody(message),
    mediaType: message.headers['content-type'],
    ...(byDigest ? { digest: reference } : { tag: reference }),
    now: request.now,
  });
  switch (result.kind) {
    case 'invalid':
      throw new RegistryFault(400, 'MANIFEST_INVALID', result.problem);
    case 'digest-mismatch':
      throw digestInvalid(`The manifest has the digest '${result.actual}', not '${reference}'.`);
    case 'blobs-missing':
      throw new RegistryFault(
        404,
        'MANIFEST_BLOB_UNKNOWN',
        `Layers with digests '[${result.digests.join(', ')}]' do not exist in the repository '${repository.name}'.`,
      );
    case 'images-missing':
      throw new RegistryFault(
        404,
        'MANIFEST_BLOB_UNKNOWN',
        `Images with digests '[${result.digests.join(', ')}]' do not exist in the repository '${repository.name}'.`,
      );
    case 'tag-immutable':
      throw new RegistryFault(400, 'TAG_INVALID', immutableTag(result.tag, repository.name));
    case 'stored':
      break;
  }
  const { image } = result;
  if (!result.existed) request.pushed(repository, image.digest);
  request.changed();
  return {
    status: 201,
    headers: {
      Location: `/v2/${repository.name}/manifests/${image.digest}`,
      'Docker-Content-Digest': image.digest,
      ...(image.facts.subject ? { 'OCI-Subject': image.facts.subject } : {}),
    },
  };
}

export function deleteManifest({ route, repository, changed }: RouteRequest): RegistryAnswer {
  const image = findImage(repository, route.reference);
  if (!image) throw manifestUnknown();
  if (!route.reference.includes(':')) repository.tags.delete(route.reference);
  else {
    const parents = removeImage(repository, image.digest);
    if (parents.length > 0) {
      throw new RegistryFault(
        405,
        'UNSUPPORTED',
        `Requested image referenced by manifest list: [${parents.join(', ')}]`,
      );
    }
  }
  changed();
  return { status: 202 };
}

export function listTags({ repository, query }: RouteRequest): RegistryAnswer {
  const all = [...repository.tags.keys()].sort();
  const { shown, headers } = cut(all, query, `/v2/${repository.name}/tags/list`);
  return json({ name: repository.name, tags: shown }, headers);
}

export function listRepositories(names: readonly string[], query: URLSearchParams): RegistryAnswer {
  const { shown, headers } = cut([...names].sort(), query, '/v2/_catalog');
  return json({ repositories: shown }, headers);
}

/** `n` at most, after `last`; a Link header leads to the rest. */
function cut(all: readonly string[], query: URLSearchParams, path: string) {
  const last = query.get('last');
  const asked = query.get('n');
  if (asked !== null && !/^\d{1,9}$/.test(asked)) {
    throw new RegistryFault(
      400,
      'PAGINATION_NUMBER_INVALID',
      `"n" is a number from 0, not '${asked.slice(0, 50)}'.`,
    );
  }
  const n = Math.min(asked === null ? 1000 : Number(asked), 1000);
  const rest = last === null ? all : all.filter((item) => item > last);
  const shown = rest.slice(0, n);
  const more = shown.length > 0 && rest.length > shown.length;
  const next = `${path}?n=${n}&last=${encodeURIComponent(shown.at(-1) ?? '')}`;
  return { shown, headers: more ? { Link: `<${next}>; rel="next"` } : {} };
}

export function listReferrers({ route, repository, query }: RouteRequest): RegistryAnswer {
  if (!digestPattern.test(route.reference))
    throw digestInvalid(`'${route.reference.slice(0, 200)}' is not a digest.`);
  const wanted = query.get('artifactType');
  const describe = (image: StoredImage) => ({
    mediaType: image.facts.mediaType,
    digest: image.digest,
    size: Buffer.byteLength(image.text),
    ...(image.facts.artifactType ? { artifactType: image.facts.artifactType } : {}),
    ...(image.facts.annotations ? { annotations: image.facts.annotations } : {}),
  });
  const manifests = [...repository.images.values()]
    .filter(
      ({ facts }) => facts.subject === route.reference && (wanted === null || facts.artifactType === wanted),
    )
    .map(describe);
  return json(
    { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests },
    {
      'Content-Type': mediaTypes.ociIndex,
      ...(wanted === null ? {} : { 'OCI-Filters-Applied': 'artifactType' }),
    },
  );
}

const json = (value: unknown, headers: Record<string, string> = {}): RegistryAnswer => {
  const body = JSON.stringify(value);
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
      ...headers,
    },
    body,
  };
};

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestManifest) {
      throw new RegistryFault(413, 'SIZE_INVALID', `The manifest is larger than ${largestManifest} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
