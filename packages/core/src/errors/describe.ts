const longest = 4000;
const deepest = 8;

/**
 * One readable line for anything that can be thrown: an Error, a string, undefined, a frozen object, an error
 * whose cause is itself. Causes follow after "; because", at most eight deep, the whole at most 4,000 characters.
 */
export function describe(thrown: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  let current: unknown = thrown;
  while (parts.length < deepest && !seen.has(current)) {
    seen.add(current);
    const line = oneLine(current);
    if (line !== parts.at(-1)) parts.push(line);
    const cause = causeOf(current);
    if (cause === undefined) break;
    current = cause;
  }
  return cap(parts.join('; because '));
}

function oneLine(value: unknown): string {
  if (isError(value)) {
    const name = value.name !== 'Error' && value.name !== 'LandfallError' ? `${value.name}: ` : '';
    return cap(`${name}${value.message || '(no message)'}`);
  }
  if (value === undefined) return 'undefined was thrown';
  if (value === null) return 'null was thrown';
  if (typeof value === 'string') return cap(value || '(an empty string was thrown)');
  try {
    return cap(JSON.stringify(value) ?? String(value));
  } catch {
    // A cycle or a getter that throws: only the type can be reported.
    return `a ${typeof value} that cannot be shown was thrown`;
  }
}

/** Of any realm: the error of a socket is not an instance of the `Error` of a sandboxed program. */
const isError = (value: unknown): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

function causeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return (value as { cause?: unknown }).cause ?? undefined;
  } catch {
    return undefined;
  }
}

const cap = (text: string) => (text.length > longest ? `${text.slice(0, longest)}…` : text);
