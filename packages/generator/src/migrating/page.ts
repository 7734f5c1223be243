import { type Input, snakeCase } from '@landfall/core/inputs/input';
import { outputVariable } from '@landfall/core/inputs/variable-names';
import { yamlValue } from '../action/example.ts';
import type { Value } from '../action/first-use.ts';
import type { Definition } from '../definition/definition.ts';
import { ownAction } from '../definition/release.ts';
import { shellWord } from '../docs/cli-page.ts';
import { parameterOf } from '../orb/parameter.ts';
import { cell, code, fenced, generatedComment, page, table } from '../writing/markdown.ts';
import type { InputFacts } from './facts.ts';
import type { ComparedPart, Migration, Row, Use } from './migration.ts';

type Definitions = readonly Definition[];
type Kind = Migration['kind'];

/** `docs/migrating/<peer>.md`: what to write instead of each input, parameter or flag of a peer. */
export function migrationPage(migration: Migration, definitions: Definitions): string {
  const several = Object.keys(migration.parts).length > 1;
  return page(
    `# Migrating from ${migration.title}`,
    generatedComment(`packages/generator/src/migrating/rows/${migration.name}.ts`),
    migration.summary,
    `Compared with ${versionOf(migration)}: ${counts(migration)}. *Wider* accepts more than the original; *differs* is deliberate, and says why.`,
    ...(migration.suite === undefined ? [] : [migration.suite]),
    ...Object.entries(migration.parts).flatMap(([name, part]) => {
      const heading = name !== '' ? [`## ${name}`] : several ? ['## Every command'] : [];
      if (!('use' in part)) return [...heading, part.note];
      return [...heading, ...partBlocks(migration, name, part, definitions)];
    }),
  );
}

