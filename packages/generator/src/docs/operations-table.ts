import type { Definition } from '../definition/definition.ts';
import { cell, table } from '../writing/markdown.ts';

/** The README's table of every operation, in the order of a pipeline. */
export const operationsTable = (definitions: readonly Definition[]) =>
  table(
    ['Operation', 'What it does', 'Policy'],
    definitions.map(({ name, description }) => [
      `[\`${name}\`](actions/${name}/README.md)`,
      cell(description),
      `[IAM](docs/iam/${name}.json)`,
    ]),
  );
