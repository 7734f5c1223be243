import { promises } from 'node:fs';

/**
 * What the AWS SDK uses of `node:fs/promises`, which takes three milliseconds of every start to load, and only a
 * profile on disk needs it. `promises` of `node:fs` is a getter that loads it at the first use.
 */
export const readFile = (path: string, encoding: BufferEncoding) => promises.readFile(path, encoding);
