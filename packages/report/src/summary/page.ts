import type { SummaryPage } from '@landfall/core/world/host';
import type { SummaryBlock } from '@landfall/core/world/summary';
import { renderMarkdown } from './markdown.ts';
import { renderText } from './text.ts';
import { unsaid } from './unsaid.ts';

/** Blocks as a page that every host can show. */
export const pageOf = (blocks: readonly SummaryBlock[]): SummaryPage => ({
  markdown: ({ redact, limit }) => renderMarkdown(blocks, redact, limit),
  text: (isLogged) => renderText(unsaid(blocks, isLogged)),
});
