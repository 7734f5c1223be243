import { fileURLToPath } from 'node:url';
import { run } from '../tools/run.ts';
import { cmarkPython } from '../tools/tools.ts';

const script = fileURLToPath(new URL('render.py', import.meta.url));

/**
 * Markdown to HTML as GitHub's parser does it, all texts in one process.
 * @throws an Error that says how to install what is missing
 */
export async function gitHubHtml(root: string, texts: readonly string[]): Promise<readonly string[]> {
  const { code, output } = await run(await cmarkPython(root), [script], {
    cwd: root,
    input: JSON.stringify(texts),
  });
  if (code !== 0) throw new Error(`cmark-gfm ended with ${code}: ${output.trim().split('\n').at(-1)}`);
  return JSON.parse(output) as string[];
}
