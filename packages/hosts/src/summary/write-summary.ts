import { appendFileSync, statSync } from 'node:fs';
import { describe } from '@landfall/core/errors/describe';
import type { Redactor } from '@landfall/core/text/redactor';
import type { Log } from '@landfall/core/world/host';
import type { SummaryBlock } from '@landfall/core/world/summary';
import { renderMarkdown } from './markdown.ts';

/** Limit of the runner (actions/runner, FileCommandManager.cs `AttachmentSizeLimit`). */
export const largestSummary = 1024 * 1024;

/** Appends Markdown to a summary file. Best effort: what prevents it is a warning. */
export function writeSummary(
  path: string,
  blocks: readonly SummaryBlock[],
  redactor: Redactor,
  log: Log,
): void {
  try {
    const there = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    appendFileSync(path, renderMarkdown(blocks, redactor.redact, largestSummary - there), { mode: 0o600 });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    log.warning(`the summary could not be written to ${path} (${code ?? describe(thrown)})`);
  }
}
