import { join } from 'node:path';
import { repository } from '../definition/release.ts';

/**
 * `docs/record.schema.json`: the JSON schema of what `--output json` prints, from the types and docstrings of core's
 * record. @param root the repository
 */
export async function recordSchema(root: string): Promise<string> {
  // It brings a compiler with an API, which TypeScript 7 does not have, and is loaded only where it is needed.
  const { createGenerator } = await import('ts-json-schema-generator');
  const schema = createGenerator({
    path: join(root, 'packages/core/src/record/run-record.ts'),
    tsconfig: join(root, 'tsconfig.json'),
    type: 'RunRecord',
    schemaId: `https://raw.githubusercontent.com/${repository}/main/docs/record.schema.json`,
    topRef: false,
    expose: 'export',
    skipTypeCheck: true,
    additionalProperties: false,
  }).createSchema('RunRecord');
  const $comment = 'Generated from packages/core/src/record by npm run generate.';
  return `${JSON.stringify({ $comment, ...schema }, null, 2)}\n`;
}
