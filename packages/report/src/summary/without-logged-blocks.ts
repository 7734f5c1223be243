import type { PageBlock } from './page-block.ts';

/**
 * Without the blocks that the same log has shown already, and the headings that are then left with nothing. On
 * GitHub the summary stands on a page of its own; elsewhere it follows the error it would repeat.
 */
export function withoutLoggedBlocks(
  blocks: readonly PageBlock[],
  said: (line: string) => boolean,
): PageBlock[] {
  const repeats = (block: PageBlock) =>
    block.kind === 'paragraph' || block.kind === 'code'
      ? block.text.split('\n').every(said)
      : (block.kind === 'details' || block.kind === 'table') && block.logged === true;
  const fresh: PageBlock[] = [];
  blocks.forEach((block, at) => {
    if (repeats(block)) return;
    const under = blocks.slice(at + 1);
    const end = under.findIndex(({ kind }) => kind === 'heading');
    const section = end < 0 ? under : under.slice(0, end);
    if (block.kind === 'heading' && section.length > 0 && section.every(repeats)) return;
    fresh.push(block);
  });
  return fresh;
}
