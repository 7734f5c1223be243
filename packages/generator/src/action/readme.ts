import { catalogue } from '@landfall/core/errors/catalogue';
import { exitCodes } from '@landfall/core/errors/exit-codes';
import { placeholdersOf, policyOf } from '@landfall/core/iam-policy/iam-policy';
import type { Input } from '@landfall/core/inputs/input';
import { type Definition, sourceOf } from '../definition/definition.ts';
import type { Migration } from '../migrating/migration.ts';
import { bullets, cell, code, fenced, generatedComment, page, table } from '../writing/markdown.ts';
import { exampleWorkflow } from './example.ts';

export const actionReadme = (definition: Definition, migrations: readonly Migration[]) =>
  page(
    `# Landfall: ${definition.title}`,
    generatedComment(sourceOf(definition.name)),
    definition.description,
    ...replacedActions(definition, migrations),
    fenced('yaml', exampleWorkflow(definition)),
    '## Inputs',
    inputsTable(definition),
    '## Outputs',
    outputsTable(definition),
    '## IAM policy',
    permissionsText(definition),
    '## What it promises',
    bullets(definition.promises),
    '## Errors',
    errorsTable(definition),
    `The same operation is [\`landfall ${definition.name}\`](../../docs/cli.md#${definition.name}) on a command line, and a command of the [orb](../../orbs/landfall/README.md).`,
  );

const replacedActions = ({ name }: Definition, migrations: readonly Migration[]) =>
  migrations
    .filter(({ kind, parts }) => {
      const part = parts[''];
      return kind === 'action' && part !== undefined && 'use' in part && part.use[0].operation === name;
    })
    .map(
      (migration) =>
        `Migrating from ${migration.title}: [what differs](../../docs/migrating/${migration.name}.md).`,
    );

export const inputsTable = ({ inputs }: Definition) =>
  Object.keys(inputs).length === 0
    ? 'None.'
    : table(
        ['Input', 'Type', 'Default', 'Description'],
        Object.entries(inputs).map(([name, input]) => [
          code(name),
          cell(input.type),
          input.required ? '**required**' : cell(code(input.default ?? '')),
          cell(withRule(input)),
        ]),
      );

const withRule = ({ description, rule, choices }: Input<unknown>) => {
  if (choices) return `${description} One of ${choices.map(code).join(', ')}.`;
  return rule ? `${description} Rule: ${rule}.` : description;
};

export const outputsTable = ({ outputs }: Definition) =>
  Object.keys(outputs).length === 0
    ? 'None.'
    : table(
        ['Output', 'Description'],
        Object.entries(outputs).map(([name, output]) => [code(name), cell(output.description)]),
      );

function permissionsText({ name: operation, permissions }: Definition) {
  if (permissions.length === 0) return 'It makes no AWS calls and needs no permissions.';
  const rare = permissions.filter(({ when, optional }) => when !== undefined || optional);
  const rows = new Map(
    rare.map(({ action, resource, when, optional, onlyWhenNamed }) => {
      const without = optional
        ? 'The operation still works, with less detail in its report.'
        : 'The operation fails.';
      const [name] = placeholdersOf(resource);
      const row = [
        code(action),
        cell(when ?? ''),
        onlyWhenNamed
          ? `${without} Not in this policy: \`landfall iam-policy ${operation} --${name} …\`.`
          : without,
      ];
      return [row.join(), row];
    }),
  );
  return [
    `Replace each \`\${…}\` with your own name, or have [\`landfall iam-policy ${operation}\`](../../docs/cli.md) do it: IAM treats \`\${…}\` as a policy variable, and the statement matches nothing. The same text is [\`docs/iam/${operation}.json\`](../../docs/iam/${operation}.json).`,
    fenced('json', JSON.stringify(policyOf(permissions), null, 2)),
    ...(rows.size > 0
      ? ['Needed only sometimes:', table(['Permission', 'When', 'Without it'], [...rows.values()])]
      : []),
  ].join('\n\n');
}

const errorsTable = ({ errors }: Definition) =>
  [
    table(
      ['Code', 'Exit', 'Meaning'],
      errors.map((error) => [
        `[\`${error}\`](../../docs/errors.md#${error.toLowerCase()})`,
        String(exitCodes[catalogue[error].exit].code),
        cell(catalogue[error].meaning),
      ]),
    ),
    'Every operation can also end with the codes that [docs/errors.md](../../docs/errors.md) lists for all operations.',
  ].join('\n\n');
