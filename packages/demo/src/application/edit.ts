import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A change to one file of the application: the text that is there, and the text that takes its place. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A commit that a developer pushes. */
export interface Change {
  readonly message: string;
  readonly edits: readonly Edit[];
}

/** @throws an Error when the text to replace is not there exactly once: the example and the demo have drifted */
export async function applyEdits(folder: string, edits: readonly Edit[]) {
  for (const { file, from, to } of edits) {
    const path = join(folder, file);
    const parts = (await readFile(path, 'utf8')).split(from);
    if (parts.length !== 2)
      throw new Error(`${file} holds ${JSON.stringify(from)} ${parts.length - 1} times`);
    await writeFile(path, parts.join(to));
  }
}
