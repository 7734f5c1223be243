import { loadOperation, operationNames } from '@landfall/core/operations/index';
import { commandNames, commands } from './commands.ts';
import { exitCodeTable } from './explain.ts';

/** `landfall --help`: the operations and the other commands. */
export async function help(): Promise<string> {
  const operations = await Promise.all(
    operationNames.map(
      async (name): Promise<[string, string]> => [name, (await loadOperation(name)).description],
    ),
  );
  const others = commandNames.map((name): [string, string] => [name, commands[name].description]);
  return `landfall: from a commit to a running, healthy service on Amazon ECS.

Usage: landfall <operation> [--input value]… [--output text|json]
       landfall help <operation or command>

Operations:
${rows(operations)}

Other commands:
${rows(others)}

Every input can also be set as LANDFALL_<INPUT>, e.g. LANDFALL_WAIT_TIMEOUT=10m; a flag takes precedence. On CircleCI
and CodeBuild, later steps read an output as LANDFALL_OUT_<OUTPUT>.

Exit codes:
${exitCodeTable()}
`;
}

function rows(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n');
}
