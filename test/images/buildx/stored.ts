import { execFileSync } from 'node:child_process';
import type { BatchGetImageResponse, GetAuthorizationTokenResponse } from '@aws-sdk/client-ecr';
import type { Sandbox } from '@landfall/sandbox/sandbox';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly mediaType: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
}

/** What the sandbox's registry holds under a tag or a digest, and the digest. */
export async function stored(sandbox: Sandbox, repositoryName: string, reference: string) {
  const id = reference.startsWith('sha256:') ? { imageDigest: reference } : { imageTag: reference };
  const { images } = (await sandbox.dispatch('ecr', 'BatchGetImage', {
    repositoryName,
    imageIds: [id],
  })) as BatchGetImageResponse;
  const [image] = images!;
  if (image === undefined) throw new Error(`${repositoryName} has no ${reference}`);
  return { digest: image.imageId!.imageDigest!, manifest: JSON.parse(image.imageManifest!) as Manifest };
}

/** The bytes of a blob, by the registry's API. */
export async function storedBlob(sandbox: Sandbox, repository: string, digest: string): Promise<Buffer> {
  const { authorizationData } = (await sandbox.dispatch(
    'ecr',
    'GetAuthorizationToken',
  )) as GetAuthorizationTokenResponse;
  const response = await fetch(`http://${sandbox.registry}/v2/${repository}/blobs/${digest}`, {
    headers: { authorization: `Basic ${authorizationData![0]!.authorizationToken}` },
  });
  if (!response.ok) throw new Error(`${repository} has no ${digest}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** What the machine's engine says of an image. */
export const engineSays = (reference: string, format: string) =>
  execFileSync('docker', ['image', 'inspect', '--format', format, reference], { encoding: 'utf8' }).trim();

/** Whether the engine keeps images in containerd's store, with their attestations. */
export function holdsIndexes(): boolean {
  try {
    const format = ['--format', '{{json .DriverStatus}}'];
    return execFileSync('docker', ['info', ...format], { encoding: 'utf8' }).includes(
      'io.containerd.snapshotter',
    );
  } catch {
    // There is no engine, and no scenario that asks.
    return false;
  }
}
