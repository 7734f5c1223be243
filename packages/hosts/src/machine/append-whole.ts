import { fstatSync, ftruncateSync, writeSync } from 'node:fs';

/** The calls of the system by which a file grows. */
export interface FileSystem {
  /** Returns how many bytes it took; fewer than given when the disk is full. */
  writeSync(file: number, bytes: Uint8Array, offset: number): number;
  fstatSync(file: number): { readonly size: number };
  ftruncateSync(file: number, size: number): void;
}

const machine: FileSystem = { writeSync, fstatSync, ftruncateSync };

/**
 * Appends all of a text, or nothing: what a full disk took of it is removed again, because half an output is an
 * open quote to the shell that sources the file, and what follows it would be executed.
 * @param file open for writing at its end
 * @throws what the system said: ENOSPC, EDQUOT, …
 */
export function appendWhole(file: number, text: string, system: FileSystem = machine): void {
  const bytes = Buffer.from(text);
  const before = system.fstatSync(file).size;
  let written = 0;
  try {
    while (written < bytes.length) {
      const taken = system.writeSync(file, bytes, written);
      if (taken === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
      written += taken;
    }
  } catch (thrown) {
    // Not when another process has written after us: its output would be removed with ours.
    if (written > 0 && system.fstatSync(file).size === before + written) system.ftruncateSync(file, before);
    throw thrown;
  }
}
