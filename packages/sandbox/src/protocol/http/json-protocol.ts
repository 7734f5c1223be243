import { AwsFault } from '../../api/aws-service.ts';

/** AWS JSON 1.1: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const jsonContentType = 'application/x-amz-json-1.1';

/** A `Date` becomes epoch seconds; `undefined` members vanish; the rest is JSON's. */
export const writeJson = (value: unknown): string =>
  JSON.stringify(value ?? {}, function (this: Record<string, unknown>, key, shown) {
    const original = this[key];
    return original instanceof Date ? original.getTime() / 1000 : shown;
  });

export function readJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsFault('SerializationException', 'The request body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsFault('SerializationException', 'Start of structure or map found where not expected.');
  }
  return value;
}

export const writeJsonError = (error: AwsFault): string =>
  writeJson({ __type: error.code, message: error.message, ...error.members });
