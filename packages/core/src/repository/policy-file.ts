import { LandfallError } from '../errors/landfall-error.ts';
import type { Files } from '../world/files.ts';

/** A policy in a file of the workspace, as one line of JSON. @throws FILE_UNREADABLE, PATH_MISSING, PATH_REFUSED */
export async function policyFile(files: Files, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const content = await files.readText(path);
  try {
    return JSON.stringify(JSON.parse(content));
  } catch (thrown) {
    throw new LandfallError('FILE_UNREADABLE', {
      summary: `${path} is not JSON: ${(thrown as Error).message}`,
      cause: thrown,
    });
  }
}
