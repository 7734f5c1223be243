import { csvFields } from '../../inputs/csv-fields.ts';
import { near } from '../../inputs/near.ts';
import { parseTemplate, type Template } from './tag-template.ts';

interface Affix {
  readonly template: Template;
  readonly onLatest: boolean;
}

/** What holds for all tags, as in docker/metadata-action. */
export interface Flavor {
  readonly latest: 'auto' | 'true' | 'false';
  readonly prefix?: Affix;
  readonly suffix?: Affix;
}

/** A tag that moves is never made unasked. */
export const noFlavor: Flavor = { latest: 'false' };

const keys = ['latest', 'prefix', 'suffix'];

/** `latest=auto`, `prefix=stage-,onlatest=true`, `suffix=-arm`, one per line. */
export function parseFlavor(
  lines: readonly string[],
): { readonly flavor: Flavor } | { readonly problem: string } {
  let flavor = noFlavor;
  for (const line of lines) {
    const [first = '', ...rest] = csvFields(line) ?? [];
    const [key, value] = pair(first);
    const holds = (problem: string) => ({ problem: `holds "${line.slice(0, 200)}", which ${problem}` });
    if (value === undefined && keys.includes(key)) return holds('has no value');
    if (value === undefined || !keys.includes(key))
      return holds(`is none of latest=, prefix= and suffix=${near(key, keys)}`);
    if (key === 'latest') {
      if (!['auto', 'true', 'false'].includes(value)) return holds('must be auto, true or false');
      if (rest.length > 0) return holds(`has "${rest[0]}", which latest does not accept`);
      flavor = { ...flavor, latest: value as Flavor['latest'] };
      continue;
    }
    const options = rest.map(pair);
    const wrong = options.find(
      ([name, wanted]) => name !== 'onlatest' || !['true', 'false'].includes(wanted!),
    );
    if (wrong) return holds(`has "${wrong.join('=')}" where only onlatest=true or false is allowed`);
    const parsed = parseTemplate(value);
    if ('problem' in parsed) return holds(parsed.problem);
    const onLatest = options.some(([, wanted]) => wanted === 'true');
    flavor = { ...flavor, [key]: { template: parsed.template, onLatest } };
  }
  return { flavor };
}

function pair(field: string): [string, string | undefined] {
  const at = field.indexOf('=');
  return at < 0 ? [field, undefined] : [field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim()];
}
