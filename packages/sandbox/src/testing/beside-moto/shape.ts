/**
 * What an answer is made of: the path of each member and the type of its value, `services[].deployments[].id:
 * string`, in order. A list has `[]` behind its name and a line for each path that any of its items has;
 * values are omitted, and so are identifiers that are keys: `VersionIdsToStages.<id>[]: string`.
 */
export function shapeOf(answer: unknown): string[] {
  const lines = new Set<string>();
  walk(answer, '', lines);
  return [...lines].sort();
}

function walk(value: unknown, path: string, lines: Set<string>): void {
  if (value === undefined || value === null) return;
  if (path !== '') lines.add(`${path}: ${typeOf(value)}`);
  if (Array.isArray(value)) for (const item of value) walk(item, `${path}[]`, lines);
  else if (typeOf(value) === 'object') {
    for (const [key, member] of Object.entries(value)) {
      if (key !== '$metadata') {
        const name = UUID.test(key) ? '<id>' : key;
        walk(member, path === '' ? name : `${path}.${name}`, lines);
      }
    }
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (value instanceof Date) return 'timestamp';
  if (value instanceof Uint8Array) return 'blob';
  return typeof value;
}
