import type { SummaryPage } from '@landfall/core/world/host';
import { renderMarkdown } from './markdown.ts';
import type { PageBlock } from './page-block.ts';
import { renderText } from './text.ts';
import { unsaid } from './unsaid.ts';

/** Blocks as a page that every host can show. */
export const pageOf = (blocks: readonly PageBlock[]): SummaryPage => ({
  markdown: ({ redact, limit }) => renderMarkdown(blocks, redact, limit),
  text: (isLogged) => renderText(unsaid(blocks, isLogged)),
});
