import type { SummaryPage } from '@landfall/core/world/host';
import { renderMarkdown } from './markdown.ts';
import type { PageBlock } from './page-block.ts';
import { renderText } from './text.ts';
import { withoutLoggedBlocks } from './without-logged-blocks.ts';

/** Blocks as a page that every host can show. */
export const pageOf = (blocks: readonly PageBlock[]): SummaryPage => ({
  markdown: ({ redact, limit }) => renderMarkdown(blocks, redact, limit),
  text: (isLogged) => renderText(withoutLoggedBlocks(blocks, isLogged)),
});
