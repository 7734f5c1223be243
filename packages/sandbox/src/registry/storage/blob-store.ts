import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, mkdtemp, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { algorithmOf, digestOf, digestPattern, digestSoFar } from './digest.ts';

/** An upload in progress. Its writes happen one after the other. */
export interface Upload {
  readonly id: string;
  readonly repository: string;
  /** Bytes received. */
  readonly size: number;
}

interface OpenUpload {
  readonly id: string;
  readonly repository: string;
  readonly path: string;
  readonly file: FileHandle;
  readonly hash: Hash;
  size: number;
  last: Promise<unknown>;
}

export interface BlobStore {
  /** Size in bytes, or undefined when it is not there. */
  size(digest: string): Promise<number | undefined>;
  /** The bytes from `start` to `end`, both included. The blob must be there. */
  read(digest: string, range?: { start: number; end: number }): Readable;
  /** A blob of at most `most` bytes in memory; undefined when it is absent or longer. */
  text(digest: string, most: number): Promise<string | undefined>;
  put(bytes: Buffer): Promise<string>;
  delete(digest: string): Promise<void>;
  /** Deletes what `keep` does not want. */
  collect(keep: (digest: string) => boolean): Promise<void>;
  begin(id: string, repository: string): Promise<Upload>;
  upload(id: string): Upload | undefined;
  /** Appends a stream, as far as it comes; a broken stream leaves what was received and throws. */
  append(id: string, from: Readable | Buffer): Promise<Upload>;
  /** Turns an upload into a blob. The real digest comes back when it is another one, and the upload is gone. */
  finish(
    id: string,
    digest: string,
  ): Promise<{ readonly ok: boolean; readonly size: number; readonly digest: string }>;
  cancel(id: string): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Blobs by content under `folder` (`blobs/<algorithm>/<two digits>/<digits>`), uploads next to them until
 * they are whole, verified and synced. Without a folder a temporary one is made at the first write, and
 * removed at the end.
 */
export class FileBlobStore implements BlobStore {
  readonly #folder: string | undefined;
  #temporary: string | undefined;
  #root: Promise<string> | undefined;
  readonly #uploads = new Map<string, OpenUpload>();

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  async size(digest: string): Promise<number | undefined> {
    const at = this.#existing();
    if (!at) return undefined;
    const found = await stat(this.#pathIn(at, digest)).catch(absent);
    return found?.size;
  }

  read(digest: string, range?: { start: number; end: number }): Readable {
    return createReadStream(this.#pathIn(this.#existing()!, digest), range);
  }

  async text(digest: string, most: number): Promise<string | undefined> {
    const size = await this.size(digest);
    if (size === undefined || size > most) return undefined;
    const chunks: Buffer[] = [];
    for await (const chunk of this.read(digest)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  }

  async put(bytes: Buffer): Promise<string> {
    const id = `put-${digestOf(bytes).slice(7, 23)}-${process.hrtime.bigint()}`;
    await this.begin(id, '');
    await this.append(id, bytes);
    const digest = digestOf(bytes);
    await this.finish(id, digest);
    return digest;
  }

  async delete(digest: string): Promise<void> {
    const at = this.#existing();
    if (at) await unlink(this.#pathIn(at, digest)).catch(absent);
  }

  async collect(keep: (digest: string) => boolean): Promise<void> {
    const at = this.#existing();
    if (!at) return;
    for (const algorithm of ['sha256', 'sha512']) {
      const names = await readdir(join(at, 'blobs', algorithm), { recursive: true }).catch(() => []);
      for (const name of names) {
        const digest = `${algorithm}:${name.slice(3)}`;
        if (digestPattern.test(digest) && !keep(digest)) await this.delete(digest);
      }
    }
  }

  async begin(id: string, repository: string): Promise<Upload> {
    const path = join(await this.#rootFolder(), 'uploads', id);
    const file = await open(path, 'wx', 0o600);
    const upload: OpenUpload = {
      id,
      repository,
      path,
      file,
      hash: createHash('sha256'),
      size: 0,
      last: Promise.resolve(),
    };
    this.#uploads.set(id, upload);
    return upload;
  }

  upload(id: string): Upload | undefined {
    return this.#uploads.get(id);
  }

  append(id: string, from: Readable | Buffer): Promise<Upload> {
    const upload = this.#opened(id);
    return this.#inTurn(upload, async () => {
      for await (const piece of Buffer.isBuffer(from) ? [from] : from) {
        const chunk = piece as Buffer;
        upload.hash.update(chunk);
        await upload.file.appendFile(chunk);
        upload.size += chunk.length;
      }
      return upload;
    });
  }

  finish(id: string, digest: string): ReturnType<BlobStore['finish']> {
    const upload = this.#opened(id);
    return this.#inTurn(upload, async () => {
      this.#uploads.delete(id);
      await upload.file.sync();
      await upload.file.close();
      const actual =
        algorithmOf(digest) === 'sha256'
          ? digestSoFar(upload.hash)
          : await digestOfFile(upload.path, 'sha512');
      if (actual !== digest) {
        await unlink(upload.path).catch(absent);
        return { ok: false, size: upload.size, digest: actual };
      }
      const path = this.#pathIn(await this.#rootFolder(), digest);
      await mkdir(dirname(path), { recursive: true });
      await rename(upload.path, path);
      return { ok: true, size: upload.size, digest };
    });
  }

  async cancel(id: string): Promise<boolean> {
    const upload = this.#uploads.get(id);
    if (!upload) return false;
    this.#uploads.delete(id);
    await this.#inTurn(upload, async () => {
      await upload.file.close();
      await unlink(upload.path).catch(absent);
    });
    return true;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#uploads.keys()].map((id) => this.cancel(id)));
    await this.#root;
    if (this.#temporary) await rm(this.#temporary, { recursive: true, force: true });
  }

  async #start(): Promise<string> {
    if (this.#folder === undefined) this.#temporary = await mkdtemp(join(tmpdir(), 'landfall-sandbox-'));
    const at = this.#folder ?? this.#temporary!;
    // Uploads of an earlier process cannot be resumed: the state of their hash went with it.
    await rm(join(at, 'uploads'), { recursive: true, force: true });
    await mkdir(join(at, 'uploads'), { recursive: true });
    return at;
  }

  #rootFolder() {
    this.#root ??= this.#start();
    return this.#root;
  }

  #pathIn(at: string, digest: string) {
    if (!digestPattern.test(digest)) throw new Error(`not a digest: ${digest}`);
    const [algorithm, digits] = digest.split(':') as [string, string];
    return join(at, 'blobs', algorithm, digits.slice(0, 2), digits);
  }

  /** Where to read: nothing was ever written while there is no folder. */
  #existing() {
    return this.#folder ?? this.#temporary;
  }

  #inTurn<T>(upload: OpenUpload, task: () => Promise<T>): Promise<T> {
    const result = upload.last.then(task, task);
    upload.last = result.catch(() => {});
    return result;
  }

  #opened(id: string): OpenUpload {
    const upload = this.#uploads.get(id);
    if (!upload) throw new Error(`no upload ${id}`);
    return upload;
  }
}

async function digestOfFile(path: string, algorithm: 'sha256' | 'sha512'): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return `${algorithm}:${hash.digest('hex')}`;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
