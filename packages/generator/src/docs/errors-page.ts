import { catalogue } from '@landfall/core/errors/catalogue';
import { type ExitClass, exitCodes } from '@landfall/core/errors/exit-codes';
import type { Definition } from '../definition/definition.ts';
import { cell, code, generatedComment, page, table } from '../writing/markdown.ts';

/** `docs/errors.md`: every code, what it means, what to do, and which operations end with it. */
export function errorsPage(definitions: readonly Definition[]): string {
  const codes = Object.entries(catalogue);
  const section = (exit: ExitClass) => {
    const rows = codes.filter(([, row]) => row.exit === exit);
    if (rows.length === 0) return [];
    const { code: number, meaning } = exitCodes[exit];
    return [
      `## Exit code ${number}: ${meaning}`,
      ...rows.flatMap(([name, row]) => [
        `### ${name}`,
        row.meaning,
        `→ ${row.remedy}`,
        raisedBy(name, definitions),
      ]),
    ];
  };
  return page(
    '# Errors',
    generatedComment('packages/core/src/errors/catalogue.ts'),
    'Every failure of a Landfall operation has a code, one line that says what happened, and one that says what to do. The codes and the exit codes are stable: a code never changes its meaning.',
    table(
      ['Exit code', 'Meaning'],
      Object.values(exitCodes).map(({ code: number, meaning }) => [code(String(number)), cell(meaning)]),
    ),
    ...(Object.keys(exitCodes) as ExitClass[]).flatMap(section),
  );
}

function raisedBy(error: string, definitions: readonly Definition[]) {
  const names = definitions
    .filter(({ errors }) => (errors as readonly string[]).includes(error))
    .map(({ name }) => name);
  return names.length === 0
    ? 'Any operation can end with it.'
    : `Raised by ${names.map((name) => `[\`${name}\`](../actions/${name}/README.md)`).join(', ')}.`;
}
