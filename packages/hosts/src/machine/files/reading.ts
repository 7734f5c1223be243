import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { failure, refused } from './failure.ts';

/** What a path leads to that is not a regular file, in words. */
export function oddity(stats: {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isSymbolicLink(): boolean;
}): string {
  if (stats.isFile()) return 'a regular file';
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isSymbolicLink() ? 'a link' : 'a device';
}

export async function checkRegular(path: string, real: string): Promise<void> {
  const stats = await lstat(real).catch((error) => {
    throw failure(path, real, error);
  });
  if (!stats.isFile()) throw refused(path, `is ${oddity(stats)}, not a regular file (${real})`);
}

/**
 * Text of a regular file. It is opened without following a link and without waiting for a pipe's other end, and
 * judged again once open, because the path may have changed hands in between.
 */
export async function readRegular(path: string, real: string, maxBytes: number): Promise<string> {
  await checkRegular(path, real);
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  try {
    await using handle = await open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stats = await handle.stat();
    if (!stats.isFile()) throw refused(path, `is ${oddity(stats)}, not a regular file (${real})`);
    if (stats.size > maxBytes) throw tooLarge(path, stats.size, maxBytes);
    // One byte more than allowed: a file may grow while it is read, and /proc says a size of 0.
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
      if (length > maxBytes) throw tooLarge(path, length, maxBytes);
    }
    return decode(path, buffer.subarray(0, length));
  } catch (error) {
    throw error instanceof LandfallError ? error : failure(path, real, error);
  }
}

function decode(path: string, bytes: Uint8Array): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw unreadable(path, 'it is UTF-16; save it as UTF-8');
  }
  try {
    // The decoder drops a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(path, 'it is not UTF-8 text', cause);
  }
}

const unreadable = (path: string, problem: string, cause?: unknown) =>
  new LandfallError('FILE_UNREADABLE', {
    summary: `${path}: ${problem}`,
    facts: { file: path, problem },
    cause,
  });

const tooLarge = (path: string, size: number, limit: number) =>
  new LandfallError('FILE_TOO_LARGE', {
    summary: `${path} has ${size} bytes, more than the ${limit} that Landfall reads`,
    facts: { path, bytes: size, limit },
  });
