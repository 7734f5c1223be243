import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { parse, stringify } from 'yaml';

/**
 * The folders of an orb that become sections of it; everything else next to `@orb.yml` is material for
 * includes.
 */
const sections = ['commands', 'jobs', 'executors', 'examples'] as const;
const withIncludes = ['commands', 'jobs', 'executors'] as const;

/**
 * An orb's folder as one document, by the rules of `circleci orb pack`: the stricter of its two generations, so
 * that either packs the same. https://circleci.com/docs/orb-concepts/#orb-packing
 * @throws an Error that names the file that breaks a rule
 */
export async function packOrb(folder: string): Promise<Record<string, unknown>> {
  const names = (await readdir(folder)).sort();
  if (!names.includes('@orb.yml')) throw new Error(`${folder}: @orb.yml is missing`);
  const orb = await readYaml(join(folder, '@orb.yml'));
  for (const section of sections) {
    if (!names.includes(section)) continue;
    const components: Record<string, unknown> = {};
    for (const entry of (await readdir(join(folder, section), { withFileTypes: true })).sort(byName)) {
      if (entry.isDirectory()) {
        throw new Error(
          `${section}/${entry.name}: the first generation of the packer nests a folder here; keep it flat`,
        );
      }
      if (entry.name.startsWith('.') || !/\.ya?ml$/.test(entry.name)) continue;
      const name = basename(entry.name, extname(entry.name));
      if (name in components) throw new Error(`${section}/${entry.name}: ${name} is defined twice`);
      components[name] = await readYaml(join(folder, section, entry.name));
    }
    orb[section] = { ...(orb[section] as object | undefined), ...components };
  }
  for (const section of withIncludes) {
    if (orb[section]) orb[section] = await include(orb[section], folder, section);
  }
  return orb;
}

export const packedText = (orb: Record<string, unknown>) => stringify(orb, { indent: 4, lineWidth: 0 });

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);

/** The packer reads YAML 1.1's unquoted yes, no, on and off as booleans. */
const readYaml = async (path: string) =>
  parse(await readFile(path, 'utf8'), { version: '1.1', merge: false }) as Record<string, unknown>;

const directive = /<<\s*include\(([-\w/.]+)\)?\s*>>/g;

async function include(value: unknown, folder: string, where: string): Promise<unknown> {
  if (Array.isArray(value)) {
    return Promise.all(value.map((one, index) => include(one, folder, `${where}[${index}]`)));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    const packed = await Promise.all(
      entries.map(async ([key, one]) => [key, await include(one, folder, `${where}.${key}`)] as const),
    );
    return Object.fromEntries(packed);
  }
  if (typeof value !== 'string') return value;
  const found = [...value.matchAll(directive)];
  if (found.length === 0) return value;
  if (found.length > 1 || found[0]![0] !== value.trim()) {
    throw new Error(`${where}: an include must be the whole value, and the only one`);
  }
  const text = await readFile(join(folder, found[0]![1]!), 'utf8');
  // The compiler takes `<<` for the start of a parameter; escaped, a here-document survives.
  return text.replaceAll('<<', '\\<<');
}
