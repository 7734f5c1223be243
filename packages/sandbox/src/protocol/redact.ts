/** Members that hold a secret in one of the APIs the sandbox speaks. */
const secretMembers = new Set(
  [
    'SecretString',
    'SecretBinary',
    // Of an object in S3.
    'Body',
    'WebIdentityToken',
    'SecretAccessKey',
    'SessionToken',
    'authorizationToken',
    'password',
    'token',
  ].map((name) => name.toLowerCase()),
);

/** A copy in which each secret is replaced by its length. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth > 64) return '(too deep)';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      secretMembers.has(key.toLowerCase()) && typeof item === 'string'
        ? `(${item.length} characters)`
        : redact(item, depth + 1),
    ]),
  );
}
