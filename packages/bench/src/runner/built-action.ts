import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface BuiltAction {
  readonly folder: string;
  /** The file that the runner starts. */
  readonly main: string;
  readonly inputs: readonly string[];
}

/** Reads an action's metadata. @throws an Error when it is not a JavaScript action or is not built */
export async function builtAction(folder: string): Promise<BuiltAction> {
  const text = await readFile(join(folder, 'action.yml'), 'utf8');
  const metadata = parse(text) as { runs?: { main?: string }; inputs?: Record<string, unknown> };
  if (!metadata.runs?.main) throw new Error(`${folder}/action.yml has no runs.main`);
  const main = join(folder, metadata.runs.main);
  await access(main).catch(() => {
    throw new Error(`${main} is missing; build the actions first: npm run build`);
  });
  return { folder, main, inputs: Object.keys(metadata.inputs ?? {}) };
}
