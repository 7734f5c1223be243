/**
 * A page that people write, with a part that is generated: what stands between `<!-- name -->` and `<!-- /name -->`
 * is replaced, the rest is left alone.
 * @throws an Error when the markers are not there exactly once, the first before the second
 */
export function fillBlock(page: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = page.indexOf(open);
  const to = page.indexOf(close);
  const isOnce = from === page.lastIndexOf(open) && to === page.lastIndexOf(close);
  if (from < 0 || to < from || !isOnce)
    throw new Error(`the page must hold ${open} and, after it, ${close}, each once`);
  return `${page.slice(0, from + open.length)}\n${content}\n${page.slice(to)}`;
}
