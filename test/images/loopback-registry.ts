import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The registry besides the sandbox's: Debian's, or another build of CNCF distribution. */
export const registryProgram: string = process.env.REGISTRY_PROGRAM || 'docker-registry';

export interface LoopbackRegistry extends AsyncDisposable {
  /** `127.0.0.1:49152`. */
  readonly host: string;
}

interface LoopbackRegistryOptions {
  /** Who may come in, as lines of a htpasswd file with bcrypt. Default: everybody. */
  readonly users?: string;
  /** The token server that lets people in. */
  readonly tokens?: {
    readonly realm: string;
    readonly service: string;
    readonly issuer: string;
    /** PEM of the certificate that its tokens are signed with. */
    readonly certificate: string;
  };
}

/** A registry, by default Debian's docker-registry, on a free port, with its content in a folder that goes with it. */
export async function loopbackRegistry({
  users,
  tokens,
}: LoopbackRegistryOptions = {}): Promise<LoopbackRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-registry-'));
  const config = join(folder, 'config.yml');
  const secrets = join(folder, 'auth');
  await writeFile(secrets, `${users ?? tokens?.certificate ?? ''}\n`);
  // JSON is YAML; the registry's own form of it.
  await writeFile(
    config,
    JSON.stringify({
      version: '0.1',
      log: { level: 'info', formatter: 'json' },
      storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
      http: { addr: '127.0.0.1:0' },
      ...(users !== undefined && { auth: { htpasswd: { realm: 'registry', path: secrets } } }),
      ...(tokens && {
        auth: {
          token: {
            realm: tokens.realm,
            service: tokens.service,
            issuer: tokens.issuer,
            rootcertbundle: secrets,
          },
        },
      }),
    }),
  );
  const child = spawn(registryProgram, ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  const host = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    void exited.then(() => reject(new Error(`${registryProgram} ended before it listened`)));
    createInterface(child.stderr).on('line', (line) => {
      const found = /listening on (127\.0\.0\.1:\d+)/.exec(line);
      if (found) resolve(found[1]!);
    });
  });
  return {
    host,
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