/** `docs/migrating/README.md`: the pages, and how much of each peer is the same. */
export const migrationIndex = (migrations: readonly Migration[]) =>
  page(
    '# Migrating',
    generatedComment('packages/generator/src/migrating'),
    "A page for each tool: every input, parameter, flag and output it has, what to write instead, and every difference. `npm run generate` refuses an input without a row. The rows of an action are proven by tests that run the built action in the sandbox (`test/migrating`); those of a command or an orb are parsed by Landfall's own parser.",
    actionsSentence(migrations.filter(({ kind }) => kind === 'action')),
    'The files of wacul/aws-ecs are read as they are, or converted: [Files of wacul/aws-ecs](../manifest.md#files-of-waculaws-ecs). A Compose file and services that run are converted, too: [`convert-manifest`](../../actions/convert-manifest/README.md).',
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

/** Whether someone who comes from the actions can keep what they have written. */
function actionsSentence(actions: readonly Migration[]): string {
  const rows = actions.flatMap(rowsOf);
  return `The ${actions.length} actions have ${rows.length} inputs and outputs, which keep their names: ${judgedCounts(rows).join(', ')}. [Side by side](side-by-side.md) shows what the official actions of AWS and Landfall did in the same scenarios, and \`npm run check\` runs a workflow of each official README with only its \`uses:\` lines changed.`;
}

const judgements = ['same', 'wider', 'differs', 'not there'] as const;
const labelOf = (judgement: string) => `${judgement.slice(0, 1).toUpperCase()}${judgement.slice(1)}`;

const versionOf = ({ facts: { repository, version, commit } }: Migration) =>
  `[version ${version}](https://github.com/${repository}/tree/${commit})`;

const rowsOf = ({ parts }: Migration) =>
  Object.values(parts).flatMap((part) =>
    !('use' in part) ? [] : [...Object.values(part.inputs), ...Object.values(part.outputs ?? {})],
  );

function counts(migration: Migration): string {
  const noted = Object.values(migration.parts).filter((part) => !('use' in part)).length;
  return [
    ...judgedCounts(rowsOf(migration)),
    ...(noted > 0 ? [`${noted} commands without an operation`] : []),
  ].join(', ');
}

const judgedCounts = (rows: readonly Row[]) =>
  judgements.map(
    (one) =>
      `${rows.filter(({ judgement }) => judgement === one).length} ${one === 'differs' ? 'different' : one}`,
  );

function partBlocks(
  { kind, facts }: Migration,
  name: string,
  part: ComparedPart,
  definitions: Definitions,
): readonly string[] {
  const inputs = facts.parts[name]?.inputs ?? {};
  const outputs = Object.entries(part.outputs ?? {});
  return [
    example(kind, part.use, definitions),
    ...(part.note === undefined ? [] : [part.note]),
    table(
      [labels[kind], 'Default', 'Landfall', ...(kind === 'action' ? ['Default'] : []), 'Judgement'],
      Object.entries(part.inputs).map(([input, row]) => [
        code(input),
        cell(defaultOf(inputs[input])),
        cell(oursOf(kind, input, row, definitions)),
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
              cell(oursOf(kind, output, row, definitions)),
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

function oursOf(kind: Kind, name: string, row: Row, definitions: Definitions): string {
  if (row.use) return row.use.map((one) => code(inline(kind, one, definitions))).join(', ');
  return row.judgement === 'not there' ? '' : code(row.ours ?? name);
}

const judgementOf = ({ judgement, why }: Row) => (why === undefined ? judgement : `${judgement}: ${why}`);

/** A use in a cell. */
function inline(kind: Kind, one: Use, definitions: Definitions): string {
  const { operation, with: inputs } = one;
  if (kind === 'command line') return commandOf(operation, inputs, ' ');
  const pairs = pairsOf(kind, one, definitions);
  return `${named(kind, operation)}${pairs.length > 0 ? `: { ${pairs.join(', ')} }` : ''}`;
}

/** The uses as one copies them: commands, or steps. */
function example(kind: Kind, uses: readonly Use[], definitions: Definitions): string {
  if (kind === 'command line') return fenced('sh', uses.map((one) => commandExample(one, uses)).join('\n'));
  const steps = uses.flatMap((one) => {
    const { operation } = one;
    const pairs = pairsOf(kind, one, definitions).map((pair) => `    ${pair}`);
    if (kind === 'orb') return [`- landfall/${snakeCase(operation)}${pairs.length > 0 ? ':' : ''}`, ...pairs];
    return [`- uses: ${ownAction(operation)}`, ...(pairs.length > 0 ? ['  with:', ...pairs] : [])];
  });
  return fenced('yaml', steps.join('\n'));
}

/** Where a later command reads an output, the file that holds it is read first. */
function commandExample({ operation, with: inputs }: Use, uses: readonly Use[]): string {
  const isRead = uses.some((one) =>
    Object.values(one.with).some((value) => typeof value !== 'string' && value.from === operation),
  );
  const command = `landfall ${commandOf(operation, inputs, ' \\\n  ')}`;
  return isRead ? `${command} && . "$LANDFALL_ENV_FILE"` : command;
}

const named = (kind: Kind, name: string) => (kind === 'orb' ? snakeCase(name) : name);

const pairsOf = (kind: Kind, { operation, with: inputs }: Use, definitions: Definitions) =>
  Object.entries(inputs).map(([name, value]) => {
    const input = definitions.find((definition) => definition.name === operation)?.inputs[name];
    return `${named(kind, name)}: ${stepValue(kind, value, input)}`;
  });

/** CircleCI takes no text where a parameter is a boolean. */
function stepValue(kind: Kind, value: Value, input?: Input<unknown>): string {
  if (kind !== 'orb') return yamlValue(value);
  if (typeof value !== 'string') return `$${outputVariable(value.output)}`;
  return input && parameterOf(input).type === 'boolean' ? value : yamlValue(value);
}

const commandOf = (operation: string, inputs: Use['with'], separator: string) =>
  [operation, ...Object.entries(inputs).map(([name, value]) => `--${name} ${shellWord(value)}`)].join(
    separator,
  );
