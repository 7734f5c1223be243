import { parse } from 'yaml';
import type { Facts, PartFacts } from '../facts.ts';
import type { Source } from './source.ts';

interface Component {
  readonly parameters?: Readonly<Record<string, { readonly default?: unknown }>>;
}

/** The commands and jobs of an orb; a job that has the name of a command is `job <name>`. */
export function orbParts({ read, list }: Source): Facts['parts'] {
  const paths = [...list('src/commands'), ...list('src/jobs')];
  const parts = paths.map((path): [string, PartFacts] => {
    const [, kind, name = ''] = /^src\/(\w+)\/(\w+)\.yml$/.exec(path) ?? [];
    const { parameters = {} } = parse(read(path)) as Component;
    const inputs = Object.entries(parameters).map(([parameter, { default: standard }]) => [
      parameter,
      standard === undefined ? { required: true } : { default: textOf(standard) },
    ]);
    return [kind === 'jobs' ? `job ${name}` : name, { inputs: Object.fromEntries(inputs), outputs: [] }];
  });
  return Object.fromEntries(parts);
}

/** A list of steps says nothing in one cell. */
const textOf = (standard: unknown) => (typeof standard === 'object' ? '[…]' : String(standard).trim());
