import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DescribeImagesResponse, GetAuthorizationTokenResponse, ImageDetail } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll } from '@jest/globals';
import type { Sandbox, SandboxOptions } from '@landfall/sandbox/sandbox';
import { sandboxForTests } from '@landfall/sandbox/testing/started';
import { digestOf, imageType, putBlob, putManifest } from '../images/oci-image.ts';

/** The registry of a sandbox with the repositories `from` and `to`, and an image in the first under the tag `1`. */
export interface Registry {
  readonly sandbox: Sandbox;
  readonly host: string;
  readonly from: string;
  readonly to: string;
  /** Of the image. */
  readonly digest: string;
  /** The password of the user AWS. */
  readonly password: string;
  /** A folder of the test, which holds the text `hello` in `file`. It is the home of the clients. */
  readonly folder: string;
  /** What a repository keeps, by its digest. */
  images(repository: 'from' | 'to'): Promise<Readonly<Record<string, ImageDetail>>>;
}

export function registryForTests(options: SandboxOptions = {}): () => Registry {
  const running = sandboxForTests(options);
  let registry: Registry | undefined;
  beforeAll(async () => {
    const sandbox = running();
    for (const repositoryName of ['from', 'to'])
      await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName });
    const folder = mkdtempSync(join(tmpdir(), 'landfall-clients-'));
    writeFileSync(join(folder, 'file'), 'hello\n');
    const password = await passwordOf(sandbox);
    registry = {
      sandbox,
      host: sandbox.registry,
      from: `${sandbox.registry}/from`,
      to: `${sandbox.registry}/to`,
      digest: await putImage(sandbox.registry, `Basic ${btoa(`AWS:${password}`)}`),
      password,
      folder,
      async images(repositoryName) {
        const { imageDetails = [] } = (await sandbox.dispatch('ecr', 'DescribeImages', {
          repositoryName,
        })) as DescribeImagesResponse;
        return Object.fromEntries(imageDetails.map((image) => [image.imageDigest, image]));
      },
    };
  });
  afterAll(() => {
    if (registry) rmSync(registry.folder, { recursive: true });
  });
  return () => registry!;
}

/** What the clients see of this machine: a home of their own. */
export const homeOf = ({ folder }: Registry): Readonly<Record<string, string>> => ({
  HOME: folder,
  XDG_RUNTIME_DIR: folder,
});

async function passwordOf(sandbox: Sandbox): Promise<string> {
  const { authorizationData } = (await sandbox.dispatch(
    'ecr',
    'GetAuthorizationToken',
  )) as GetAuthorizationTokenResponse;
  const token = Buffer.from(authorizationData![0]!.authorizationToken!, 'base64').toString();
  return token.slice('AWS:'.length);
}

/** An image of one layer without files. Returns its digest. */
async function putImage(host: string, login: string): Promise<string> {
  const tar = Buffer.alloc(1024);
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
  };
  const [configBlob, layer] = [
    await putBlob(host, 'from', Buffer.from(JSON.stringify(config)), login),
    await putBlob(host, 'from', gzipSync(tar), login),
  ];
  const { digest } = await putManifest(
    host,
    'from',
    '1',
    imageType,
    {
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...configBlob },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
    },
    login,
  );
  return digest;
}
