import { type Node, plainOf, type Source } from './node.ts';
import type { Part } from './parts.ts';

/** Where a value of a service comes from, and what it replaced. */
export interface Origin extends Source {
  readonly value: unknown;
  readonly over: readonly (Source & { readonly value: unknown })[];
}

/** The values of a service or task by their paths: `web.cluster`, `web.vars.cpu`. A list is one value. */
export function originsOf({ key, node: fields, variables }: Part<unknown>): Readonly<Record<string, Origin>> {
  const origins: Record<string, Origin> = {};
  const note = (node: Node, path: string): void => {
    if (node.kind === 'map') for (const [key, member] of node.entries) note(member, `${path}.${key}`);
    else origins[path] = { ...node.source, value: plainOf(node), over: replacedBy(node) };
  };
  note(fields, key);
  note(variables, `${key}.vars`);
  return origins;
}

const replacedBy = ({ replaced }: Node): Origin['over'] =>
  replaced ? [{ ...replaced.source, value: plainOf(replaced) }, ...replacedBy(replaced)] : [];

/**
 * `web.cpu = 96 from environments.dev.services.web.vars, landfall.yml:41`, and a line for each value that it replaced.
 * @param field `web.cpu` for a variable or a field; of a map every value in it
 */
export function explain(origins: Readonly<Record<string, Origin>>, field: string): readonly string[] {
  const [owner, ...rest] = field.split('.');
  const asVariable = [owner, 'vars', ...rest].join('.');
  return Object.entries(origins).flatMap(([path, origin]) => {
    const asked = [field, asVariable].find((one) => path === one || path.startsWith(`${one}.`));
    if (asked === undefined) return [];
    return [
      `${field}${path.slice(asked.length)} = ${JSON.stringify(origin.value)} from ${placeOf(origin)}`,
      ...origin.over.map((one) => `  over ${JSON.stringify(one.value)} from ${placeOf(one)}`),
    ];
  });
}

/** `vars, landfall.yml:3`: the map that has it, if it has a name. */
function placeOf({ path, file, line }: Source): string {
  if (file === undefined) return path;
  const owner = path.includes('.') ? `${path.replace(/\.[^.]+$/, '')}, ` : '';
  return `${owner}${file}${line === undefined ? '' : `:${line}`}`;
}
