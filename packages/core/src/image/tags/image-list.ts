import { csvFields } from '../../inputs/csv-fields.ts';
import { near } from '../../inputs/near.ts';
import { parseImageReference } from '../reference/image-reference.ts';

const keys = ['name', 'enable'];

/**
 * The images of docker/metadata-action: one per line, as a name or as `name=…,enable=…`; a line of names alone may hold
 * several. Names are in lower case.
 */
export function parseImageList(
  lines: readonly string[],
): { readonly names: readonly string[] } | { readonly problem: string } {
  const names: string[] = [];
  for (const line of lines.filter((one) => !one.startsWith('#'))) {
    const holds = (problem: string) => ({ problem: `holds "${line.slice(0, 200)}", which ${problem}` });
    const fields = (csvFields(line) ?? ['']).filter((field) => field !== '');
    const pairs = fields.map((field): readonly [string, string] => {
      const at = field.indexOf('=');
      return at < 0 ? ['name', field] : [field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim()];
    });
    const unknown = pairs.find(([key]) => !keys.includes(key));
    if (unknown)
      return holds(`has "${unknown[0]}", which is neither name nor enable${near(unknown[0], keys)}`);
    const enable = pairs.find(([key]) => key === 'enable')?.[1] ?? 'true';
    if (!['true', 'false'].includes(enable)) return holds(`has enable=${enable}; it is true or false`);
    const named = pairs.flatMap(([key, value]) => (key === 'name' ? [value.toLowerCase()] : []));
    if (named.length === 0) return holds('names no image');
    for (const name of named) {
      const parsed = parseImageReference(name);
      if (!parsed.ok) return holds(parsed.problem);
      if (parsed.reference.tag !== undefined || parsed.reference.digest !== undefined)
        return holds('must not contain a tag or a digest; put tags in `tags`');
    }
    if (enable === 'true') names.push(...named);
  }
  return { names: [...new Set(names)] };
}
