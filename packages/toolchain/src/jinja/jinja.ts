import { fileURLToPath } from 'node:url';
import { run } from '../tools/run.ts';
import { jinjaPython } from '../tools/tools.ts';

const script = fileURLToPath(new URL('render.py', import.meta.url));

interface JinjaCase {
  readonly template: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export type JinjaOutcome =
  | { readonly text: string; readonly undeclared: readonly string[] }
  | { readonly error: string };

/**
 * What Jinja2 makes of templates, all in one process. An undefined name is an error, as in Landfall.
 * @throws an Error that says how to install what is missing
 */
export async function jinjaOutcomes(
  root: string,
  cases: readonly JinjaCase[],
): Promise<readonly JinjaOutcome[]> {
  const { code, output } = await run(await jinjaPython(root), ['-W', 'ignore', script], {
    cwd: root,
    input: JSON.stringify(cases),
  });
  if (code !== 0) throw new Error(`Jinja2 ended with ${code}: ${output.trim().split('\n').at(-1)}`);
  return JSON.parse(output) as JinjaOutcome[];
}
