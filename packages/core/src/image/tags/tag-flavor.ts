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

/** Without a flavor a tag that moves is never made unasked. */
export const noFlavor: Flavor = { latest: 'false' };
/** What docker/metadata-action does by default. */
export const autoFlavor: Flavor = { latest: 'auto' };

const keys = ['latest', 'prefix', 'suffix', 'onlatest'];

/** `latest=auto`, which is the default of a flavor, `prefix=stage-,onlatest=true`, `suffix=-arm`: one per line. */
export function parseFlavor(
  lines: readonly string[],
  standard: Flavor = noFlavor,
): { readonly flavor: Flavor } | { readonly problem: string } {
  const written = lines.filter((line) => !line.startsWith('#'));
  let flavor = written.length === 0 ? standard : autoFlavor;
  for (const line of written) {
    const holds = (problem: string) => ({ problem: `holds "${line.slice(0, 200)}", which ${problem}` });
    let affix: 'prefix' | 'suffix' | undefined;
    for (const [key, value] of (csvFields(line) ?? ['']).map(pair)) {
      if (value === undefined && keys.includes(key)) return holds('has no value');
      if (value === undefined || !keys.includes(key))
        return holds(`is none of latest=, prefix= and suffix=${near(key, keys)}`);
      if (key === 'latest') {
        if (!['auto', 'true', 'false'].includes(value)) return holds('must be auto, true or false');
        flavor = { ...flavor, latest: value as Flavor['latest'] };
      } else if (key === 'onlatest') {
        const before = affix && flavor[affix];
        if (affix === undefined || before === undefined)
          return holds(`has "onlatest=${value}", which latest does not accept`);
        if (!['true', 'false'].includes(value))
          return holds(`has "onlatest=${value}" where only onlatest=true or false is allowed`);
        flavor = { ...flavor, [affix]: { ...before, onLatest: value === 'true' } };
      } else {
        affix = key as 'prefix' | 'suffix';
        const parsed = parseTemplate(value);
        if ('problem' in parsed) return holds(parsed.problem);
        flavor = { ...flavor, [affix]: { template: parsed.template, onLatest: false } };
      }
    }
  }
  return { flavor };
}

function pair(field: string): [string, string | undefined] {
  const at = field.indexOf('=');
  return at < 0 ? [field, undefined] : [field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim()];
}
