import { manifestShape, schemaUrl } from '@landfall/core/manifest/manifest-shape';
import type { Definitions } from '@landfall/core/manifest/shape/shape';

/** `docs/landfall.schema.json`: the JSON schema of a manifest, for editors. */
export function manifestSchema(): string {
  const definitions: Definitions = new Map();
  const root = manifestShape.schema(definitions);
  const schema = {
    $comment: 'Generated from packages/core/src/manifest by npm run generate.',
    $id: schemaUrl,
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...root,
    definitions: Object.fromEntries([...definitions].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
