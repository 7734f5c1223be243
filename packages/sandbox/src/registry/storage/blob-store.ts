import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, mkdtemp, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { algorithmOf, digestOf, digestPattern, digestSoFar } from './digest.ts';

/** An upload that goes on. Its writes happen one after the other. */
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
 * Blobs by content under `folder` (`blobs/<algorithm>/<two digits>/<digits>`), uploads beside them until they are
 * whole, verified and synced. Without a folder a temporary one is made at the first write, and removed at the end.
 */
export function createBlobStore(folder: string | undefined): BlobStore {
  let temporary: string | undefined;
  let root: Promise<string> | undefined;
  const uploads = new Map<string, OpenUpload>();

  const start = async (): Promise<string> => {
    if (folder === undefined) temporary = await mkdtemp(join(tmpdir(), 'landfall-sandbox-'));
    const at = folder ?? temporary!;
    // Uploads of an earlier process cannot be resumed: the state of their hash went with it.
    await rm(join(at, 'uploads'), { recursive: true, force: true });
    await mkdir(join(at, 'uploads'), { recursive: true });
    return at;
  };
  const rootFolder = () => {
    root ??= start();
    return root;
  };
  const pathIn = (at: string, digest: string) => {
    if (!digestPattern.test(digest)) throw new Error(`not a digest: ${digest}`);
    const [algorithm, digits] = digest.split(':') as [string, string];
    return join(at, 'blobs', algorithm, digits.slice(0, 2), digits);
  };
  /** Where to read: nothing was ever written while there is no folder. */
  const existing = () => folder ?? temporary;

  const inTurn = <T>(upload: OpenUpload, task: () => Promise<T>): Promise<T> => {
    const result = upload.last.then(task, task);
    upload.last = result.catch(() => {});
    return result;
  };
  const opened = (id: string): OpenUpload => {
    const upload = uploads.get(id);
    if (!upload) throw new Error(`no upload ${id}`);
    return upload;
  };

  const store: BlobStore = {
    async size(digest) {
      const at = existing();
      if (!at) return undefined;
      const found = await stat(pathIn(at, digest)).catch(absent);
      return found?.size;
    },
    read(digest, range) {
      return createReadStream(pathIn(existing()!, digest), range);
    },
    async text(digest, most) {
      const size = await store.size(digest);
      if (size === undefined || size > most) return undefined;
      const chunks: Buffer[] = [];
      for await (const chunk of store.read(digest)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
    async put(bytes) {
      const id = `put-${digestOf(bytes).slice(7, 23)}-${process.hrtime.bigint()}`;
      await store.begin(id, '');
      await store.append(id, bytes);
      const digest = digestOf(bytes);
      await store.finish(id, digest);
      return digest;
    },
    async delete(digest) {
      const at = existing();
      if (at) await unlink(pathIn(at, digest)).catch(absent);
    },
    async collect(keep) {
      const at = existing();
      if (!at) return;
      for (const algorithm of ['sha256', 'sha512']) {
        const names = await readdir(join(at, 'blobs', algorithm), { recursive: true }).catch(() => []);
        for (const name of names) {
          const digest = `${algorithm}:${name.slice(3)}`;
          if (digestPattern.test(digest) && !keep(digest)) await store.delete(digest);
        }
      }
    },
    async begin(id, repository) {
      const path = join(await rootFolder(), 'uploads', id);
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
      uploads.set(id, upload);
      return upload;
    },
    upload: (id) => uploads.get(id),
    append(id, from) {
      const upload = opened(id);
      return inTurn(upload, async () => {
        for await (const piece of Buffer.isBuffer(from) ? [from] : from) {
          const chunk = piece as Buffer;
          upload.hash.update(chunk);
          await upload.file.appendFile(chunk);
          upload.size += chunk.length;
        }
        return upload;
      });
    },
    finish(id, digest) {
      const upload = opened(id);
      return inTurn(upload, async () => {
        uploads.delete(id);
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
        const path = pathIn(await rootFolder(), digest);
        await mkdir(dirname(path), { recursive: true });
        await rename(upload.path, path);
        return { ok: true, size: upload.size, digest };
      });
    },
    async cancel(id) {
      const upload = uploads.get(id);
      if (!upload) return false;
      uploads.delete(id);
      await inTurn(upload, async () => {
        await upload.file.close();
        await unlink(upload.path).catch(absent);
      });
      return true;
    },
    async close() {
      await Promise.all([...uploads.keys()].map((id) => store.cancel(id)));
      await root;
      if (temporary) await rm(temporary, { recursive: true, force: true });
    },
  };
  return store;
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
