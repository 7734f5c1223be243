import { randomUUID } from 'node:crypto';
import type { BlobStore, Upload } from '../storage/blob-store.ts';
import { digestPattern } from '../storage/digest.ts';
import type { Repository } from '../storage/repository.ts';
import { blobUnknown, digestInvalid, RegistryFault, uploadUnknown } from './registry-fault.ts';
import type { RegistryAnswer, RouteRequest } from './route.ts';

export async function getBlob({ route, repository, blobs, message }: RouteRequest): Promise<RegistryAnswer> {
  const digest = checkDigest(route.reference);
  const size = repository.blobs.get(digest);
  if (size === undefined || (await blobs.size(digest)) === undefined) throw blobUnknown(digest);
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    'Accept-Ranges': 'bytes',
    ETag: `"${digest}"`,
  };
  const asked = /^bytes=(\d*)-(\d*)$/.exec(message.headers.range ?? '');
  if (!asked || (asked[1] === '' && asked[2] === '')) {
    return {
      status: 200,
      headers: { ...headers, 'Content-Length': String(size) },
      ...(route.operation === 'GetBlob' ? { body: blobs.read(digest) } : {}),
    };
  }
  const start = asked[1] === '' ? Math.max(0, size - Number(asked[2])) : Number(asked[1]);
  const end = asked[1] === '' || asked[2] === '' ? size - 1 : Math.min(Number(asked[2]), size - 1);
  if (start > end) {
    throw new RegistryFault(416, 'RANGE_INVALID', `The blob has ${size} bytes.`, {
      'Content-Range': `bytes */${size}`,
    });
  }
  return {
    status: 206,
    headers: {
      ...headers,
      'Content-Length': String(end - start + 1),
      'Content-Range': `bytes ${start}-${end}/${size}`,
    },
    ...(route.operation === 'GetBlob' ? { body: blobs.read(digest, { start, end }) } : {}),
  };
}

export function deleteBlob({ route, repository, changed }: RouteRequest): RegistryAnswer {
  const digest = checkDigest(route.reference);
  const used = [...repository.images.values()].some(
    ({ facts }) => facts.config?.digest === digest || facts.layers.some((layer) => layer.digest === digest),
  );
  if (used) throw new RegistryFault(405, 'UNSUPPORTED', 'An image of this repository needs the blob.');
  if (!repository.blobs.delete(digest)) throw blobUnknown(digest);
  changed();
  return { status: 202 };
}

export async function startUpload(request: RouteRequest): Promise<RegistryAnswer> {
  const { query, repository, blobs, message } = request;
  const mount = query.get('mount');
  if (mount !== null) {
    const from = request.readable(query.get('from') ?? repository.name);
    const size = from?.blobs.get(checkDigest(mount));
    if (size !== undefined) {
      repository.blobs.set(mount, size);
      request.changed();
      return created(repository, mount);
    }
  }
  const upload = await blobs.begin(randomUUID(), repository.name);
  const digest = query.get('digest');
  if (digest === null) return accepted(upload);
  await append(blobs, upload, message);
  return finish(request, upload, digest);
}

export function getUpload({ route, repository, blobs }: RouteRequest): RegistryAnswer {
  return { ...accepted(uploadOf(blobs, repository, route.reference)), status: 204 };
}

export async function patchUpload({
  route,
  repository,
  blobs,
  message,
}: RouteRequest): Promise<RegistryAnswer> {
  const upload = uploadOf(blobs, repository, route.reference);
  checkRange(upload, message.headers['content-range']);
  await append(blobs, upload, message);
  return accepted(upload);
}

export async function putUpload(request: RouteRequest): Promise<RegistryAnswer> {
  const { route, repository, blobs, message, query } = request;
  const upload = uploadOf(blobs, repository, route.reference);
  const digest = query.get('digest');
  if (digest === null) throw digestInvalid('The query has no "digest".');
  checkDigest(digest);
  checkRange(upload, message.headers['content-range']);
  await append(blobs, upload, message);
  return finish(request, upload, digest);
}

export async function cancelUpload({ route, repository, blobs }: RouteRequest): Promise<RegistryAnswer> {
  const upload = uploadOf(blobs, repository, route.reference);
  await blobs.cancel(upload.id);
  return { status: 204 };
}

function checkDigest(digest: string): string {
  if (digestPattern.test(digest)) return digest;
  throw digestInvalid(`'${digest.slice(0, 200)}' is not a sha256 or sha512 digest.`);
}

function uploadOf(blobs: BlobStore, repository: Repository, id: string): Upload {
  const upload = blobs.upload(id);
  if (upload?.repository !== repository.name) throw uploadUnknown();
  return upload;
}

/** A chunk goes where the upload stands, nowhere else. */
function checkRange(upload: Upload, header: string | undefined): void {
  if (header === undefined) return;
  const range = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/.*)?$/.exec(header);
  if (range && Number(range[1]) === upload.size) return;
  throw new RegistryFault(
    416,
    'BLOB_UPLOAD_INVALID',
    `The next byte expected is ${upload.size}.`,
    placeOf(upload),
  );
}

async function append(blobs: BlobStore, upload: Upload, message: RouteRequest['message']): Promise<void> {
  if (message.headers['content-length'] === '0') return;
  await blobs.append(upload.id, message);
}

async function finish(request: RouteRequest, upload: Upload, digest: string): Promise<RegistryAnswer> {
  const { repository, blobs } = request;
  checkDigest(digest);
  const result = await blobs.finish(upload.id, digest);
  if (!result.ok) throw digestInvalid(`The content has the digest '${result.digest}', not '${digest}'.`);
  repository.blobs.set(digest, result.size);
  request.changed();
  return created(repository, digest);
}

const created = (repository: Repository, digest: string): RegistryAnswer => ({
  status: 201,
  headers: { Location: `/v2/${repository.name}/blobs/${digest}`, 'Docker-Content-Digest': digest },
});

const placeOf = (upload: Upload) => ({
  Location: `/v2/${upload.repository}/blobs/uploads/${upload.id}`,
  Range: `0-${Math.max(0, upload.size - 1)}`,
  'Docker-Upload-UUID': upload.id,
});

const accepted = (upload: Upload): RegistryAnswer => ({ status: 202, headers: placeOf(upload) });
