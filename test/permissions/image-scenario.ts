import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GetAuthorizationTokenResponse } from '@aws-sdk/client-ecr';
import type { Principal } from '@landfall/sandbox/authorization/principals';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { drivenClock } from '@landfall/sandbox/clock/driven-clock';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { type LyingRegistry, lyingRegistry } from '../images/lies/lying-registry.ts';
import { imageType, putBlob, putManifest } from '../images/oci-image.ts';
import { Scenario } from '../rollouts/scenario/scenario.ts';

/** An account with an image `web:v1` and a repository `live`, served over HTTP, and an honest registry that is not ECR. */
export class ImageScenario extends Scenario {
  override readonly sandbox: Sandbox;
  /** Holds the same image as `app:v1`. */
  readonly other: LyingRegistry;
  /** A configuration of Docker, as ecr-login makes it. */
  readonly dockerConfig: string;
  /** Of the image `web:v1`. */
  readonly digest: string;
  readonly #folder: string;

  private constructor(sandbox: Sandbox, other: LyingRegistry, digest: string) {
    super(sandbox, { ...drivenClock(sandbox.clock as VirtualClock), random: () => 0.5 });
    this.sandbox = sandbox;
    this.other = other;
    this.digest = digest;
    this.#folder = mkdtempSync(join(tmpdir(), 'landfall-permissions-'));
    this.dockerConfig = join(this.#folder, 'landfall-docker-config-1');
    mkdirSync(this.dockerConfig);
  }

  static async open(): Promise<ImageScenario> {
    const sandbox = await startSandbox({ enforce: true, clock: 'virtual', tasks: 'scripted' });
    const other = await lyingRegistry();
    for (const repositoryName of ['web', 'live'])
      await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName });
    await putImage(other.host, 'app');
    const digest = await putImage(sandbox.registry, 'web', `Basic ${await tokenOf(sandbox)}`);
    return new ImageScenario(sandbox, other, digest);
  }

  /** Docker is logged in as someone, whatever else he may do. */
  async logIn({ policies = [], ...who }: Principal): Promise<void> {
    const Statement = [{ Effect: 'Allow' as const, Action: 'ecr:GetAuthorizationToken', Resource: '*' }];
    this.sandbox.addPrincipal({ ...who, policy: { Version: '2012-10-17', Statement } });
    this.keepLogin(await tokenOf(this.sandbox, who.accessKeyId));
    this.sandbox.addPrincipal({ ...who, policy: policies });
  }

  keepLogin(auth: string): void {
    const config = { auths: { [this.sandbox.registry]: { auth } } };
    writeFileSync(join(this.dockerConfig, 'config.json'), JSON.stringify(config));
  }

  /** The login ends when a manifest is put. */
  endLogin(): void {
    const message = 'Your authorization token has expired. Reauthenticate and try again.';
    const fault = { kind: 'error' as const, status: 403, code: 'DENIED', message };
    this.sandbox.fault({ service: 'registry', operation: 'PutManifest', count: 1, fault });
  }

  override async close(): Promise<void> {
    await super.close();
    await this.other[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true });
  }
}

async function tokenOf(sandbox: Sandbox, accessKeyId?: string): Promise<string> {
  const answer = await sandbox.dispatch('ecr', 'GetAuthorizationToken', {}, accessKeyId);
  return (answer as GetAuthorizationTokenResponse).authorizationData![0]!.authorizationToken!;
}

async function putImage(host: string, repository: string, login?: string): Promise<string> {
  const image = JSON.stringify({
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: [] },
  });
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    ...(await putBlob(host, repository, Buffer.from(image), login)),
  };
  const layer = {
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    ...(await putBlob(host, repository, Buffer.from('a layer'), login)),
  };
  return (await putManifest(host, repository, 'v1', imageType, { config, layers: [layer] }, login)).digest;
}
