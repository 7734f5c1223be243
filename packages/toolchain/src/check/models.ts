import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFiles, modelFolder } from '../models/files.ts';
import { botocoreVersion } from '../tools/tools.ts';
import { failWith, type Part } from './part.ts';

/** What the sandbox validates requests with, compared with the models that AWS publishes. */
export const modelsPart: Part = {
  name: 'AWS models of the sandbox',
  async run(root) {
    const files = await modelFiles(root);
    const problems = (await readdir(join(root, modelFolder)))
      .map((name) => join(modelFolder, name))
      .filter((path) => !files.has(path))
      .map((path) => `${path} belongs to no API of the sandbox: remove it`);
    for (const [path, text] of files) {
      const committed = await readFile(join(root, path), 'utf8').catch(() => '');
      if (committed !== text)
        problems.push(`${path} is not what botocore ${botocoreVersion} says: npm run models`);
    }
    failWith(problems);
    return `${files.size} extracts as in botocore ${botocoreVersion}`;
  },
};
