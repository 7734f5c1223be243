import type { Facts, InputFacts } from '../facts.ts';
import type { Source } from './source.ts';

/** The commands of ecspresso: structs whose fields have tags of the Go library kong. */
export function kongParts({ read, list }: Source): Facts['parts'] {
  const structs = new Map<string, string>();
  for (const path of list('.').filter((name) => /^[a-z]+\.go$/.test(name))) {
    for (const [, name = '', body = ''] of read(path).matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm))
      structs.set(name, body);
  }
  const root = structs.get('CLIOptions') ?? '';
  const commands = [...root.matchAll(/^\t(\w+) +(?:\*(\w+)|struct\{\}) +`cmd:/gm)].map(
    ([, field = '', type = '']) =>
      [field.toLowerCase(), { inputs: flagsOf(structs.get(type) ?? ''), outputs: [] }] as const,
  );
  return { '': { inputs: flagsOf(root), outputs: [] }, ...Object.fromEntries(commands) };
}

function flagsOf(body: string): Readonly<Record<string, InputFacts>> {
  const fields = body.matchAll(/^\t(\w+) +\S+ +`(.*)`$/gm);
  return Object.fromEntries(
    [...fields].flatMap(([, field = '', tags = '']): [string, InputFacts][] => {
      const tag = (name: string) => new RegExp(`(?:^| )${name}:"([^"]*)"`).exec(tags)?.[1];
      if (tag('cmd') !== undefined) return [];
      const name = tag('name') ?? kebab(field);
      const standard = tag('default');
      const facts = {
        ...(tag('required') !== undefined && { required: true }),
        ...(standard && { default: standard }),
      };
      if (tag('arg') !== undefined) return [[`<${name}>`, facts]];
      return [[tag('negatable') === undefined ? `--${name}` : `--[no-]${name}`, facts]];
    }),
  );
}

/** As kong names a flag after its field: `AssumeRoleARN` is `assume-role-arn`. */
const kebab = (field: string) =>
  field
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
