import { createHash, randomBytes } from 'node:crypto';

export const indexType = 'application/vnd.oci.image.index.v1+json';
export const imageType = 'application/vnd.oci.image.manifest.v1+json';

export const digestOf = (content: Buffer | string) =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

const send = async (url: string, init: RequestInit, expected: number, login?: string) => {
  const headers = new Headers(init.headers);
  if (login !== undefined) headers.set('authorization', login);
  const response = await fetch(url, { ...init, headers });
  if (response.status !== expected)
    throw new Error(`${init.method} ${url}: ${response.status} ${await response.text()}`);
  return response;
};

/** `login` is an Authorization header, where the registry wants one. */
export async function putBlob(host: string, repository: string, content: Buffer, login?: string) {
  const started = await send(
    `http://${host}/v2/${repository}/blobs/uploads/`,
    { method: 'POST' },
    202,
    login,
  );
  const location = new URL(started.headers.get('location')!, `http://${host}`);
  location.searchParams.set('digest', digestOf(content));
  await send(
    location.href,
    { method: 'PUT', body: new Uint8Array(content), headers: { 'content-type': 'application/octet-stream' } },
    201,
    login,
  );
  return { digest: digestOf(content), size: content.length };
}

export async function putManifest(
  host: string,
  repository: string,
  reference: string | undefined,
  mediaType: string,
  content: object,
  login?: string,
) {
  const text = JSON.stringify({ schemaVersion: 2, mediaType, ...content });
  await send(
    `http://${host}/v2/${repository}/manifests/${reference ?? digestOf(text)}`,
    { method: 'PUT', body: text, headers: { 'content-type': mediaType } },
    201,
    login,
  );
  return { mediaType, digest: digestOf(text), size: Buffer.byteLength(text) };
}

/** Two platforms that share a layer, and an attestation, under one tag. Returns the digest of the index. */
export async function putMultiPlatformImage(
  host: string,
  repository: string,
  tag: string,
  layerSize = 1024,
  login?: string,
): Promise<string> {
  const layer = async (size: number) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    ...(await putBlob(host, repository, randomBytes(size), login)),
  });
  const shared = await layer(layerSize);
  const image = async (platform: object) => {
    const config = await putBlob(
      host,
      repository,
      Buffer.from(JSON.stringify({ ...platform, rootfs: { type: 'layers', diff_ids: [] } })),
      login,
    );
    const layers = [shared, await layer(100)];
    const manifest = await putManifest(
      host,
      repository,
      undefined,
      imageType,
      { config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config }, layers },
      login,
    );
    return { ...manifest, platform };
  };
  const manifests = [
    await image({ architecture: 'amd64', os: 'linux' }),
    await image({ architecture: 'arm64', os: 'linux' }),
    await image({ architecture: 'unknown', os: 'unknown' }),
  ];
  return (await putManifest(host, repository, tag, indexType, { manifests }, login)).digest;
}

export const tagDigest = async (host: string, repository: string, reference: string) => {
  const response = await fetch(`http://${host}/v2/${repository}/manifests/${reference}`, {
    method: 'HEAD',
    headers: { accept: `${indexType}, ${imageType}, application/vnd.docker.distribution.manifest.v2+json` },
  });
  return response.headers.get('docker-content-digest');
};
