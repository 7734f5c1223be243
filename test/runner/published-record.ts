import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/record.schema.json'), 'utf8'));
const validate = new Ajv({ allErrors: true }).compile(schema);

/** @throws where a record is not what docs/record.schema.json publishes */
export function checkPublished(record: unknown): void {
  if (validate(JSON.parse(JSON.stringify(record)))) return;
  const problems = validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`);
  throw new Error(`the record is not of the published schema:\n${problems?.join('\n')}`);
}
