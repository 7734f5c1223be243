import { snakeCase } from '@landfall/core/inputs/input';
import { yamlValue } from '../action/example.ts';
import type { Definition } from '../definition/definition.ts';
import { ownAction } from '../definition/release.ts';
import { shellWord } from '../docs/cli-page.ts';
import { cell, code, fenced, generatedComment, page, table } from '../writing/markdown.ts';
import type { InputFacts } from './facts.ts';
import type { ComparedPart, Migration, Row, Use } from './migration.ts';

type Definitions = readonly Definition[];
type Kind = Migration['kind'];

/** `docs/migrating/<peer>.md`: what to write instead of each input, parameter or flag of a peer. */
export const migrationPage = (migration: Migration, definitions: Definitions) =>
  page(
    `# Migrating from ${migration.title}`,
    generatedComment(`packages/generator/src/migrating/rows/${migration.name}.ts`),
    migration.summary,
    `Compared with ${versionOf(migration)}: ${counts(migration)}. *Wider* accepts more than the original; *differs* is deliberate, and says why.`,
    ...Object.entries(migration.parts).flatMap(([name, part]) => {
      const heading = name === '' ? [] : [`## ${name}`];
      if ('missing' in part) return [...heading, `Not there: ${part.missing}`];
      return [...heading, ...partBlocks(migration, name, part, definitions)];
    }),
  );

/** `docs/migrating/README.md`: the pages, and how much of each peer is the same. */
export const migrationIndex = (migrations: readonly Migration[]) =>
  page(
    '# Migrating',
    generatedComment('packages/generator/src/migrating'),
    'A page for each tool: every input, parameter, flag and output it has, what to write instead, and every difference. `npm run generate` refuses an input without a row. The rows of an action are proven by tests that run the built action in the sandbox (`test/migrating`); those of a command or an orb are parsed by Landfall’s own parser.',
    table(
      ['From', 'Version', 'Rows', ...judgements.map(labelOf)],
      migrations.map((migration) => {
        const all = rowsOf(migration);
        return [
          `[${migration.title}](${migration.name}.md)`,
          migration.facts.version,
          String(all.length),
          ...judgements.map((one) => String(all.filter(({ judgement }) => judgement === one).length)),
        ];
      }),
    ),
  );

const judgements = ['same', 'wider', 'differs', 'not there'] as const;
const labelOf = (judgement: string) => `${judgement.slice(0, 1).toUpperCase()}${judgement.slice(1)}`;

const versionOf = ({ facts: { repository, version, commit } }: Migration) =>
  `[version ${version}](https://github.com/${repository}/tree/${commit})`;

const rowsOf = ({ parts }: Migration) =>
  Object.values(parts).flatMap((part) =>
    'missing' in part ? [] : [...Object.values(part.inputs), ...Object.values(part.outputs ?? {})],
  );

function counts(migration: Migration): string {
  const rows = rowsOf(migration);
  const counted = judgements.map(
    (one) => `${rows.filter(({ judgement }) => judgement === one).length} ${one}`,
  );
  const missing = Object.values(migration.parts).filter((part) => 'missing' in part).length;
  return [...counted, ...(missing > 0 ? [`${missing} commands not there`] : [])].join(', ');
}

function partBlocks(
  { kind, facts }: Migration,
  name: string,
  part: ComparedPart,
  definitions: Definitions,
): readonly string[] {
  const inputs = facts.parts[name]?.inputs ?? {};
  const outputs = Object.entries(part.outputs ?? {});
  return [
    example(kind, part.use),
    table(
      [labels[kind], 'Default', 'Landfall', ...(kind === 'action' ? ['Default'] : []), 'Judgement'],
      Object.entries(part.inputs).map(([input, row]) => [
        code(input),
        cell(defaultOf(inputs[input])),
        cell(oursOf(kind, input, row)),
        ...(kind === 'action' ? [cell(ownDefault(part, row.ours ?? input, definitions))] : []),
        cell(judgementOf(row)),
      ]),
    ),
    ...(outputs.length === 0
      ? []
      : [
          table(
            ['Output', 'Landfall', 'Judgement'],
            outputs.map(([output, row]) => [
              code(output),
              cell(oursOf(kind, output, row)),
              cell(judgementOf(row)),
            ]),
          ),
        ]),
  ];
}

const labels = { action: 'Input', orb: 'Parameter', 'command line': 'Flag' } as const;

const defaultOf = (facts?: InputFacts) => (facts?.required ? '**required**' : code(facts?.default ?? ''));

function ownDefault({ use: [{ operation }] }: ComparedPart, name: string, definitions: Definitions): string {
  const input = definitions.find((definition) => definition.name === operation)?.inputs[name];
  return input?.required ? '**required**' : code(input?.default ?? '');
}

function oursOf(kind: Kind, name: string, row: Row): string {
  if (row.use) return row.use.map((one) => code(inline(kind, one))).join(', ');
  return row.judgement === 'not there' ? '' : code(row.ours ?? name);
}

function judgementOf({ judgement, why, pending }: Row): string {
  if (pending !== undefined) return `not yet: ${pending}`;
  return why === undefined ? judgement : `${judgement}: ${why}`;
}

/** A use in a cell. */
function inline(kind: Kind, { operation, with: inputs }: Use): string {
  if (kind === 'command line') return commandOf(operation, inputs, ' ');
  const pairs = Object.entries(inputs).map(([name, value]) => `${named(kind, name)}: ${yamlValue(value)}`);
  return `${named(kind, operation)}${pairs.length > 0 ? `: { ${pairs.join(', ')} }` : ''}`;
}

/** The uses as one copies them: commands, or steps. */
function example(kind: Kind, uses: readonly Use[]): string {
  if (kind === 'command line')
    return fenced(
      'sh',
      uses
        .map(({ operation, with: inputs }) => `landfall ${commandOf(operation, inputs, ' \\\n  ')}`)
        .join('\n'),
    );
  const steps = uses.flatMap(({ operation, with: inputs }) => {
    const pairs = Object.entries(inputs).map(
      ([name, value]) => `    ${named(kind, name)}: ${yamlValue(value)}`,
    );
    if (kind === 'orb') return [`- landfall/${snakeCase(operation)}${pairs.length > 0 ? ':' : ''}`, ...pairs];
    return [`- uses: ${ownAction(operation)}`, ...(pairs.length > 0 ? ['  with:', ...pairs] : [])];
  });
  return fenced('yaml', steps.join('\n'));
}

const named = (kind: Kind, name: string) => (kind === 'orb' ? snakeCase(name) : name);

const commandOf = (operation: string, inputs: Use['with'], separator: string) =>
  [operation, ...Object.entries(inputs).map(([name, value]) => `--${name} ${shellWord(value)}`)].join(
    separator,
  );
