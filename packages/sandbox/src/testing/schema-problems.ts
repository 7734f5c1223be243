import { NormalizedSchema } from '@smithy/core/schema';

/**
 * What in an answer does not fit the SDK's schema of an operation (its `Operation$` export): a member the API
 * does not have, or one of another type. The SDK itself drops the first and takes the second silently. The
 * answer is as JSON carries it, timestamps as epoch seconds.
 */
export function schemaProblems(operation: unknown, answer: unknown): string[] {
  const problems: string[] = [];
  const output = (operation as readonly unknown[])[5] as Parameters<typeof NormalizedSchema.of>[0];
  compare(NormalizedSchema.of(output), answer, '', problems);
  return problems;
}

function compare(schema: NormalizedSchema, value: unknown, where: string, problems: string[]): void {
  if (value === undefined) return;
  const expect = (type: string, holds: boolean) => {
    if (!holds)
      problems.push(`${where || 'the answer'} is not ${type}: ${JSON.stringify(value)?.slice(0, 80)}`);
    return holds;
  };
  if (schema.isUnitSchema()) return;
  if (schema.isListSchema()) {
    if (!expect('a list', Array.isArray(value))) return;
    for (const [index, item] of (value as unknown[]).entries()) {
      compare(schema.getValueSchema(), item, `${where}[${index}]`, problems);
    }
  } else if (schema.isMapSchema()) {
    if (!expect('a map', isObject(value))) return;
    for (const [key, item] of Object.entries(value as object)) {
      compare(schema.getValueSchema(), item, `${where}.${key}`, problems);
    }
  } else if (schema.isStructSchema()) {
    if (!expect('a structure', isObject(value))) return;
    const members = schema.getMemberSchemas();
    for (const [key, item] of Object.entries(value as object)) {
      const path = where ? `${where}.${key}` : key;
      if (!Object.hasOwn(members, key)) problems.push(`${path} is not a member of ${schema.getName()}`);
      else compare(members[key]!, item, path, problems);
    }
  } else if (schema.isTimestampSchema() || schema.isNumericSchema()) {
    expect('a number', typeof value === 'number' && Number.isFinite(value));
  } else if (schema.isBooleanSchema()) expect('true or false', typeof value === 'boolean');
  else if (schema.isStringSchema() || schema.isBlobSchema()) expect('a string', typeof value === 'string');
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
