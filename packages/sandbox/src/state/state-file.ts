import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export type Commit = <Value>(work: () => Promise<Value>) => Promise<Value>;

export interface StateFile {
  /** What the last sandbox left, or undefined in a new folder. Throws when the file cannot be understood. */
  read(): unknown;
  /** Something has changed. It is written soon: at most once per fifth of a second, whatever happens meanwhile. */
  schedule(): void;
  /** Does the work. What it changed is on the disk before this resolves, so that an answer is never ahead of the file. */
  commit: Commit;
  /** Writes now, if there is anything to write. */
  flush(): Promise<void>;
  /** Lets the folder go without writing. */
  release(): void;
  close(): Promise<void>;
}

const delay = 200;
const format = 1;
const inUse = new Set<string>();

/**
 * `state.json` under the folder, replaced as a whole (write, fsync, rename) so that a crash leaves the old or the
 * new one. A lock keeps a second sandbox out of the folder; a lock whose process is gone is taken over.
 */
export function openStateFile(
  folder: string,
  snapshot: () => unknown,
  failed: (error: unknown) => void,
): StateFile {
  const root = resolve(folder);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  checkFolder(root);
  const lock = join(root, 'sandbox.pid');
  takeLock(root, lock);
  const path = join(root, 'state.json');
  let timer: NodeJS.Timeout | undefined;
  let changes = 0;
  let written = 0;
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    if (written === changes) return;
    const upTo = changes;
    const text = JSON.stringify({ format, state: snapshot() });
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    syncFolder(root);
    written = upTo;
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    // The caller of a write that failed got the error; the next write retries.
    writing = writing.catch(() => undefined).then(write);
    return writing;
  };

  const release = () => {
    clearTimeout(timer);
    unlinkSync(lock);
    inUse.delete(root);
  };

  return {
    read() {
      if (!existsSync(path)) return undefined;
      let saved: { format?: unknown; state?: unknown };
      try {
        saved = JSON.parse(readFileSync(path, 'utf8'));
      } catch (error) {
        throw new Error(`The state in ${path} is not JSON. Remove the folder to start afresh.`, {
          cause: error,
        });
      }
      if (saved.format !== format) {
        throw new Error(
          `The state in ${path} was written by another version of the sandbox. Remove the folder to start afresh.`,
        );
      }
      return saved.state;
    },
    schedule() {
      changes += 1;
      timer ??= setTimeout(() => flush().catch(failed), delay).unref();
    },
    async commit(work) {
      const before = changes;
      const value = await work();
      if (changes !== before) await flush();
      return value;
    },
    flush,
    release,
    async close() {
      // Time has passed since the last change.
      changes += 1;
      await flush();
      release();
    },
  };
}

/** A sandbox writes and deletes in its folder: it accepts an empty one or its own, no other. */
function checkFolder(root: string): void {
  const entries = readdirSync(root);
  if (entries.length === 0 || entries.some((entry) => entry === 'state.json' || entry === 'sandbox.pid'))
    return;
  throw new Error(`The folder ${root} is not empty and holds no sandbox. Choose an empty or a new one.`);
}

function takeLock(root: string, lock: string): void {
  if (existsSync(lock)) {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (inUse.has(root) || (pid !== process.pid && isAlive(pid))) {
      throw new Error(
        `Another sandbox (process ${pid}) uses the folder ${root}. Stop it, or choose another folder.`,
      );
    }
    unlinkSync(lock);
  }
  writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
  inUse.add(root);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Without this the rename itself may be lost with the power. */
function syncFolder(root: string): void {
  const folder = openSync(root, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
