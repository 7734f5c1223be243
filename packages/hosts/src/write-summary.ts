import { closeSync, fstatSync, openSync } from 'node:fs';
import { describe } from '@landfall/core/errors/describe';
import type { Redactor } from '@landfall/core/text/redactor';
import type { Log, SummaryPage } from '@landfall/core/world/host';
import { appendWhole } from './machine/append-whole.ts';
import { codeOf } from './machine/disk-full.ts';

/** Limit of the runner (actions/runner, FileCommandManager.cs `AttachmentSizeLimit`). */
const largestSummary = 1024 * 1024;

/** Appends Markdown to a summary file. Best effort: what prevents it is a warning. */
export function writeSummary(path: string, page: SummaryPage, { redact }: Redactor, log: Log): void {
  try {
    const file = openSync(path, 'a', 0o600);
    try {
      const limit = largestSummary - fstatSync(file).size;
      appendWhole(file, page.markdown({ redact, limit }));
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    log.warning(`the summary could not be written to ${path} (${codeOf(thrown) ?? describe(thrown)})`);
  }
}
